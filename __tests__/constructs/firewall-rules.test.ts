import { describe, expect, it } from "vitest";
import { type EgressFeatures, egressRules } from "../../constructs/firewall-rules";

const NOTHING: EgressFeatures = {
  applicationHosts: [],
  costAnalysis: false,
  defender: false,
  prometheus: false,
  region: "eastus2",
  registryHosts: [],
  runner: "none",
  vaultHosts: [],
};

/** What each rule opens, by name. */
const opened = (features: Partial<EgressFeatures>) => {
  const { application, network } = egressRules({ ...NOTHING, ...features });
  return Object.fromEntries([
    ...application.map((rule) => [rule.name, "tag" in rule ? rule.tag : rule.hosts] as const),
    ...network.map(({ name, hosts, ports }) => [name, { hosts, ports }] as const),
  ]);
};
const ALWAYS = Object.keys(opened({}));

/** Each row: what is on, and the rules that come with it, each with something that it must open. */
const FEATURES: [string, Partial<EgressFeatures>, Record<string, unknown>][] = [
  ["costAnalysis", { costAnalysis: true }, { "cost-analysis": ["management.azure.com", "login.microsoftonline.com"] }],
  ["defender", { defender: true }, { defender: expect.arrayContaining(["*.cloud.defender.microsoft.com"]) }],
  ["prometheus", { prometheus: true }, { prometheus: ["*.metrics.ingest.monitor.azure.com"] }],
  ["public vaults", { vaultHosts: ["kv.vault.azure.net"] }, { vaults: ["kv.vault.azure.net"] }],
  ["a public registry", { registryHosts: ["cr.azurecr.io"] }, { registry: ["cr.azurecr.io"] }],
  ["an application that calls", { applicationHosts: ["sts.amazonaws.com"] }, { application: ["sts.amazonaws.com"] }],
  [
    "GitHub's runners",
    { runner: "gitHub" },
    {
      "runner-github": expect.arrayContaining(["*.actions.githubusercontent.com", "*.blob.core.windows.net"]),
      "runner-deploys": expect.arrayContaining(["management.azure.com", "registry.terraform.io"]),
    },
  ],
  [
    "an HCP Terraform agent",
    { runner: "agent" },
    {
      "runner-agent": expect.arrayContaining(["app.terraform.io", "archivist.terraform.io"]),
      "runner-deploys": expect.arrayContaining(["login.microsoftonline.com", "registry.npmjs.org"]),
    },
  ],
  ...(
    [
      ["postgresqlFlexible", ["5432"]],
      ["mysqlFlexible", ["3306"]],
      // Inside Azure a client is redirected to the second range.
      ["sql", ["1433", "11000-11999"]],
    ] as const
  ).map(([kind, ports]): [string, Partial<EgressFeatures>, Record<string, unknown>] => [
    `a public ${kind}`,
    { database: { kind, host: "db.example.com" } },
    { database: { hosts: ["db.example.com"], ports } },
  ]),
];

describe("egressRules", () => {
  it("always let out what a cluster needs, and nothing that is off", () => {
    expect(ALWAYS).toEqual(["aks", "workload-identity", "container-insights", "azure-policy"]);
    expect(opened({}).aks).toBe("AzureKubernetesService");
    // The tag lacks the region's own host.
    expect(opened({})["container-insights"]).toEqual(
      expect.arrayContaining(["eastus2.monitoring.azure.com", "eastus2.handler.control.monitor.azure.com"]),
    );
    expect(opened({ region: "westeurope" })["container-insights"]).not.toContain("eastus2.monitoring.azure.com");
  });

  it.each(FEATURES)("open for %s what it needs and nothing else", (_, features, rules) => {
    const all = opened(features);
    expect(Object.keys(all).sort()).toEqual([...ALWAYS, ...Object.keys(rules)].sort());
    expect(all).toMatchObject(rules);
  });

  it("name hosts, never everything", () => {
    const everything = opened({
      costAnalysis: true,
      defender: true,
      prometheus: true,
      runner: "gitHub",
      applicationHosts: ["*.example.com"],
    });
    const hosts = Object.values(everything).flatMap((what) => (Array.isArray(what) ? what : []));
    expect(hosts.length).toBeGreaterThan(20);
    for (const host of hosts) expect(host).toMatch(/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+$/);
  });
});
