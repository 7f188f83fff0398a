import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { APPLICATIONS } from "../support/fixtures/applications";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

const { addressPlan, gitHub } = staging;
const issues = (change: Partial<Environment>) => issuesOf([{ ...staging, ...change }]);
const plan = (ranges: Partial<Environment["addressPlan"]>) => ({ addressPlan: { ...addressPlan, ...ranges } });
const firewall: Extract<Environment["egress"], { via: "firewall" }> = {
  via: "firewall",
  addresses: 1,
  idleTimeoutMinutes: 4,
  tier: "Standard",
  routing: "active",
  gatewayIp: "10.40.3.250",
  hosts: [],
};

describe("the firewall's subnet", () => {
  it.each<[string, string, ...string[]]>([
    ["of /26", "10.40.7.0/26"],
    ["of /25", "10.40.8.0/25"],
    ["of /27", "10.40.7.0/27", "must be /26 or larger (Azure Firewall scales out into it)"],
    [
      "under what any subnet needs",
      "10.40.7.0/29",
      "must be /28 or larger (Azure keeps five addresses; the API server needs a /28)",
    ],
    ["outside the network", "10.99.7.0/26", "must be inside addressPlan.network 10.40.0.0/16 (it is a subnet of it)"],
    [
      "in another subnet",
      "10.40.5.0/26",
      "must be apart from addressPlan.privateEndpoints 10.40.5.0/26 (subnets of one network)",
    ],
  ])("%s", (_, range, ...must) => {
    // Whatever the egress is now: the range must be good when a firewall comes.
    const expected = must.map((sentence) => `staging.addressPlan.firewall: got "${range}", ${sentence}`);
    expect(issues(plan({ firewall: range }))).toEqual(expected);
    expect(issues({ ...plan({ firewall: range }), egress: firewall })).toEqual(expected);
  });

  it("is apart from the runner's", () => {
    expect(issues({ runner: { kind: "agent", addressPrefix: "10.40.7.0/28" }, egress: firewall })).toEqual([
      'staging.runner.addressPrefix: got "10.40.7.0/28", must be apart from addressPlan.firewall 10.40.7.0/26 (subnets of one network)',
    ]);
  });
});

describe("the gateway's private address", () => {
  it.each([
    ["the first of the next subnet", "10.40.4.0"],
    ["outside the network", "192.168.0.1"],
    ["the last that Azure keeps for itself at the start", "10.40.0.3"],
    ["the last that a node may have", "10.40.0.10"],
    ["the one that Azure keeps for itself at the end", "10.40.3.255"],
  ])("is refused when it is %s", (_, gatewayIp) => {
    expect(issues({ egress: { ...firewall, gatewayIp } })).toEqual([
      `staging.egress.gatewayIp: got "${gatewayIp}", must be inside addressPlan.nodes 10.40.0.0/22, not one of its first 11 or its last (Azure keeps five, and nodes take 7 from the start)`,
    ]);
  });

  it("may be the last that Azure gives", () => {
    expect(issues({ egress: { ...firewall, gatewayIp: "10.40.3.254" } })).toEqual([]);
    expect(issues({ egress: { ...firewall, gatewayIp: "10.40.0.11" } })).toEqual([]);
  });
});

describe("a database in another subscription", () => {
  const server = { kind: "sql", resourceGroup: "rg-data", name: "db" } as const;
  const theirs = { ...server, subscriptionId: "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11" };

  it("is approved by its owner", () => {
    expect(issues({ database: { via: "privateEndpoint", server: theirs, approval: "automatic" } })).toEqual([
      'staging.database.approval: got "automatic", must be manual with database.server.subscriptionId (we have no rights in another subscription)',
    ]);
    expect(issues({ database: { via: "privateEndpoint", server: theirs, approval: "manual" } })).toEqual([]);
    expect(issues({ database: { via: "privateEndpoint", server, approval: "automatic" } })).toEqual([]);
  });
});

describe("the ranges of a peered network", () => {
  const peered = (...cidrs: string[]): Partial<Environment> => ({
    database: {
      via: "peering",
      server: { kind: "mysqlFlexible", resourceGroup: "rg-data", name: "db" },
      network: { resourceGroup: "rg-data", name: "vnet-data", cidrs },
      privateDnsZone: { resourceGroup: "rg-data", name: "zone" },
    },
  });

  it("are apart from each of ours, all said at once", () => {
    expect(issues(peered("10.60.0.0/16", "10.40.128.0/17", "10.128.1.0/24", "10.41.0.0/16"))).toEqual([
      'staging.addressPlan.network: got "10.40.0.0/16", must be apart from database.network.cidrs.1 10.40.128.0/17 (Azure peers no networks that overlap)',
      'staging.addressPlan.pods: got "10.128.0.0/16", must be apart from database.network.cidrs.2 10.128.1.0/24 (Azure peers no networks that overlap)',
      'staging.addressPlan.services: got "10.41.0.0/20", must be apart from database.network.cidrs.3 10.41.0.0/16 (Azure peers no networks that overlap)',
    ]);
  });

  it("may touch ours", () => {
    expect(issues(peered("10.39.0.0/16", "10.42.0.0/16"))).toEqual([]);
  });
});

describe("GitHub's ids", () => {
  const withIds = (owner: boolean, ...repositories: readonly ("infrastructure" | "backend" | "frontend")[]) => ({
    gitHub: {
      ...gitHub,
      ...(owner && { ownerId: 7 }),
      ...(repositories.includes("infrastructure") && {
        infrastructure: { ...gitHub.infrastructure, repositoryId: 8 },
      }),
      applications: Object.fromEntries(
        APPLICATIONS.map((name, index) => [
          name,
          { repository: name, ...(repositories.includes(name) && { repositoryId: 9 + index }) },
        ]),
      ),
    },
  });

  it.each([
    [true, [], 1],
    [false, ["infrastructure"], 1],
    [true, ["backend", "frontend"], 3],
    [false, ["infrastructure", "backend", "frontend"], 3],
    [true, ["infrastructure", "backend"], 3],
  ] as const)("are all given or none: owner %s, repositories %j", (owner, repositories, count) => {
    expect(issues(withIds(owner, ...repositories))).toEqual([
      `staging.gitHub: got ${count} of 4 ids, must have ownerId and every repositoryId, or none of them (a token names all or none)`,
    ]);
  });

  it("may all be given", () => {
    expect(issues(withIds(true, "infrastructure", "backend", "frontend"))).toEqual([]);
  });
});

describe("a range is taken to the last size that fits:", () => {
  const services = (range: string) =>
    issues(plan({ services: range })).filter((line) => line.includes("must be /12 to /24"));
  const access = (range: string) => issues({ access: { via: "authorizedRanges", ranges: [range] } });

  it.each([
    ["172.16.0.0/12", 0],
    ["10.41.0.0/24", 0],
    ["10.41.0.0/25", 1],
    ["160.0.0.0/11", 1],
  ])("services %s: %i", (range, count) => {
    expect(services(range)).toHaveLength(count);
  });

  it.each([
    ["20.1.0.0/16", 0],
    ["20.0.0.0/15", 1],
  ])("access %s: %i", (range, count) => {
    expect(access(range)).toHaveLength(count);
  });
});

describe("an AWS account holds one provider of GitHub:", () => {
  const quality = (change: Partial<Environment["aws"]>): Environment => ({
    ...staging,
    name: "quality",
    code: "qlt",
    aws: { ...staging.aws, imagePush: "ownProvider", ...change },
  });
  const told = (first: Environment, second: Environment) =>
    issuesOf([first, second]).filter((line) => line.includes("imagePush"));

  it("so two environments of one account do not both make it", () => {
    expect(told({ ...staging, aws: quality({}).aws }, quality({}))).toEqual([
      'quality.aws.imagePush: got "ownProvider", must be existingProvider (staging makes the provider for GitHub in the same AWS account, which has one)',
    ]);
  });

  it("and those of two accounts do, as does the second when the first takes one that is there", () => {
    expect(told({ ...staging, aws: quality({}).aws }, quality({ accountId: "210987654321" }))).toEqual([]);
    expect(told({ ...staging, aws: quality({ imagePush: "existingProvider" }).aws }, quality({}))).toEqual([]);
  });
});
