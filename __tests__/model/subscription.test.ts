import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import type { Subscription } from "../../model/subscription";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging as STAGING } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

/** Asks for nothing that the bootstrap has to prepare. */
const staging: Environment = { ...STAGING, hostEncryption: false, defender: false };
const OURS = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";
const THEIRS = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d12";
const hcp = { use: "workspaces", organization: "mmrv", project: "MMRV on Azure" };

/** A file as a user may write it, and everything that comes back. */
const wrote = (change: object) => issuesOf([staging], { ...bootstrap, ...change } as Subscription);

describe("a good bootstrap", () => {
  it.each<[string, object]>([
    ["what ships", {}],
    ["a subscription", { subscriptionId: OURS }],
    ["HCP Terraform with a project of several words", { hcpTerraform: hcp }],
    ["no feature and no plan", { computeFeatures: [], defenderForContainers: false }],
    ["states of one place for a year", { state: { replication: "LRS", softDeleteDays: 365 } }],
  ])("may have %s", (_, change) => {
    expect(wrote(change)).toEqual([]);
  });
});

const BAD: [string, object, ...string[]][] = [
  [
    "a suffix with a capital",
    { suffix: "K3m7" },
    'suffix: got "K3m7", must be 3 to 13 lower-case letters or digits (the storage account\'s name is global and takes 24)',
  ],
  [
    "a suffix that makes the account's name too long",
    { suffix: "k3m7k3m7k3m7k3" },
    'suffix: got "k3m7k3m7k3m7k3", must be 3 to 13 lower-case letters or digits (the storage account\'s name is global and takes 24)',
  ],
  [
    "nobody to read a state",
    { administratorGroupObjectIds: [] },
    "administratorGroupObjectIds: got [], must be at least one group (the account has no keys: without one nobody can read a state)",
  ],
  [
    "a group by its name",
    { administratorGroupObjectIds: ["owners"] },
    'administratorGroupObjectIds.0: got "owners", must be a UUID (az ad group show --group NAME --query id)',
  ],
  [
    "states that are lost at once",
    { state: { replication: "none", softDeleteDays: 1 } },
    'state.replication: got "none", must be one of LRS, ZRS, GRS, GZRS',
    "state.softDeleteDays: got 1, must be a whole number from 7 to 365 (Azure takes up to 365; a week is the least that survives a holiday)",
  ],
  ["another runner", { hcpTerraform: { use: "yes" } }, 'hcpTerraform.use: got "yes", must say use: none or workspaces'],
  [
    "an organization and a project that federation could not compare",
    { hcpTerraform: { ...hcp, organization: "mm:rv", project: "" } },
    'hcpTerraform.organization: got "mm:rv", must be an HCP Terraform organization (federation compares it)',
    'hcpTerraform.project: got "", must be an HCP Terraform project (federation compares it letter by letter)',
  ],
  [
    "features that are none",
    { computeFeatures: ["Encryption:AtHost"] },
    'computeFeatures.0: got "Encryption:AtHost", must be the name of a feature',
  ],
  [
    "words for true and false",
    { defenderForContainers: "no", deletionGuard: 0, locks: "yes" },
    'defenderForContainers: got "no", must be true or false',
    "deletionGuard: got 0, must be true or false",
    'locks: got "yes", must be true or false',
  ],
  [
    "a budget of nothing that begins within a month",
    { budget: { ...bootstrap.budget, monthlyLimit: 0, startDate: "2026-12-02" } },
    "budget.monthlyLimit: got 0, must be a number above 0 (a budget of nothing alarms for ever)",
    'budget.startDate: got "2026-12-02", must be 2026-12-01 (Azure takes the first day of a month only)',
  ],
  [
    "a field of an environment",
    { hostEncryption: true },
    "hostEncryption: got true, must be absent (no such field; model/subscription.ts lists them)",
  ],
];

describe("a field of the bootstrap", () => {
  it.each(BAD)("is refused: %s", (_, change, ...sentences) => {
    expect(wrote(change)).toEqual(sentences.map((sentence) => `bootstrap.${sentence}`));
  });

  it("is called bootstrap, because the stack and the file are", () => {
    expect(wrote({ name: "ground" })).toEqual([
      'bootstrap.name: got "ground", must be "bootstrap" (the stack and the file are called so)',
    ]);
  });
});

describe("an environment and its bootstrap", () => {
  it("name each administrator group once, because Azure gives a role once", () => {
    const [group] = bootstrap.administratorGroupObjectIds;
    if (group === undefined) throw new Error("the bootstrap names no group");
    expect(issuesOf([], { ...bootstrap, administratorGroupObjectIds: [group, group] })).toEqual([
      expect.stringContaining("must name each group once (Azure gives a role once)"),
    ]);
  });

  it("share a subscription", () => {
    const bound = { ...staging, subscriptionId: THEIRS };
    expect(issuesOf([bound, production], { ...bootstrap, subscriptionId: OURS })).toEqual([
      `staging.subscriptionId: got "${THEIRS}", must be that of bootstrap, which says "${OURS}" (one bootstrap prepares one subscription)`,
    ]);
    expect(issuesOf([{ ...bound, subscriptionId: OURS }], { ...bootstrap, subscriptionId: OURS })).toEqual([]);
  });

  it("are bound to it both or the bootstrap alone", () => {
    expect(issuesOf([{ ...staging, subscriptionId: OURS }])).toHaveLength(1);
    expect(issuesOf([staging], { ...bootstrap, subscriptionId: OURS })).toEqual([]);
  });

  it.each<[string, Partial<Environment>, Partial<Subscription>, string]>([
    [
      "host encryption without the feature",
      { hostEncryption: true },
      { computeFeatures: ["Another"] },
      "staging.hostEncryption: got true, must be false, or bootstrap.computeFeatures must have EncryptionAtHost (Azure refuses the pools)",
    ],
    [
      "Defender without the plan",
      { defender: true },
      { defenderForContainers: false },
      "staging.defender: got true, must be false, or bootstrap.defenderForContainers must be true (a sensor without its plan reports to nobody)",
    ],
  ])("refuse %s", (_, ofEnvironment, ofBootstrap, sentence) => {
    expect(issuesOf([{ ...staging, ...ofEnvironment }], { ...bootstrap, ...ofBootstrap })).toEqual([sentence]);
    expect(issuesOf([{ ...staging, ...ofEnvironment }])).toEqual([]);
    expect(issuesOf([staging], { ...bootstrap, ...ofBootstrap })).toEqual([]);
  });

  it("have every issue reported at once, the bootstrap's first, whatever else cannot be read", () => {
    const issues = issuesOf(
      [
        { ...staging, region: 5 as never, hostEncryption: true, subscriptionId: THEIRS },
        { ...production, code: "stg", podSecurity: "Off" as never },
      ],
      {
        ...bootstrap,
        subscriptionId: OURS,
        region: "East US",
        computeFeatures: [],
        defenderForContainers: false,
        budget: { ...bootstrap.budget, startDate: "2026-12-02" },
      },
    );
    expect(issues.map((line) => line.split(":")[0])).toEqual([
      "bootstrap.region",
      "bootstrap.budget.startDate",
      "staging.region",
      "production.podSecurity",
      "staging.subscriptionId",
      "staging.hostEncryption, production.hostEncryption",
      "production.defender",
      "production.code",
    ]);
  });
});
