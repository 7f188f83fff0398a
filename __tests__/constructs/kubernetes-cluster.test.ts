import { describe, expect, it } from "vitest";
import type { EgressShape } from "../../constructs/egress";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { roleAssignmentName } from "../../constructs/role-assignment";
import { type ClusterOptions, cluster } from "../support/cluster-fixture";
import { isAfter } from "../support/order";
import { type Block, synthStack } from "../support/synth";

const OWN: EgressShape = { via: "loadBalancer", address: "own" };
const synth = (more: ClusterOptions = {}, shape: EgressShape = OWN) =>
  synthStack((stack) => void cluster(stack, shape, more));
const clusterOf = (more: ClusterOptions = {}, shape: EgressShape = OWN): Block =>
  synth(more, shape).one("azurerm_kubernetes_cluster");
const POOL = { vmSize: "Standard_D4ds_v5", osDiskGb: 100, minCount: 1, maxCount: 2 };
const CLUSTER = "azurerm_kubernetes_cluster.cluster";

describe("who gets into the cluster", () => {
  it("is Entra's to say: no local account, and Azure's roles decide inside", () => {
    expect(clusterOf()).toMatchObject({
      local_account_disabled: true,
      role_based_access_control_enabled: true,
      azure_active_directory_role_based_access_control: {
        azure_rbac_enabled: true,
        admin_group_object_ids: ["5f1c0d4e-0000-4000-8000-000000000001"],
        tenant_id: "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76",
      },
    });
  });

  it("reaches a public API server from the ranges that are named, and nodes reach it inside the network", () => {
    const made = clusterOf();
    expect(made).toMatchObject({
      private_cluster_enabled: false,
      private_cluster_public_fqdn_enabled: false,
      run_command_enabled: true,
      api_server_access_profile: {
        authorized_ip_ranges: ["203.0.113.0/29"],
        virtual_network_integration_enabled: true,
        subnet_id: expect.stringMatching(/^\$\{azurerm_subnet\.network_api_\w+\.id\}$/),
      },
    });
    expect(made).not.toHaveProperty("private_dns_zone_id");
  });

  it("reaches a private API server from inside alone: no public name, no range, no command by way of Azure", () => {
    const made = clusterOf({ authorizedRanges: "private" });
    expect(made).toMatchObject({
      private_cluster_enabled: true,
      private_cluster_public_fqdn_enabled: false,
      private_dns_zone_id: "System",
      run_command_enabled: false,
    });
    expect(made.api_server_access_profile).not.toHaveProperty("authorized_ip_ranges");
  });
});

describe("who the cluster is", () => {
  it("has identities of ours for itself and for its nodes, and issues tokens to pods", () => {
    expect(clusterOf()).toMatchObject({
      identity: { type: "UserAssigned", identity_ids: ["${azurerm_user_assigned_identity.identity.id}"] },
      kubelet_identity: {
        client_id: "${azurerm_user_assigned_identity.kubelet.client_id}",
        object_id: "${azurerm_user_assigned_identity.kubelet.principal_id}",
        user_assigned_identity_id: "${azurerm_user_assigned_identity.kubelet.id}",
      },
      oidc_issuer_enabled: true,
      workload_identity_enabled: true,
    });
  });

  it("lets a deployer log in and administer, a planner log in alone, and nobody more", () => {
    const { all } = synthStack((stack) => {
      const made = cluster(stack, OWN);
      const principal = (name: string) =>
        new ManagedIdentity(stack, name, { name, resourceGroup: { name: "rg-test", location: "eastus2" } });
      made.grantDeploy(principal("deployer"));
      made.grantPlan(principal("planner"));
    });
    const roles = all("azurerm_role_assignment").filter(({ scope }) => scope === `\${${CLUSTER}.id}`);
    expect(roles).toHaveLength(3);
    expect(
      roles.map(({ name, principal_id, role_definition_name }) => [principal_id, role_definition_name, name]),
    ).toEqual(
      expect.arrayContaining(
        [
          ["deployer", "Azure Kubernetes Service Cluster User Role"],
          ["deployer", "Azure Kubernetes Service RBAC Cluster Admin"],
          ["planner", "Azure Kubernetes Service Cluster User Role"],
        ].map(([who = "", role = ""]) => [
          `\${azurerm_user_assigned_identity.${who}.principal_id}`,
          role,
          roleAssignmentName("aks", role, who),
        ]),
      ),
    );
  });
});

describe("the network of the cluster", () => {
  it("is Cilium on an overlay, with cluster DNS at its customary address", () => {
    expect(clusterOf().network_profile).toMatchObject({
      network_plugin: "azure",
      network_plugin_mode: "overlay",
      network_data_plane: "cilium",
      network_policy: "cilium",
      load_balancer_sku: "standard",
      pod_cidr: "10.128.0.0/16",
      service_cidr: "10.1.0.0/20",
      dns_service_ip: '${cidrhost("10.1.0.0/20", 10)}',
    });
  });

  it("sends traffic out the way that there is", () => {
    expect(clusterOf().network_profile).toMatchObject({
      outbound_type: "loadBalancer",
      load_balancer_profile: { outbound_ip_address_ids: ["${azurerm_public_ip.address.id}"] },
    });
    const behindNat = clusterOf({}, { via: "natGateway", idleTimeoutMinutes: 4 }).network_profile;
    expect(behindNat.outbound_type).toBe("userAssignedNATGateway");
    expect(behindNat).not.toHaveProperty("load_balancer_profile");
  });
});

describe("what the cluster waits for", () => {
  it.each<[string, EgressShape]>([
    ["a load balancer", OWN],
    ["a NAT gateway", { via: "natGateway", idleTimeoutMinutes: 4 }],
  ])("is every role that AKS asks for, its subnets and the way out: %s", (_, shape) => {
    const stack = synth({}, shape);
    const needed = [
      "azurerm_role_assignment",
      "azurerm_subnet_network_security_group_association",
      "azurerm_subnet_nat_gateway_association",
      "azurerm_nat_gateway_public_ip_association",
    ].flatMap((type) => Object.keys(stack.json.resource[type] ?? {}).map((name) => `${type}.${name}`));
    expect(needed.length).toBeGreaterThanOrEqual(shape.via === "natGateway" ? 8 : 6);
    expect(needed.filter((address) => !isAfter(stack, CLUSTER, address))).toEqual([]);
  });
});

describe("the pools", () => {
  it("keep AKS's own pods apart, on a pool inside the cluster", () => {
    const pool = clusterOf().default_node_pool;
    expect(pool).toMatchObject({ name: "system1", only_critical_addons_enabled: true });
  });

  it("have machines of one kind, whoever's they are", () => {
    const { all, one } = synth();
    const pools = [one("azurerm_kubernetes_cluster").default_node_pool, ...all("azurerm_kubernetes_cluster_node_pool")];
    expect(pools).toHaveLength(2);
    for (const pool of pools)
      expect(pool).toMatchObject({
        orchestrator_version: expect.stringContaining('[0], "1.35")}'),
        node_public_ip_enabled: false,
        max_pods: 110,
        os_disk_type: "Ephemeral",
        auto_scaling_enabled: true,
        upgrade_settings: {
          max_surge: "33%",
          drain_timeout_in_minutes: 30,
          node_soak_duration_in_minutes: 0,
          undrainable_node_behavior: "Schedule",
        },
      });
  });

  it("leave their count to the autoscaler", () => {
    const { all, one } = synth();
    expect(one("azurerm_kubernetes_cluster").lifecycle.ignore_changes).toEqual(["default_node_pool[0].node_count"]);
    expect(one("azurerm_kubernetes_cluster").default_node_pool).not.toHaveProperty("node_count");
    for (const pool of all("azurerm_kubernetes_cluster_node_pool")) {
      expect(pool.lifecycle.ignore_changes).toEqual(["node_count"]);
      expect(pool).not.toHaveProperty("node_count");
    }
  });

  it("of applications are made one after the other, because AKS takes one operation at a time", () => {
    const pools = synth({
      nodePools: [
        { name: "system1", mode: "System", ...POOL },
        { name: "apps1", mode: "User", ...POOL },
        { name: "apps2", mode: "User", ...POOL },
        { name: "apps3", mode: "User", ...POOL },
      ],
    }).json.resource.azurerm_kubernetes_cluster_node_pool;
    const names = Object.keys(pools);
    expect(names).toHaveLength(3);
    const [first, second, third] = ["apps1", "apps2", "apps3"].map(
      (pool) => names.find((name) => pools[name].name === pool) ?? "",
    ) as [string, string, string];
    for (const name of names)
      expect(pools[name]).toMatchObject({ mode: "User", kubernetes_cluster_id: `\${${CLUSTER}.id}` });
    expect([first, second, third].map((name) => pools[name].depends_on)).toEqual([
      undefined,
      [`azurerm_kubernetes_cluster_node_pool.${first}`],
      [`azurerm_kubernetes_cluster_node_pool.${second}`],
    ]);
  });

  it.each([
    ["none", []],
    ["two", ["system1", "system2"]],
  ])("of the system are one, no more and no less: %s", (_, names) => {
    const nodePools = names.map((name) => ({ name, mode: "System" as const, ...POOL }));
    expect(() => synth({ nodePools })).toThrow("aks: must have exactly one System pool");
  });
});

describe("upgrades", () => {
  it("of Kubernetes are patches in the cluster's window, of machines images in the nodes' own", () => {
    const weekly = { startTime: "01:00", utcOffset: "-05:00", durationHours: 4 };
    expect(
      clusterOf({
        tier: "Standard",
        maintenance: {
          cluster: { ...weekly, dayOfWeek: "Saturday" },
          nodes: { ...weekly, dayOfWeek: "Sunday" },
          freezes: [{ from: "2026-12-18", to: "2027-01-07" }],
        },
      }),
    ).toMatchObject({
      kubernetes_version: expect.stringContaining('[0], "1.35")}'),
      sku_tier: "Standard",
      automatic_upgrade_channel: "patch",
      node_os_upgrade_channel: "NodeImage",
      maintenance_window_auto_upgrade: { day_of_week: "Saturday", not_allowed: [{ start: "2026-12-18T00:00:00Z" }] },
      maintenance_window_node_os: { day_of_week: "Sunday", not_allowed: [{ start: "2026-12-18T00:00:00Z" }] },
    });
  });

  it("of Kubernetes are left to people when there is no channel; images of machines still come", () => {
    const made = clusterOf({ upgradeChannel: "none" });
    expect(made).not.toHaveProperty("automatic_upgrade_channel");
    expect(made.node_os_upgrade_channel).toBe("NodeImage");
  });
});

describe("add-ons", () => {
  it("are stated even where Azure has a default, so that nothing drifts", () => {
    expect(clusterOf()).toMatchObject({
      azure_policy_enabled: true,
      image_cleaner_enabled: true,
      image_cleaner_interval_hours: 48,
      cost_analysis_enabled: false,
      key_vault_secrets_provider: { secret_rotation_enabled: true, secret_rotation_interval: "2m" },
      oms_agent: {
        log_analytics_workspace_id: "${azurerm_log_analytics_workspace.logs.id}",
        // Without a key of the workspace.
        msi_auth_for_monitoring_enabled: true,
      },
    });
  });

  it("of Defender and Prometheus are there when told, and not otherwise", () => {
    expect(clusterOf({ defender: true, prometheus: true })).toMatchObject({
      microsoft_defender: { log_analytics_workspace_id: "${azurerm_log_analytics_workspace.logs.id}" },
      monitor_metrics: {},
    });
    const without = clusterOf();
    expect(without).not.toHaveProperty("microsoft_defender");
    expect(without).not.toHaveProperty("monitor_metrics");
  });

  it("keep the subscription's plan of Defender off by a tag where it is not told, and let it in where it is", () => {
    expect(clusterOf({ defender: false }).tags).toEqual({ ms_defender_container_exclude_sensors: "true" });
    expect(clusterOf({ defender: true })).not.toHaveProperty("tags");
  });
});

it("puts its machines into a group with a name of ours, which the budget counts", () => {
  expect(clusterOf()).toMatchObject({ name: "aks", dns_prefix: "aks", node_resource_group: "rg-nodes" });
});
