import { homedir, tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { namesOf } from "../../model/naming";
import { resourceGraph } from "../../tools/terraform/stack-json";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { addressOf, isAfter } from "../support/order";
import { type Block, reviewed, type Synthesized, synthProgram } from "../support/synth";

const stacks = synthProgram();
const get = (name: string): Synthesized => {
  const stack = stacks[name];
  if (!stack) throw new Error(`no stack ${name}`);
  return stack;
};
const [stagingInfra, productionInfra] = [get("staging-infra"), get("production-infra")];

/** What Azure gives no tags to. */
const WITHOUT_TAGS =
  /_(association|assignment|security_rule|firewall_rule|setting|credential|lock|budget_subscription|workspace_table|management_policy)$|^azurerm_subnet/;

describe.each([
  ["staging-infra", staging],
  ["production-infra", production],
])("%s", (name, environment) => {
  const { json, one, all } = get(name);
  const names = namesOf(environment);
  const cluster = one("azurerm_kubernetes_cluster");

  it("synthesizes as reviewed", async () => {
    await expect(reviewed(get(name))).toMatchFileSnapshot(`__snapshots__/${name}.json`);
  });

  it("lets its nodes pull from its registry, and nobody else", () => {
    const pulls = Object.entries<Block>(json.resource.azurerm_role_assignment).filter(
      ([, { role_definition_name }]) => role_definition_name === "AcrPull",
    );
    expect(pulls).toEqual([
      [
        expect.any(String),
        expect.objectContaining({
          principal_id: cluster.kubelet_identity.object_id,
          scope: `\${${addressOf({ json }, "azurerm_container_registry")}.id}`,
        }),
      ],
    ]);
    const pull = `azurerm_role_assignment.${pulls[0]?.[0]}`;
    expect(isAfter({ json }, addressOf({ json }, "azurerm_kubernetes_cluster"), pull)).toBe(true);
  });

  it("lets nobody in but Entra, and leaves no credential behind", () => {
    expect(cluster).toMatchObject({
      local_account_disabled: true,
      azure_active_directory_role_based_access_control: { azure_rbac_enabled: true },
      oidc_issuer_enabled: true,
      workload_identity_enabled: true,
    });
    expect(one("azurerm_container_registry").admin_enabled).toBe(false);
    expect(one("azurerm_log_analytics_workspace").local_authentication_enabled).toBe(false);
    expect(JSON.stringify(json)).not.toContain("kube_config");
  });

  it("asks for the minor version on the cluster and on every pool, unless a patch of it runs there", () => {
    const pools = [cluster.default_node_pool, ...all("azurerm_kubernetes_cluster_node_pool")];
    const asked = [cluster.kubernetes_version, ...pools.map(({ orchestrator_version }) => orchestrator_version)];
    expect(asked).toEqual(
      asked.map(() => expect.stringMatching(/ startswith\([\w.]+, "1\.35\."\)\)\]\[0\], "1\.35"\)\}$/)),
    );
    for (const { name, orchestrator_version } of pools) expect(orchestrator_version).toContain(`it.name == "${name}"`);
  });

  it("lets the cluster list the public addresses of its group, or the gateway would stay without one", () => {
    const reader = all("azurerm_role_assignment").filter(
      ({ role_definition_name }) => role_definition_name === "Reader",
    );
    expect(reader).toEqual([
      expect.objectContaining({
        scope: `/subscriptions/\${data.azurerm_client_config.azure.subscription_id}/resourceGroups/${names.resourceGroup}`,
        principal_id: "${azurerm_user_assigned_identity.cluster-identity.principal_id}",
      }),
    ]);
  });

  it("gives every role a principal type and a name that can be computed", () => {
    for (const assignment of all("azurerm_role_assignment")) {
      expect(assignment).toMatchObject({
        principal_type: "ServicePrincipal",
        name: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
      expect(assignment).not.toHaveProperty("skip_service_principal_aad_check");
    }
  });

  it("has every role and route before the cluster that needs them", () => {
    const graph = resourceGraph(json);
    const needed = [...graph.keys()].filter((address) =>
      /^azurerm_role_assignment\.(registry_pull|network_\w*[\w-]+_join|gateway-address_use|egress-address_use|kubelet-identity_operator)|^azurerm_subnet_(nat|network)\w+\.network_(nodes|api-server)/.test(
        address,
      ),
    );
    expect(needed.length).toBeGreaterThanOrEqual(7);
    for (const address of needed)
      expect([address, isAfter(get(name), "azurerm_kubernetes_cluster.cluster", address)]).toEqual([address, true]);
  });

  it("lets a pipeline push what it builds and do nothing else, and none where images are promoted", () => {
    for (const application of ["backend", "frontend"] as const) {
      const builds = environment.images.from === "build";
      expect(json.output?.[`${application}-push-client-id`] !== undefined).toBe(builds);
      const roles = all("azurerm_role_assignment").filter(({ principal_id }) =>
        principal_id.includes(`azurerm_user_assigned_identity.${application}-ground_push-identity`),
      );
      expect(roles.map(({ role_definition_name }) => role_definition_name)).toEqual(builds ? ["AcrPush"] : []);
    }
  });

  it("tags everything that takes tags", () => {
    const graph = [...resourceGraph(json)];
    expect(graph.length).toBeGreaterThan(40);
    for (const [address, { type, body }] of graph) {
      const tags = (body as Block).tags;
      if (WITHOUT_TAGS.test(type)) expect([address, tags]).toEqual([address, undefined]);
      else
        expect([address, tags]).toEqual([
          address,
          expect.objectContaining({ application: "mmrv", stack: name, managedBy: "cdktf" }),
        ]);
    }
  });

  it("counts the nodes' resource group in the budget", () => {
    const values = one("azurerm_consumption_budget_subscription").filter.dimension[0].values;
    expect(values).toEqual([names.resourceGroup, cluster.node_resource_group]);
  });

  it("is put into the group that bootstrap made, and makes none", () => {
    expect(all("azurerm_resource_group")).toEqual([]);
    const groups = [...resourceGraph(json).values()].flatMap(({ body }) => (body as Block).resource_group_name ?? []);
    // A rule of a security group refers to the group's own.
    expect(new Set(groups.filter((group: string) => !group.startsWith("${")))).toEqual(new Set([names.resourceGroup]));
  });

  it("looks up the identities of bootstrap, each with a sentence that says who makes it", () => {
    const sentences = Object.values<Block>(json.data.azurerm_resources).flatMap(
      ({ lifecycle }) => lifecycle?.postcondition.map(({ error_message }: Block) => error_message) ?? [],
    );
    expect(sentences).toEqual(
      expect.arrayContaining(
        [names.planIdentity, names.deployIdentity].map(
          (identity) =>
            `The managed identity ${identity} is missing in the resource group rg-mmrv-bootstrap: it is made by the stack bootstrap.`,
        ),
      ),
    );
  });

  it("lets the planner log in to the cluster, and the deployer administer it", () => {
    const roles = (who: string) =>
      all("azurerm_role_assignment")
        .filter(({ principal_id }) => principal_id === `\${data.azurerm_user_assigned_identity.${who}.principal_id}`)
        .map(({ role_definition_name }) => role_definition_name)
        .sort();
    expect(roles("planner")).toEqual(["Azure Kubernetes Service Cluster User Role"]);
    expect(roles("deployer")).toEqual([
      "Azure Kubernetes Service Cluster User Role",
      "Azure Kubernetes Service RBAC Cluster Admin",
      "Key Vault Secrets Officer",
      "Key Vault Secrets Officer",
    ]);
  });

  it("asks pods to be restricted, in the namespace of MMRV and as strictly as the environment says", () => {
    const { parameters, resource_group_id } = one("azurerm_resource_group_policy_assignment");
    expect(JSON.parse(parameters)).toMatchObject({
      effect: { value: environment.podSecurity },
      namespaces: { value: ["mmrv"] },
    });
    expect(resource_group_id).toMatch(new RegExp(`/resourceGroups/${names.resourceGroup}$`));
  });

  it("logs what the environment names of the control plane", () => {
    const toWorkspace = all("azurerm_monitor_diagnostic_setting").find(
      ({ name: setting, target_resource_id }) =>
        setting === "to-log-analytics" && target_resource_id === "${azurerm_kubernetes_cluster.cluster.id}",
    );
    expect(toWorkspace?.enabled_log.map(({ category }: Block) => category)).toEqual(environment.logs.controlPlane);
  });

  it("has Defender's sensor, Prometheus and host encryption where the environment says so", () => {
    const { defender, hostEncryption, prometheus } = environment;
    expect(["microsoft_defender" in cluster, "monitor_metrics" in cluster]).toEqual([defender, prometheus]);
    const pools = [cluster.default_node_pool, ...all("azurerm_kubernetes_cluster_node_pool")];
    for (const pool of pools) expect(pool.host_encryption_enabled).toBe(hostEncryption);
    expect(all("azurerm_monitor_workspace")).toHaveLength(prometheus ? 1 : 0);
  });

  it("carries no path of a machine", () => {
    for (const path of [process.cwd(), tmpdir(), homedir()]) expect(JSON.stringify(json)).not.toContain(`${path}/`);
  });
});

describe("staging-infra", () => {
  it("answers the authorised ranges, and whoever calls from inside by the egress address", () => {
    expect(stagingInfra.one("azurerm_kubernetes_cluster").api_server_access_profile.authorized_ip_ranges).toEqual([
      "203.0.113.0/29",
      "${azurerm_public_ip.egress-address.ip_address}/32",
    ]);
    for (const vault of stagingInfra.all("azurerm_key_vault")) {
      expect(vault.network_acls).toMatchObject({
        default_action: "Deny",
        ip_rules: ["203.0.113.0/29", "${azurerm_public_ip.egress-address.ip_address}/32"],
      });
    }
  });

  it("lets itself in at the database's firewall, and keeps no archive", () => {
    expect(stagingInfra.one("azurerm_postgresql_flexible_server_firewall_rule")).toMatchObject({
      name: "mmrv-egress-1",
      start_ip_address: "${azurerm_public_ip.egress-address.ip_address}",
    });
    expect(stagingInfra.all("azurerm_storage_account")).toEqual([]);
  });

  it("has neither guard nor locks", () => {
    expect(JSON.stringify(stagingInfra.json)).not.toContain("prevent_destroy");
    expect(stagingInfra.all("azurerm_management_lock")).toEqual([]);
  });
});

describe("production-infra", () => {
  it("is reached from inside the network only", () => {
    expect(productionInfra.one("azurerm_kubernetes_cluster")).toMatchObject({
      private_cluster_enabled: true,
      private_cluster_public_fqdn_enabled: false,
      private_dns_zone_id: "System",
      run_command_enabled: false,
    });
    expect(productionInfra.one("azurerm_kubernetes_cluster").api_server_access_profile).not.toHaveProperty(
      "authorized_ip_ranges",
    );
    for (const vault of productionInfra.all("azurerm_key_vault"))
      expect(vault).toMatchObject({
        public_network_access_enabled: false,
        purge_protection_enabled: true,
        soft_delete_retention_days: 90,
      });
    expect(productionInfra.one("azurerm_container_registry").public_network_access_enabled).toBe(false);
  });

  it("guards every protected resource, and locks registry, vaults and addresses but neither the group nor the cluster", () => {
    expect(PROTECTED_TYPES.flatMap((type) => productionInfra.all(type)).length).toBeGreaterThan(6);
    for (const type of PROTECTED_TYPES)
      for (const resource of productionInfra.all(type))
        expect([type, resource.lifecycle?.prevent_destroy]).toEqual([type, true]);
    const locked = productionInfra.all("azurerm_management_lock").map(({ scope }) => scope.split(".")[0]);
    expect(locked.sort()).toEqual([
      "${azurerm_container_registry",
      "${azurerm_key_vault",
      "${azurerm_key_vault",
      "${azurerm_public_ip",
      "${azurerm_public_ip",
    ]);
  });

  it("differs without its guard in prevent_destroy alone", () => {
    const unguarded = synthProgram({ environments: [staging, { ...production, deletionGuard: false }] })[
      "production-infra"
    ];
    const withoutGuard = JSON.parse(JSON.stringify(productionInfra.json), (key, value) => {
      if (key === "prevent_destroy") return undefined;
      return key === "lifecycle" && Object.keys(value).length === 0 ? undefined : value;
    });
    expect(withoutGuard).toEqual(unguarded?.json);
  });

  it("reaches the database by a private address, and archives every request to the API server", () => {
    const endpoints = productionInfra
      .all("azurerm_private_endpoint")
      .map(({ private_service_connection }) => private_service_connection.subresource_names[0]);
    expect(endpoints.sort()).toEqual(["blob", "postgresqlServer", "registry", "vault", "vault"]);
    const archive = productionInfra
      .all("azurerm_monitor_diagnostic_setting")
      .filter((setting) => "storage_account_id" in setting);
    expect(archive).toMatchObject([
      { enabled_log: [{ category: "kube-audit" }], target_resource_id: "${azurerm_kubernetes_cluster.cluster.id}" },
    ]);
  });

  it("gives the runner a way out, because its subnet has no other", () => {
    const subnets = productionInfra.all("azurerm_subnet_nat_gateway_association").map(({ subnet_id }) => subnet_id);
    expect(subnets).toEqual([expect.stringContaining("network_nodes"), expect.stringContaining("network_runner")]);
  });

  it("lets AKS join when nothing else writes to the network any more", () => {
    const graph = resourceGraph(productionInfra.json);
    const writers = [...graph.keys()].filter((address) =>
      /^azurerm_(subnet_|private_endpoint\.|network_security_rule\.)/.test(address),
    );
    expect(writers.length).toBe(12);
    for (const address of writers)
      expect([address, isAfter(productionInfra, "azurerm_kubernetes_cluster.cluster", address)]).toEqual([
        address,
        true,
      ]);
  });
});

describe("a subscription that is set", () => {
  it("binds the stacks to it, so that nobody applies it into another one", () => {
    const subscriptionId = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";
    const bound = synthProgram({
      bootstrap: { ...bootstrap, subscriptionId },
      environments: [{ ...staging, subscriptionId }],
    });
    const subscriptions = Object.values(bound).flatMap(({ json }) => json.provider.azurerm?.[0].subscription_id ?? []);
    expect(subscriptions.length).toBeGreaterThan(5);
    expect([...new Set(subscriptions)]).toEqual([subscriptionId]);
  });
});
