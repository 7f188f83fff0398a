import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Environment, environmentSchema } from "../../model/environment";
import { markersOf } from "../../model/markers";
import { subscriptionSchema } from "../../model/subscription";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

const plan = (ranges: Partial<Environment["addressPlan"]>) => ({ addressPlan: { ...staging.addressPlan, ...ranges } });
const pools = (...changes: Partial<Environment["nodePools"][number]>[]) => ({
  nodePools: staging.nodePools.map((pool, index) => ({ ...pool, ...changes[index] })),
});

/** Each row: what a user wrote, and the one sentence that comes back. */
const BAD: [string, Partial<Environment>, string][] = [
  [
    "pods inside the network",
    plan({ pods: "10.40.0.0/16" }),
    'staging.addressPlan.pods: got "10.40.0.0/16", must be apart from addressPlan.network 10.40.0.0/16 (a packet has one destination)',
  ],
  [
    "services inside the pods",
    plan({ services: "10.128.0.0/20" }),
    'staging.addressPlan.services: got "10.128.0.0/20", must be apart from addressPlan.pods 10.128.0.0/16 (a packet has one destination)',
  ],
  [
    "the network inside an AWS VPC",
    { aws: { ...staging.aws, vpcCidrs: ["10.40.0.0/17"] } },
    'staging.addressPlan.network: got "10.40.0.0/16", must be apart from aws.vpcCidrs.0 10.40.0.0/17 (MMRV keeps talking to AWS)',
  ],
  [
    "pods in 172.30/16",
    plan({ pods: "172.30.0.0/16" }),
    'staging.addressPlan.pods: got "172.30.0.0/16", must be apart from 172.30.0.0/16 (AKS keeps that range for itself)',
  ],
  [
    "services in 172.31/16",
    plan({ services: "172.31.16.0/20" }),
    'staging.addressPlan.services: got "172.31.16.0/20", must be apart from 172.31.0.0/16 (AKS keeps that range for itself)',
  ],
  [
    "a subnet outside the network",
    plan({ privateEndpoints: "10.99.0.0/26" }),
    'staging.addressPlan.privateEndpoints: got "10.99.0.0/26", must be inside addressPlan.network 10.40.0.0/16 (it is a subnet of it)',
  ],
  [
    "overlapping subnets",
    plan({ apiServer: "10.40.1.0/28" }),
    'staging.addressPlan.apiServer: got "10.40.1.0/28", must be apart from addressPlan.nodes 10.40.0.0/22 (subnets of one network)',
  ],
  [
    "a subnet under /28",
    plan({ apiServer: "10.40.4.0/29" }),
    'staging.addressPlan.apiServer: got "10.40.4.0/29", must be /28 or larger (Azure keeps five addresses; the API server needs a /28)',
  ],
  [
    "too few addresses for the nodes",
    { ...plan({ nodes: "10.40.0.0/28" }), ...pools({ maxCount: 5 }, { maxCount: 9 }) },
    'staging.addressPlan.nodes: got "10.40.0.0/28", must hold 19 nodes and Azure\'s five addresses (maxCount of every pool, and a third more during an upgrade)',
  ],
  [
    "too few blocks for the pods",
    plan({ pods: "10.128.0.0/22" }),
    'staging.addressPlan.pods: got "10.128.0.0/22", must hold 7 blocks of /24 (the overlay gives one to each node)',
  ],
  [
    "services larger than AKS takes",
    plan({ services: "11.0.0.0/11" }),
    'staging.addressPlan.services: got "11.0.0.0/11", must be /12 to /24 (AKS takes no larger one, and a smaller one runs out of services)',
  ],
  [
    "a range that is none",
    plan({ nodes: "10.40.0.0/33" }),
    'staging.addressPlan.nodes: got "10.40.0.0/33", must be an IPv4 range such as 10.40.0.0/16 (no such address or prefix)',
  ],
  [
    "a range that does not start at its first address",
    plan({ nodes: "10.40.0.5/22" }),
    'staging.addressPlan.nodes: got "10.40.0.5/22", must be 10.40.0.0/22 (Azure refuses a range that does not start at its first address)',
  ],
  [
    "a role with a slash before its path",
    { aws: { ...staging.aws, cutover: { gitHub: true, onCallRoles: ["team/on-call", "/team/on-call"] } } },
    'staging.aws.cutover.onCallRoles.1: got "/team/on-call", must be the name of an IAM role, with its path where it has one, without the slash before that',
  ],
  [
    "nobody on call",
    { aws: { ...staging.aws, cutover: { gitHub: true, onCallRoles: [] } } },
    "staging.aws.cutover.onCallRoles: got [], must be at least one role (somebody has to move users back when GitHub is down)",
  ],
  [
    "a patch-level version with a channel",
    { kubernetes: { ...staging.kubernetes, version: "1.35.2" } },
    'staging.kubernetes.version: got "1.35.2", must be 1.35 (the channel installs patches; a pinned one would be planned back)',
  ],
  [
    "cost analysis on the Free tier",
    { kubernetes: { ...staging.kubernetes, costAnalysis: true } },
    "staging.kubernetes.costAnalysis: got true, must be false on the Free tier (AKS offers it from Standard on)",
  ],
  [
    "a Premium feature on Standard",
    { registry: { tier: "Standard", untaggedRetentionDays: 7 } as never },
    "staging.registry.untaggedRetentionDays: got 7, must be absent (only the Premium tier has it)",
  ],
  [
    "ranges with a private cluster",
    {
      access: { via: "private", ranges: ["203.0.113.0/29"] } as never,
      registry: production.registry,
      runner: { kind: "gitHub", addressPrefix: "10.40.6.0/26", label: "inside" },
    },
    'staging.access.ranges: got ["203.0.113.0/29"], must be absent (a private API server has no public address to filter)',
  ],
  [
    "a private cluster that nobody reaches",
    { access: { via: "private" }, registry: production.registry },
    'staging.runner.kind: got "none", must be gitHub or agent (access is private: nothing outside the network could deploy)',
  ],
  [
    "a private cluster with a public registry",
    { access: { via: "private" }, runner: { kind: "agent", addressPrefix: "10.40.6.0/26" } },
    'staging.registry.tier: got "Standard", must be Premium (access is private, and only Premium takes a private endpoint)',
  ],
  [
    "an API server that answers nobody",
    { access: { via: "authorizedRanges", ranges: [] } },
    "staging.access.ranges: got [], must be at least one range (with none the API server answers nobody, not even a deployment)",
  ],
  [
    "an API server open to the world",
    { access: { via: "authorizedRanges", ranges: ["0.0.0.0/0"] } },
    'staging.access.ranges.0: got "0.0.0.0/0", must be /16 or smaller (a wider range lets strangers at the API server and the vaults)',
  ],
  [
    "a private range for visitors from the internet",
    { access: { via: "authorizedRanges", ranges: ["192.168.1.0/24"] } },
    'staging.access.ranges.0: got "192.168.1.0/24", must be a public range (a request from the internet never comes from this one)',
  ],
  [
    "half of GitHub's ids",
    { gitHub: { ...staging.gitHub, ownerId: 7 } },
    "staging.gitHub: got 1 of 4 ids, must have ownerId and every repositoryId, or none of them (a token names all or none)",
  ],
  [
    "no room for logs",
    { logs: { ...staging.logs, dailyCapGb: 0 } },
    'staging.logs.dailyCapGb: got 0, must be a number of GB above 0, or "none" (ingestion stops at it)',
  ],
  [
    "a freeze outside of every window",
    { maintenance: { ...staging.maintenance, freezes: [{ from: "2026-12-18", to: "2026-12-20", reason: "sale" }] } },
    "staging.maintenance.freezes.0: got 2026-12-18 to 2026-12-20, must cover a Tuesday or Wednesday on which a window opens (outside of every window it stops nothing)",
  ],
  [
    "a freeze that ends before it begins",
    { maintenance: { ...staging.maintenance, freezes: [{ from: "2026-12-18", to: "2026-12-01", reason: "sale" }] } },
    'staging.maintenance.freezes.0.to: got "2026-12-01", must be 2026-12-18 or later (a freeze ends after it begins)',
  ],
  [
    "a window under four hours",
    { maintenance: { ...staging.maintenance, nodes: { ...staging.maintenance.nodes, durationHours: 3 } } },
    "staging.maintenance.nodes.durationHours: got 3, must be a whole number from 4 to 24 (AKS refuses a window under four hours)",
  ],
  [
    "a budget that begins within a month",
    { budget: { ...staging.budget, startDate: "2026-12-15" } },
    'staging.budget.startDate: got "2026-12-15", must be 2026-12-01 (Azure takes the first day of a month only)',
  ],
  [
    "a vault name over 24 characters",
    { code: "stagingeast" },
    'staging.name: got key vault "kv-frontend-stagingeast-k3m7" of 28 characters, must be 3 to 24 letters, digits, single hyphens (Azure\'s limit; shorten name, code, suffix or the application)',
  ],
  [
    "no System pool",
    { nodePools: staging.nodePools.slice(1) },
    "staging.nodePools: got 0 System pools, must be exactly one System pool (it is the cluster's default pool)",
  ],
  [
    "no User pool",
    { nodePools: staging.nodePools.slice(0, 1) },
    "staging.nodePools: got 0 User pools, must be at least one User pool (the System pool is tainted: MMRV would never start)",
  ],
  [
    "two pools of one name",
    pools({}, { name: "system1" }),
    'staging.nodePools.1.name: got "system1", must be a name that no other pool has',
  ],
  [
    "more nodes at least than at most",
    pools({}, { minCount: 9 }),
    "staging.nodePools.1.minCount: got 9, must be at most maxCount 3",
  ],
  [
    "an ephemeral disk that does not fit",
    pools({ osDiskGb: 128 }),
    "staging.nodePools.0.osDiskGb: got 128, must be at most 75 (the local disk of Standard_D2ds_v5)",
  ],
  [
    "an ephemeral disk without a local disk",
    pools({ vmSize: "Standard_D2s_v5" }),
    'staging.nodePools.0.vmSize: got "Standard_D2s_v5", must be a size with a local disk, such as Standard_D4ds_v5 (the OS disk is ephemeral)',
  ],
  [
    "a pair that is the region itself",
    { pairedRegion: "eastus2" },
    'staging.pairedRegion: got "eastus2", must be another region than region (it takes over when that one is down)',
  ],
  [
    "an unknown egress",
    { egress: { via: "vpn" } as never },
    'staging.egress.via: got "vpn", must say via: loadBalancer, natGateway or firewall',
  ],
  [
    "a field that does not exist",
    { colour: "blue" } as never,
    'staging.colour: got "blue", must be absent (no such field; the schema in model/ lists them)',
  ],
  [
    "nobody to administer",
    { adminGroupObjectIds: [] },
    "staging.adminGroupObjectIds: got [], must be at least one group (local accounts are off: without one nobody can repair the cluster)",
  ],
];

describe("checkEnvironments", () => {
  it("takes the environments that ship", () => {
    expect(issuesOf([staging, production])).toEqual([]);
  });

  it.each(BAD)("refuses %s", (_, change, sentence) => {
    expect(issuesOf([{ ...staging, ...change }])).toContain(sentence);
  });

  it("reports every issue of every environment at once", () => {
    const issues = issuesOf([
      { ...staging, region: 5 as never, kubernetes: { ...staging.kubernetes, costAnalysis: true } },
      { ...production, budget: { ...production.budget, startDate: "2026-12-02", monthlyLimit: 0 } },
    ]);
    expect(issues.map((line) => line.split(":")[0])).toEqual([
      "staging.region",
      "staging.kubernetes.costAnalysis",
      "production.budget.monthlyLimit",
      "production.budget.startDate",
    ]);
  });

  it("refuses two environments whose global names would collide", () => {
    expect(issuesOf([staging, { ...production, code: "stg" }])).toEqual([
      'production.code: got "stg", must differ from that of staging, or its suffix must (registry and vault names would collide)',
    ]);
  });

  it.each([
    ["on which the window opens, by the window's own clock", "2026-12-19", "Saturday", "23:00", "-05:00", []],
    ["into which it only reaches past midnight", "2026-12-18", "Thursday", "23:00", "+00:00", []],
    [
      "after it",
      "2026-12-20",
      "Saturday",
      "18:00",
      "-05:00",
      [expect.stringContaining("must cover a Saturday on which")],
    ],
  ] as const)("judges a freeze on a day %s", (_, day, dayOfWeek, startTime, utcOffset, expected) => {
    const window = { dayOfWeek, startTime, utcOffset, durationHours: 4 };
    const freezes = [{ from: day, to: day, reason: "sale" }];
    expect(issuesOf([{ ...staging, maintenance: { cluster: window, nodes: window, freezes } }])).toEqual(expected);
  });
});

describe.each([
  ["environmentSchema", environmentSchema],
  ["subscriptionSchema", subscriptionSchema],
])("%s", (_, schemaOfFile) => {
  it("documents every field in a sentence", () => {
    const undocumented = (schema: z.core.JSONSchema.BaseSchema, path: string): string[] => [
      ...Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
        typeof field === "boolean"
          ? []
          : [...(field.description?.endsWith(".") ? [] : [`${path}.${key}`]), ...undocumented(field, `${path}.${key}`)],
      ),
      ...[
        ...(schema.anyOf ?? []),
        ...(schema.oneOf ?? []),
        schema.items ?? [],
        schema.additionalProperties ?? [],
      ].flatMap((inner) => (typeof inner === "object" && !Array.isArray(inner) ? undocumented(inner, path) : [])),
    ];
    expect(undocumented(z.toJSONSchema(schemaOfFile), "it")).toEqual([]);
  });
});

describe("staging and production", () => {
  it("patch staging earlier in the week than production", () => {
    const week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    for (const window of ["cluster", "nodes"] as const) {
      expect(week.indexOf(staging.maintenance[window].dayOfWeek)).toBeLessThan(
        week.indexOf(production.maintenance[window].dayOfWeek),
      );
    }
  });
});

describe("markersOf", () => {
  it("finds each value that only the owner knows, with the field's own sentence", () => {
    expect(markersOf(staging)).toContainEqual({
      path: "staging.adminGroupObjectIds.0",
      question: "The Entra groups whose members administer the cluster: az ad group show --group NAME --query id.",
    });
  });

  it("finds those of the bootstrap too", () => {
    expect(markersOf(bootstrap).map(({ path }) => path)).toEqual([
      "bootstrap.administratorGroupObjectIds.0",
      "bootstrap.budget.contactEmails.0",
    ]);
    expect(markersOf(bootstrap)[0]?.question).toMatch(/^The Entra groups whose members read and write every state/);
  });

  it("asks of a database by the sentence of the way to it that was chosen", () => {
    expect(markersOf(staging)).toContainEqual({
      path: "staging.database.server.resourceGroup",
      question: "The resource group of the server.",
    });
  });

  it("finds none once the values are real", () => {
    const real: Environment = {
      ...staging,
      adminGroupObjectIds: ["3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11"],
      access: { via: "authorizedRanges", ranges: ["20.1.2.0/29"] },
      budget: { ...staging.budget, contactEmails: ["finance@example.com"] },
      alertEmails: ["operations@example.com"],
      gitHub: {
        owner: "org",
        infrastructure: { repository: "infrastructure" },
        applications: { backend: { repository: "backend" }, frontend: { repository: "frontend" } },
      },
      database: { via: "none" },
      domains: { backend: "api.example.com", frontend: "example.com" },
      aws: {
        ...staging.aws,
        accountId: "123456789012",
        vpcCidrs: ["10.0.0.0/16"],
        endpoints: [],
        hostedZoneId: "Z2FDTNDATAQYW2",
        ecr: { backend: { repository: "mmrv-backend", newest: 20 } },
        cutover: { gitHub: true, onCallRoles: ["OnCall"] },
        secrets: { backend: [], frontend: [] },
      },
    };
    expect(markersOf(real)).toEqual([]);
  });
});
