import { describe, expect, it } from "vitest";
import { type EgressFeatures, egressRules } from "../../constructs/egress-rules";

const NOTHING: EgressFeatures = {
  applicationHosts: [],
  certificateHosts: [],
  deployHosts: [],
  thirdPartyHosts: [],
  costAnalysis: false,
  defender: false,
  gitOps: "none",
  prometheus: false,
  publicApiServer: false,
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
    ...network.map(({ name, ...rule }) => [name, rule] as const),
  ]);
};
const ALWAYS = Object.keys(opened({}));

/** Each row: what is on, and the rules that come with it, each with something that it must open. */
const FEATURES: [string, Partial<EgressFeatures>, Record<string, unknown>][] = [
  ["costAnalysis", { costAnalysis: true }, { "cost-analysis": ["management.azure.com", "login.microsoftonline.com"] }],
  ["defender", { defender: true }, { defender: expect.arrayContaining(["*.cloud.defender.microsoft.com"]) }],
  [
    "prometheus",
    { prometheus: true },
    { prometheus: ["*.metrics.ingest.monitor.azure.com", "*.handler.control.monitor.azure.com"] },
  ],
  [
    "Flux with a deploy key, whose SSH is no HTTPS",
    { gitOps: "deployKey" },
    {
      flux: [
        "login.microsoftonline.com",
        "management.azure.com",
        "eastus2.dp.kubernetesconfiguration.azure.com",
        "*.ingestion.msftcloudes.com",
        "*.microsoftmetrics.com",
      ],
      git: { hosts: ["ssh.github.com"], ports: ["443"] },
    },
  ],
  [
    "Flux as a GitHub App",
    { gitOps: "gitHubApp" },
    { flux: expect.arrayContaining(["management.azure.com"]), git: ["github.com", "api.github.com"] },
  ],
  ["public vaults", { vaultHosts: ["kv.vault.azure.net"] }, { vaults: ["kv.vault.azure.net"] }],
  ["a public registry", { registryHosts: ["cr.azurecr.io"] }, { registry: ["cr.azurecr.io"] }],
  ["an application that calls", { applicationHosts: ["sts.amazonaws.com"] }, { application: ["sts.amazonaws.com"] }],
  ["images of others", { thirdPartyHosts: ["quay.io"] }, { "third-party-images": ["quay.io"] }],
  ["certificates", { certificateHosts: ["route53.amazonaws.com"] }, { certificates: ["route53.amazonaws.com"] }],
  [
    "a runner that deploys what is elsewhere too",
    { runner: "agent", deployHosts: ["iam.amazonaws.com"] },
    {
      "runner-agent": expect.arrayContaining(["app.terraform.io"]),
      "runner-deploys": expect.arrayContaining(["management.azure.com", "iam.amazonaws.com"]),
    },
  ],
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
      ["postgresqlFlexible", "5432", {}],
      ["mysqlFlexible", "3306", {}],
      // Inside Azure a client is sent on to another machine, at an address that is not the server's.
      ["sql", "1433", { "database-redirect": { serviceTag: "Sql.eastus2", ports: ["11000-11999"] } }],
    ] as const
  ).map(([kind, port, more]): [string, Partial<EgressFeatures>, Record<string, unknown>] => [
    `a public ${kind}`,
    { database: { kind, host: "db.example.com" } },
    { database: { hosts: ["db.example.com"], ports: [port] }, ...more },
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

describe("a runner of an environment with public addresses", () => {
  it("reaches its vaults, registry and API server, and nothing of them where they are private", () => {
    const places = { publicApiServer: true, vaultHosts: ["kv.vault.azure.net"], registryHosts: ["cr.azurecr.io"] };
    expect(opened({ runner: "agent", ...places })["runner-services"]).toEqual([
      "kv.vault.azure.net",
      "cr.azurecr.io",
      "*.hcp.eastus2.azmk8s.io",
    ]);
    expect(opened({ runner: "agent" })).not.toHaveProperty("runner-services");
    expect(opened(places)).not.toHaveProperty("runner-services");
  });
});

describe("what the runner may reach", () => {
  it.each(["gitHub", "agent"] as const)("is not open to the nodes, which hold the application's data: %s", (runner) => {
    const { application } = egressRules({ ...NOTHING, runner });
    const nodes = application.flatMap((rule) => (rule.from === "nodes" && "hosts" in rule ? rule.hosts : []));
    expect(application.some(({ from }) => from === "runner")).toBe(true);
    for (const host of ["*.blob.core.windows.net", "github.com", "registry.npmjs.org", "graph.microsoft.com"])
      expect(nodes).not.toContain(host);
  });
});
