import { beforeAll, describe, expect, it } from "vitest";
import { HelmValues } from "../../../model/helm-values";
import type { Ask } from "../../../tools/azure/ask";
import { resourceIds } from "../../../tools/deploy/resource-ids";
import { AskArm } from "../../../tools/failover/ask-arm";
import { FINDING_NAMES, type Finding } from "../../../tools/failover/finding";
import { pairOf, planFailover } from "../../../tools/failover/plan";
import { stepsOf } from "../../../tools/failover/steps";
import { escrowSaid, namesIn } from "../../../tools/failover/written";
import { type SynthesizedStack, synthesize } from "../../../tools/program/stacks";
import { HELM_VALUES } from "../../support/fixtures/environments/all";
import { production } from "../../support/fixtures/environments/production";
import { standby } from "../../support/fixtures/environments/standby";

const SUBSCRIPTION = "5f1c0d4e-0000-4000-8000-7375626d6d76";
const GROUP = "/resourceGroups/rg-mmrv-standby";
const REPLICATIONS =
  "/resourceGroups/rg-mmrv-production/providers/Microsoft.ContainerRegistry/registries/crmmrvprdk3m7/replications";
const ENDPOINT = `${GROUP}/providers/Microsoft.Network/privateEndpoints/pe-crmmrvprdk3m7`;
const SKUS = "/providers/Microsoft.Compute/skus";
const USAGES = "/providers/Microsoft.Compute/locations/centralus/usages";

let stacks: SynthesizedStack[];
beforeAll(() => {
  stacks = synthesize();
});

/** An Azure that answers these paths, and 404 to all others. */
const arm = (answers: Readonly<Record<string, unknown>>): AskArm => {
  const ask: Ask = async ({ url }) => {
    const path = new URL(url).pathname.replace(`/subscriptions/${SUBSCRIPTION}`, "");
    const found = answers[path];
    return found === undefined ? { status: 404, body: "{}" } : { status: 200, body: JSON.stringify(found) };
  };
  return new AskArm(SUBSCRIPTION, ask);
};
const asked = (answers: Readonly<Record<string, unknown>>, askRole = async () => true) =>
  planFailover(pairOf("production"), { arm: arm(answers), askRole, on: "2026-12-01", stacks });
const named = (findings: readonly Finding[], name: Finding["name"]) => {
  const { is, why } = findings.find((one) => one.name === name) as Finding;
  return [is, why];
};

const machine = (family: string, restrictions: object[] = []) => ({
  resourceType: "virtualMachines",
  name: "Standard_D4ds_v5",
  family,
  restrictions,
});
const usage = (value: string, limit: number, currentValue = 0) => ({ name: { value }, currentValue, limit });

/** Where everything that Azure is asked for is there. */
const whole = () => {
  const infra = stacks.find(({ id }) => id === "standby-infra") as SynthesizedStack;
  const ids = [...resourceIds(infra.json, SUBSCRIPTION).values()];
  const secrets = (name: string) => ({ value: [{ name }] });
  return {
    [`${GROUP}/resources`]: { value: ids.map((id) => ({ id })) },
    [ENDPOINT]: {
      id: "pe",
      properties: {
        manualPrivateLinkServiceConnections: [
          { properties: { privateLinkServiceConnectionState: { status: "Approved" } } },
        ],
      },
    },
    [REPLICATIONS]: { value: [{ location: "Central US", properties: { provisioningState: "Succeeded" } }] },
    [SKUS]: { value: [machine("standardDDSv5Family")] },
    [USAGES]: { value: [usage("cores", 100), usage("standardDDSv5Family", 44)] },
    [`${GROUP}/providers/Microsoft.KeyVault/vaults/kv-backend-sby-k3m7/secrets`]: secrets("database-url"),
    [`${GROUP}/providers/Microsoft.KeyVault/vaults/kv-frontend-sby-k3m7/secrets`]: secrets(
      "next-server-actions-encryption-key",
    ),
  };
};

describe("the plan of a failover", () => {
  it("is that of the pair, whichever of both is named, and refused where nobody stands by", () => {
    expect(pairOf("standby")).toEqual(pairOf("production"));
    expect(pairOf("production")).toEqual({ primary: production, standby });
    expect(() => pairOf("staging")).toThrow("staging: no environment stands by for it");
    expect(() => pairOf("producton")).toThrow("(did you mean production?)");
  });

  it("has every finding once, in the order in which they are needed, each of them needed by a step", async () => {
    const { findings, steps } = await asked(whole());
    expect(findings.map(({ name }) => name)).toEqual(FINDING_NAMES);
    expect([...new Set(steps.flatMap(({ needs }) => needs))].sort()).toEqual([...FINDING_NAMES].sort());
  });

  it("finds what Azure and AWS have ready", async () => {
    const { findings } = await asked(whole());
    const ready = findings.filter(({ is }) => is === "ready").map(({ name }) => name);
    expect(ready).toEqual([
      "standby-infra",
      "registry-replica",
      "registry-endpoint",
      "vaults",
      "sizes",
      "quota",
      "aws-roles",
    ]);
  });

  it("finds what is not there, each by its own sentence with what to do", async () => {
    const { findings } = await asked({ [`${GROUP}/resources`]: { value: [] } }, async () => false);
    expect(findings.filter(({ is }) => is === "ready")).toEqual([]);
    expect(findings.filter(({ next }) => next === undefined)).toEqual([]);
    expect(named(findings, "standby-infra")[1]).toMatch(
      /^\d+ of \d+ resources of standby-infra are not there, such as /,
    );
    expect(named(findings, "registry-endpoint")).toEqual(["missing", "pe-crmmrvprdk3m7 is not there"]);
    expect(named(findings, "vaults")).toEqual(["missing", "2 of 2 vaults are not there"]);
    expect(named(findings, "aws-roles")).toEqual(["missing", "not there: mmrv-standby-dns-01"]);
  });

  it.each<[string, Finding["name"], object, string[]]>([
    [
      "a replica elsewhere",
      "registry-replica",
      { [REPLICATIONS]: { value: [{ location: "eastus2" }] } },
      ["missing", "crmmrvprdk3m7 has no replica in centralus"],
    ],
    [
      "a replica that is being made",
      "registry-replica",
      { [REPLICATIONS]: { value: [{ location: "centralus", properties: { provisioningState: "Creating" } }] } },
      ["missing", "crmmrvprdk3m7 has no replica in centralus that is done (Creating)"],
    ],
    [
      "an endpoint that nobody approved",
      "registry-endpoint",
      {
        [ENDPOINT]: {
          id: "pe",
          properties: {
            manualPrivateLinkServiceConnections: [
              { properties: { privateLinkServiceConnectionState: { status: "Pending" } } },
            ],
          },
        },
      },
      ["missing", "crmmrvprdk3m7 has not approved pe-crmmrvprdk3m7 (Pending)"],
    ],
    [
      "a secret that was added since",
      "vaults",
      { [`${GROUP}/providers/Microsoft.KeyVault/vaults/kv-backend-sby-k3m7/secrets`]: { value: [] } },
      ["missing", "not there: kv-backend-sby-k3m7/database-url"],
    ],
    [
      "a size that is closed to the subscription",
      "sizes",
      {
        [SKUS]: {
          value: [machine("standardDDSv5Family", [{ type: "Location", reasonCode: "NotAvailableForSubscription" }])],
        },
      },
      ["missing", "centralus does not sell Standard_D4ds_v5 to this subscription"],
    ],
    [
      "a family that is too small by one machine",
      "quota",
      { [USAGES]: { value: [usage("cores", 100), usage("standardDDSv5Family", 43)] } },
      ["missing", "centralus: standardDDSv5Family: 44 vCPUs are needed at the most, 43 of 43 are free"],
    ],
  ])("tells %s", async (_, name, change, expected) => {
    const { findings } = await asked({ ...whole(), ...change });
    expect(named(findings, name)).toEqual(expected);
  });

  it("does not take for missing what nobody can say", async () => {
    const away = new AskArm(SUBSCRIPTION, () => Promise.reject(new Error("connect ECONNREFUSED")));
    const { findings } = await planFailover(pairOf("production"), {
      arm: away,
      askRole: () => Promise.reject(Object.assign(new Error("no"), { name: "CredentialsProviderError" })),
      on: "2026-12-01",
      stacks,
    });
    const unknown = findings.filter(({ is }) => is === "unknown").map(({ name }) => name);
    expect(unknown).toEqual([
      "standby-infra",
      "registry-replica",
      "registry-endpoint",
      "vaults",
      "sizes",
      "quota",
      "aws-roles",
    ]);
  });
});

describe("the escrow file", () => {
  const wanted = new Map([["backend", ["database-url"]]]);
  const record = {
    environment: "production",
    date: "2026-09-02",
    sha256: "0".repeat(64),
    recipients: ["age1x"],
    secrets: { backend: ["Database-Url"] },
  };

  it("is good for ninety days, and for the secrets that are in it", () => {
    expect(escrowSaid(production, record, wanted, "2026-12-01")).toMatchObject({ is: "ready" });
    expect(escrowSaid(production, record, wanted, "2026-12-02")).toMatchObject({
      is: "missing",
      why: "it is 91 days old, and secrets change in 90",
    });
    expect(escrowSaid(production, undefined, wanted, "2026-12-01")).toMatchObject({ why: "none was ever written" });
    const more = new Map([["backend", ["database-url", "session-key"]]]);
    expect(escrowSaid(production, record, more, "2026-12-01")).toMatchObject({ why: "it lacks backend/session-key" });
  });

  it("must have what applications look for, by AWS and by their values", () => {
    expect([...namesIn(standby, new HelmValues(HELM_VALUES))]).toEqual([
      ["backend", ["database-url"]],
      ["frontend", ["next-server-actions-encryption-key"]],
    ]);
  });
});

describe("the steps", () => {
  it("begin with AWS where it still serves, and end with users", () => {
    const [first, ...others] = stepsOf(production, standby, { areUsersOnAws: true, way: "promote" });
    expect(first?.commands).toEqual(["npx mmrv cutover back production --now"]);
    expect(others).toEqual(stepsOf(production, standby, { areUsersOnAws: false, way: "promote" }));
    expect(others.at(-1)?.commands).toEqual(["npx mmrv cutover over production --now"]);
  });

  it("deploy every stack of the standby that is not there ahead, the roles after the cluster", () => {
    const commands = stepsOf(production, standby, { areUsersOnAws: false, way: "none" }).flatMap(
      (step) => step.commands,
    );
    expect(commands.flatMap((command) => /^npx mmrv deploy (.*)$/.exec(command)?.[1] ?? [])).toEqual([
      "standby-cluster",
      "standby-aws-access",
      "standby-addons",
      "standby-platform",
      "standby-backend",
      "standby-frontend",
    ]);
  });

  it("ask nobody in the region that is gone for the database's id", () => {
    const [database] = stepsOf(production, standby, { areUsersOnAws: false, way: "restore" });
    expect(database?.commands).toEqual([
      'az postgres flexible-server geo-restore --resource-group change-me --name change-me-standby --location centralus --source-server "/subscriptions/$(az account show --query id --output tsv)/resourceGroups/change-me/providers/Microsoft.DBforPostgreSQL/flexibleServers/change-me-production"',
    ]);
  });
});
