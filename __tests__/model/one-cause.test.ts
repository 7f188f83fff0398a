import { describe, expect, it } from "vitest";
import { checkEnvironments } from "../../model/check";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { ENVIRONMENTS, HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";

/** What a user is told whose files say this; anything may stand in them. */
function told(environments: unknown, ground: unknown = bootstrap): string[] {
  try {
    checkEnvironments(
      environments as Environment[],
      ground as typeof bootstrap,
      { helmValues: new HelmValues(HELM_VALUES) },
      ENVIRONMENTS,
    );
    return [];
  } catch (error) {
    return (error as Error).message.split("\n").map((line) => line.trim());
  }
}
const issues = (change: object, of: Environment = staging) => {
  const [heading, ...lines] = told(
    of === staging ? [{ ...staging, ...change }, production] : [staging, { ...of, ...change }],
  );
  expect(heading).toBe(
    `environments/: ${lines.length} ${lines.length === 1 ? "issue" : "issues"}, nothing was touched`,
  );
  return lines;
};
const { addressPlan, aws, kubernetes, maintenance, nodePools } = staging;

describe("something else than an environment", () => {
  const MUST =
    "must be an object with the fields of an environment (is it exported under the name by which environments/all.ts imports it?)";

  it.each([
    ["nothing", undefined, "nothing"],
    ["null", null, "null"],
    ["a list", [staging], undefined],
    ["a text", "staging", '"staging"'],
    ["a number", 5, "5"],
    ["a function", () => staging, "[Function (anonymous)]"],
  ])("in the list is one issue, and its neighbours are evaluated: %s", (_, entry, got) => {
    const [, ...lines] = told([entry, { ...production, region: 5 }]);
    expect(lines).toEqual([
      got === undefined
        ? expect.stringMatching(/^ENVIRONMENTS\[0\]: got \[\{/)
        : `ENVIRONMENTS[0]: got ${got}, ${MUST}`,
      "production.region: got 5, must be in quotes (without them it is a number), and be a region's short name such as eastus2",
    ]);
  });

  it("as the bootstrap is one issue", () => {
    expect(told([staging, production], null)).toEqual([
      "environments/: 1 issue, nothing was touched",
      "bootstrap: got null, must be an object with the fields of a subscription (is it exported under the name by which environments/all.ts imports it?)",
    ]);
  });

  it("as the list is one issue", () => {
    expect(told({ staging })).toEqual([
      "environments/all.ts: 1 issue, nothing was touched",
      expect.stringMatching(/^ENVIRONMENTS: got \{"staging":.*…, must be a list of environments$/),
    ]);
  });

  it("inside one, or an environment inside itself, is told without a trace", () => {
    const circle: Record<string, unknown> = { ...staging };
    circle["vaults"] = { ...staging.vaults, circle };
    expect(told([circle, production])).toEqual([
      "environments/: 1 issue, nothing was touched",
      expect.stringMatching(/^staging\.vaults\.circle: got <ref \*1> \{.*must be absent/),
    ]);
    expect(issues({ imageCleanerHours: 48n })).toEqual([
      "staging.imageCleanerHours: got 48n, must be a whole number from 24 to 2160 (AKS limits)",
    ]);
    expect(issues({ imageCleanerHours: Number.NaN })).toEqual([
      "staging.imageCleanerHours: got NaN, must be a whole number from 24 to 2160 (AKS limits)",
    ]);
  });
});

describe("quotes", () => {
  it.each([
    [
      "missing around a number",
      { kubernetes: { ...kubernetes, version: 1.35 } },
      "staging.kubernetes.version: got 1.35, must be in quotes (without them it is a number), and be a Kubernetes version such as 1.35",
    ],
    [
      "missing around a word of a closed list",
      { zones: ["1", 2] },
      "staging.zones.1: got 2, must be in quotes (without them it is a number), and be one of 1, 2, 3",
    ],
    [
      "missing around a truth",
      { region: true },
      "staging.region: got true, must be in quotes (without them it is true or false), and be a region's short name such as eastus2",
    ],
    [
      "too many around a number",
      { imageCleanerHours: "48" },
      'staging.imageCleanerHours: got "48", must be without quotes (with them it is text), and be a whole number from 24 to 2160 (AKS limits)',
    ],
    [
      "too many around a truth",
      { locks: "true" },
      'staging.locks: got "true", must be without quotes (with them it is text), and be true or false',
    ],
    [
      "around nothing, which is no number",
      { imageCleanerHours: " " },
      "staging.imageCleanerHours: got  , must be a whole number from 24 to 2160 (AKS limits)",
    ],
    [
      "not the matter",
      { imageCleanerHours: "often" },
      'staging.imageCleanerHours: got "often", must be a whole number from 24 to 2160 (AKS limits)',
    ],
  ])("that are %s are named", (_, change, sentence) => {
    expect(issues(change)).toEqual([sentence]);
  });
});

describe("a slip", () => {
  it.each([
    [
      "in the name of a field, which leaves the right one empty",
      { region: undefined, regoin: "eastus2" },
      'staging.regoin: got "eastus2", must be absent (no such field; the schema in model/ lists them) (did you mean region?)',
    ],
    [
      "in the name of a field below another",
      { vaults: { softDeleteDays: 7, purgeProtecton: false } },
      "staging.vaults.purgeProtecton: got false, must be absent (no such field; the schema in model/ lists them) (did you mean purgeProtection?)",
    ],
    [
      "in a field of what a union has chosen",
      { access: { via: "authorizedRanges", range: ["20.1.2.0/29"] } },
      'staging.access.range: got ["20.1.2.0/29"], must be absent (a public API server is filtered by ranges and by nothing else) (did you mean ranges?)',
    ],
    [
      "in a field of what a union has not chosen, which is no guess",
      { egress: { via: "loadBalancer", address: "own", adresses: 1 } },
      "staging.egress.adresses: got 1, must be absent (the load balancer has an address and nothing else)",
    ],
    [
      "where the right field is there too, which is no guess",
      { vaults: { ...staging.vaults, softDeleteDay: 7 } },
      "staging.vaults.softDeleteDay: got 7, must be absent (no such field; the schema in model/ lists them)",
    ],
    [
      "in a word of a closed list",
      { podSecurity: "Deni" },
      'staging.podSecurity: got "Deni", must be one of Audit, Deny (did you mean Deny?)',
    ],
    [
      "in what a union goes by",
      { egress: { via: "loadbalancer", address: "own" } },
      'staging.egress.via: got "loadbalancer", must say via: loadBalancer, natGateway or firewall (did you mean loadBalancer?)',
    ],
  ])("%s is one line with a guess", (_, change, sentence) => {
    expect(issues(change)).toEqual([sentence]);
  });
});

describe("one mistake is one line", () => {
  it.each([
    ["a name of no shape", { name: "Staging_1" }, /^Staging_1\.name: got "Staging_1", must be 3 to 63 lower-case/],
    ["no name", { name: "" }, /^ENVIRONMENTS\[0\]\.name: got "", must be 3 to 63 lower-case/],
    ["a name that is a number", { name: 5 }, /^ENVIRONMENTS\[0\]\.name: got 5, must be in quotes/],
    ["a code of no shape", { code: "St g" }, /^staging\.code: got St g, must be lower-case letters or digits/],
    ["a suffix of no shape", { suffix: "K" }, /^staging\.suffix: got "K", must be 3 or more/],
    ["a list that is none", { alertEmails: "" }, /^staging\.alertEmails: got "", must be a list of e-mail addresses$/],
    [
      "a network that is no range",
      { addressPlan: { ...addressPlan, network: "10.40.0.0" } },
      /^staging\.addressPlan\.network: got "10\.40\.0\.0", must be an IPv4 range/,
    ],
    [
      "a version of no shape",
      { kubernetes: { ...kubernetes, version: "v1.35.1" } },
      /^staging\.kubernetes\.version: got "v1\.35\.1", must be a Kubernetes version such as 1\.35$/,
    ],
    [
      "a date that is none",
      { budget: { ...staging.budget, startDate: "soon" } },
      /^staging\.budget\.startDate: got "soon", must be a date such as 2026-12-01/,
    ],
    [
      "a pool of no kind",
      { nodePools: nodePools.map((pool) => ({ ...pool, ...(pool.mode === "System" && { mode: "system" }) })) },
      /^staging\.nodePools\.0\.mode: got "system", must be one of System, User \(did you mean System\?\)$/,
    ],
    [
      "far too many nodes",
      {
        nodePools: nodePools
          .map((pool) => ({ ...pool, maxCount: 5000 }))
          .slice(0, 1)
          .concat(nodePools.slice(1)),
      },
      /^staging\.nodePools\.0\.maxCount: got 5000, must be a whole number from 1 to 1000/,
    ],
    [
      "a cap of nothing",
      { logs: { ...staging.logs, dailyCapGb: -1 } },
      /^staging\.logs\.dailyCapGb: got -1, must be a number of GB above 0/,
    ],
    [
      "a window on no day",
      {
        maintenance: {
          ...maintenance,
          nodes: { ...maintenance.nodes, dayOfWeek: "Sonntag" },
          freezes: [{ from: "2026-12-18", to: "2026-12-18", reason: "sale" }],
        },
      },
      /^staging\.maintenance\.nodes\.dayOfWeek: got "Sonntag", must be one of/,
    ],
    [
      "a repository of no name",
      { aws: { ...aws, ecr: { bakend: aws.ecr.backend } } },
      /^staging\.aws\.ecr\.bakend: got .*\(did you mean backend\?\)$/,
    ],
    [
      "a domain that is none, of a release whose routes name it",
      { domains: { ...staging.domains, frontend: "Not a host" } },
      /^staging\.domains\.frontend: got Not a host, must be a lower-case DNS host name/,
    ],
    [
      "an environment that is promoted from, of no shape",
      { images: { from: "bild" } },
      /^staging\.images\.from: got "bild", must say from: build or promotion \(did you mean build\?\)$/,
    ],
  ])("%s", (_, change, sentence) => {
    expect(issues(change)).toEqual([expect.stringMatching(sentence)]);
  });

  it.each([
    [
      "a range in the way of all others is the one that is wrong",
      { addressPlan: { ...addressPlan, nodes: "10.40.0.0/16" } },
      'staging.addressPlan.nodes: got "10.40.0.0/16", must be apart from addressPlan.apiServer 10.40.4.0/28, addressPlan.privateEndpoints 10.40.5.0/26, addressPlan.firewall 10.40.7.0/26 (subnets of one network)',
    ],
    [
      "also when it is not ours",
      { aws: { ...aws, vpcCidrs: ["10.0.0.0/8"] } },
      'staging.aws.vpcCidrs.0: got "10.0.0.0/8", must be apart from addressPlan.network 10.40.0.0/16, addressPlan.pods 10.128.0.0/16, addressPlan.services 10.41.0.0/20 (MMRV keeps talking to AWS)',
    ],
    [
      "a network without its subnets is the one that is wrong",
      { addressPlan: { ...addressPlan, network: "10.99.0.0/16" } },
      'staging.addressPlan.network: got "10.99.0.0/16", must hold addressPlan.nodes 10.40.0.0/22, addressPlan.apiServer 10.40.4.0/28, addressPlan.privateEndpoints 10.40.5.0/26, addressPlan.firewall 10.40.7.0/26 (they are its subnets)',
    ],
    [
      "all that is wrong with a field stands behind it",
      { addressPlan: { ...addressPlan, services: "10.128.0.0/11" } },
      'staging.addressPlan.services: got "10.128.0.0/11", must be apart from addressPlan.pods 10.128.0.0/16 (a packet has one destination); and must be /12 to /24 (AKS takes no larger one, and a smaller one runs out of services)',
    ],
    [
      "of the names that a code makes too long the worst is told",
      { code: "stagingeast" },
      'staging.name: got key vault "kv-frontend-stagingeast-k3m7" of 28 characters, must be 3 to 24 letters, digits, single hyphens (Azure\'s limit; shorten name, code, suffix or the application)',
    ],
    [
      "no pool at all",
      { nodePools: [] },
      "staging.nodePools: got 0 System pools, must be exactly one System pool (it is the cluster's default pool); got 0 User pools, must be at least one User pool (the System pool is tainted: MMRV would never start)",
    ],
  ])("%s", (_, change, sentence) => {
    expect(issues(change)).toEqual([sentence]);
  });

  it("of a name and one of a code are told with the worst of what each makes too long", () => {
    const name = "s".repeat(60);
    expect(told([{ ...staging, name, code: "stagingeast" }]).slice(1)).toEqual([
      `${name}.name: got data collection endpoint "dce-mmrv-${name}" of 69 characters, must be 3 to 44 letters, digits, inner hyphens (Azure's limit; shorten name, code, suffix or the application); got key vault "kv-frontend-stagingeast-k3m7" of 28 characters, must be 3 to 24 letters, digits, single hyphens (Azure's limit; shorten name, code, suffix or the application)`,
    ]);
  });

  it("in the bootstrap is told of the bootstrap alone", () => {
    expect(told([staging, production], { ...bootstrap, computeFeatures: "none" })).toEqual([
      "environments/: 1 issue, nothing was touched",
      'bootstrap.computeFeatures: got "none", must be a list of feature names',
    ]);
  });

  it("in an environment is not told again beside what the bootstrap lacks", () => {
    const cautious = { ...production, hostEncryption: false };
    expect(told([{ ...staging, hostEncryption: "yes" }, cautious], { ...bootstrap, computeFeatures: [] })).toEqual([
      "environments/: 1 issue, nothing was touched",
      'staging.hostEncryption: got "yes", must be true or false',
    ]);
  });

  it.each([
    ["of several subnets outside, with others inside", { nodes: "10.98.0.0/22", firewall: "10.99.7.0/26" }, 2],
    ["of the one that can be read", { nodes: "x", apiServer: "x", privateEndpoints: "x", firewall: "10.99.7.0/26" }, 4],
  ])("is the subnet's and not the network's: %s", (_, ranges, count) => {
    const lines = issues({ addressPlan: { ...addressPlan, ...ranges } });
    expect(lines).toHaveLength(count);
    expect(lines.at(-1)).toBe(
      'staging.addressPlan.firewall: got "10.99.7.0/26", must be inside addressPlan.network 10.40.0.0/16 (it is a subnet of it)',
    );
  });

  it("of ranges that overlap others' is told of each of ours", () => {
    const ranges = { ...addressPlan, pods: "172.30.0.0/15", services: "169.254.0.0/20" };
    const own = issues({ addressPlan: ranges, aws: { ...aws, vpcCidrs: [] } });
    expect(own).toEqual([
      'staging.addressPlan.pods: got "172.30.0.0/15", must be apart from 172.30.0.0/16, 172.31.0.0/16 (AKS keeps that range for itself)',
      'staging.addressPlan.services: got "169.254.0.0/20", must be apart from 169.254.0.0/16 (AKS keeps that range for itself)',
    ]);
  });

  it("and two are two, also in one part", () => {
    expect(
      issues({ nodePools: nodePools.map((pool) => ({ ...pool, mode: "User", osDiskGb: 1 })) }).map(
        (line) => line.split(":")[0],
      ),
    ).toEqual(["staging.nodePools.0.osDiskGb", "staging.nodePools.1.osDiskGb", "staging.nodePools"]);
  });
});

it("what would act on a terminal or a runner is shown escaped, in names and in values", () => {
  expect(
    issues({ "\u001b[31mx\n::add-mask::y": 1, region: "\u202eeast us\u001b[2J", pairedRegion: "\u2028\u009b" }),
  ).toEqual([
    "staging.region: got \\u202eeast us\\u001b[2J, must be a region's short name such as eastus2",
    'staging.pairedRegion: got "\\u2028\\u009b", must be a region\'s short name such as centralus',
    "staging.\\u001b[31mx\\n::add-mask::y: got 1, must be absent (no such field; the schema in model/ lists them)",
  ]);
  expect(told([{ ...staging, name: "::add-mask::x\u001b[31m" }, production])[1]).toMatch(
    /^\\u003a:add-mask::x\\u001b\[31m\.name: got "::add-mask::x\\u001b\[31m", must be/,
  );
});
