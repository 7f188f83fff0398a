import { beforeEach, describe, expect, it } from "vitest";
import { BUILT_IN_ROLES } from "../../../constructs/support/roles";
import { Arm } from "../../../tools/azure-simulator/arm";
import { actByItself } from "../../../tools/azure-simulator/by-itself";
import { findPublicAddress } from "../../../tools/azure-simulator/cloud-provider";
import { parseFault } from "../../../tools/azure-simulator/faults";
import { ROLE_DEFINITIONS } from "../../../tools/azure-simulator/role-definitions";
import { dig, type JsonObject } from "../../../tools/azure-simulator/store";

const SUBSCRIPTION = "/subscriptions/5f1c0d4e-0000-4000-8000-7375626d6d76";
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-test`;
const of = (type: string) => `${GROUP}/providers/${type}`;
const NETWORK = of("Microsoft.Network/virtualNetworks/vnet");
const CLUSTER = of("Microsoft.ContainerService/managedClusters/aks");

let arm: Arm;
const send = (method: string, path: string, body?: JsonObject) =>
  arm.handle({ method, url: new URL(path, "https://management.azure.com"), body });
const put = (path: string, properties: JsonObject = {}, rest: JsonObject = {}) =>
  send("PUT", path, { location: "eastus2", properties, ...rest });
const made = (path: string, properties?: JsonObject, rest?: JsonObject) => {
  const { status, body } = put(path, properties, rest);
  if (status > 201) throw new Error(JSON.stringify(body));
  return body as { properties: JsonObject };
};
const code = ({ status, body }: ReturnType<typeof send>) =>
  `${status} ${(body as { error?: { code: string } } | undefined)?.error?.code ?? "OK"}`;
const subnet = (name: string, addressPrefix: string, more: JsonObject = {}) =>
  put(`${NETWORK}/subnets/${name}`, { addressPrefixes: [addressPrefix], ...more });

beforeEach(() => {
  arm = new Arm();
  made(GROUP);
  made(NETWORK, { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
});

describe("references", () => {
  it("refuses what stands in a group that does not exist", () => {
    expect(code(put(`${SUBSCRIPTION}/resourceGroups/nowhere/providers/Microsoft.Network/virtualNetworks/v`))).toBe(
      "404 ResourceGroupNotFound",
    );
  });

  it("refuses a child without its parent", () => {
    expect(code(put(`${of("Microsoft.Network/virtualNetworks/missing")}/subnets/a`))).toBe(
      "404 ParentResourceNotFound",
    );
  });

  it("refuses an id of nothing, wherever in the body it is", () => {
    const missing = of("Microsoft.Network/natGateways/missing");
    expect(code(subnet("a", "10.0.0.0/24", { natGateway: { id: missing } }))).toBe("400 InvalidResourceReference");
    const identities = {
      identity: { userAssignedIdentities: { [of("Microsoft.ManagedIdentity/userAssignedIdentities/missing")]: {} } },
    };
    expect(code(put(CLUSTER, {}, identities))).toBe("400 InvalidResourceReference");
  });

  it("takes ids in any casing", () => {
    made(of("Microsoft.Network/natGateways/ng"));
    expect(code(subnet("a", "10.0.0.0/24", { natGateway: { id: of("microsoft.network/NATGATEWAYS/NG") } }))).toBe(
      "201 OK",
    );
  });
});

describe("subnets", () => {
  it.each([
    ["too small", "10.0.0.0/30", "400 NetcfgInvalidSubnet"],
    ["outside their network", "10.9.0.0/24", "400 NetcfgInvalidSubnet"],
    ["overlapping", "10.0.1.128/25", "400 NetcfgSubnetRangesOverlap"],
    ["malformed", "10.0.0.0/33", "400 InvalidCIDRNotation"],
    ["good", "10.0.2.0/24", "201 OK"],
  ])("that are %s: %s → %s", (_, prefix, expected) => {
    made(`${NETWORK}/subnets/first`, { addressPrefixes: ["10.0.1.0/24"] });
    expect(code(subnet("second", prefix))).toBe(expected);
  });

  it("cannot be deleted while something uses them", () => {
    made(`${NETWORK}/subnets/a`, { addressPrefixes: ["10.0.1.0/24"] });
    made(of("Microsoft.Network/privateEndpoints/pe"), { subnet: { id: `${NETWORK}/subnets/a` } });
    expect(code(send("DELETE", `${NETWORK}/subnets/a`))).toBe("400 InUse");
    send("DELETE", of("Microsoft.Network/privateEndpoints/pe"));
    expect(code(send("DELETE", `${NETWORK}/subnets/a`))).toBe("204 OK");
  });
});

describe("a cluster", () => {
  const identity = (name: string) => of(`Microsoft.ManagedIdentity/userAssignedIdentities/${name}`);
  const grant = (scope: string, role: string, name: string) => {
    const principal = (send("GET", identity("cluster")).body as { properties: { principalId: string } }).properties
      .principalId;
    return put(`${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, {
      principalId: principal,
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${ROLE_DEFINITIONS[role]}`,
    });
  };
  const create = (networkProfile: JsonObject = { outboundType: "loadBalancer" }, more: JsonObject = {}) =>
    put(
      CLUSTER,
      {
        kubernetesVersion: "1.35",
        dnsPrefix: "mmrv",
        networkProfile,
        agentPoolProfiles: [{ name: "system1", vnetSubnetID: `${NETWORK}/subnets/nodes` }],
        identityProfile: { kubeletidentity: { resourceId: identity("kubelet") } },
        ...more,
      },
      { identity: { type: "UserAssigned", userAssignedIdentities: { [identity("cluster")]: {} } } },
    );

  beforeEach(() => {
    made(identity("cluster"));
    made(identity("kubelet"));
    made(`${NETWORK}/subnets/nodes`, { addressPrefixes: ["10.0.1.0/24"] });
  });

  it("is refused before the roles of its identity, each by name", () => {
    expect(code(create())).toBe("400 CustomKubeletIdentityMissingPermissionError");
    grant(identity("kubelet"), "Managed Identity Operator", "a");
    expect(code(create())).toBe("400 LinkedAuthorizationFailed");
    grant(NETWORK, "Network Contributor", "b");
    expect(code(create())).toBe("201 OK");
  });

  it("is refused pods or services in the addresses of its network", () => {
    grant(identity("kubelet"), "Managed Identity Operator", "a");
    grant(NETWORK, "Network Contributor", "b");
    expect(code(create({ podCidr: "10.0.128.0/17" }))).toBe("400 PodCidrOverlapsSubnetCidr");
    expect(code(create({ serviceCidr: "10.0.0.0/16" }))).toBe("400 ServiceCidrOverlapExistingSubnetsCidr");
  });

  it.each(["169.254.0.0/20", "172.30.0.0/16", "172.31.64.0/20", "192.0.2.0/24"])(
    "is refused pods or services in %s, which AKS keeps for itself",
    (range) => {
      grant(identity("kubelet"), "Managed Identity Operator", "a");
      grant(NETWORK, "Network Contributor", "b");
      expect(code(create({ podCidr: range }))).toBe("400 InvalidParameter");
      expect(code(create({ serviceCidr: range }))).toBe("400 InvalidParameter");
    },
  );

  it("is refused an address that a NAT gateway holds, and one that its identity may not use", () => {
    grant(identity("kubelet"), "Managed Identity Operator", "a");
    grant(NETWORK, "Network Contributor", "b");
    const address = of("Microsoft.Network/publicIPAddresses/pip");
    made(address);
    const outbound = {
      outboundType: "loadBalancer",
      loadBalancerProfile: { outboundIPs: { publicIPs: [{ id: address }] } },
    };
    expect(code(create(outbound))).toBe("400 LinkedAuthorizationFailed");
    grant(address, "Network Contributor", "c");
    made(of("Microsoft.Network/natGateways/ng"), { publicIpAddresses: [{ id: address }] });
    expect(code(create(outbound))).toBe("400 PublicIPAddressInUse");
    send("DELETE", of("Microsoft.Network/natGateways/ng"));
    expect(code(create(outbound))).toBe("201 OK");
    expect(code(put(of("Microsoft.Network/natGateways/ng"), { publicIpAddresses: [{ id: address }] }))).toBe(
      "400 PublicIPAddressInUse",
    );
  });

  it("is refused a subnet for its API server that is not delegated to it", () => {
    grant(identity("kubelet"), "Managed Identity Operator", "a");
    grant(NETWORK, "Network Contributor", "b");
    made(`${NETWORK}/subnets/api`, { addressPrefixes: ["10.0.2.0/28"] });
    const withApi = () => create({}, { apiServerAccessProfile: { subnetId: `${NETWORK}/subnets/api` } });
    expect(code(withApi())).toBe("400 SubnetNotDelegated");
    const delegations = [{ properties: { serviceName: "Microsoft.ContainerService/managedClusters" } }];
    made(`${NETWORK}/subnets/api`, { addressPrefixes: ["10.0.2.0/28"], delegations });
    expect(code(withApi())).toBe("201 OK");
  });

  it("is refused user-defined routes without a table on its subnet, or without a default route in it", () => {
    grant(identity("kubelet"), "Managed Identity Operator", "a");
    grant(NETWORK, "Network Contributor", "b");
    const table = of("Microsoft.Network/routeTables/rt");
    expect(code(create({ outboundType: "userDefinedRouting" }))).toBe("400 ExistingRouteTableNotAssociatedWithSubnet");
    made(table, { routes: [] });
    subnet("nodes", "10.0.1.0/24", { routeTable: { id: table } });
    expect(code(create({ outboundType: "userDefinedRouting" }))).toBe("400 ExistingRouteTableNotAssociatedWithSubnet");
    made(`${table}/routes/default`, { addressPrefix: "0.0.0.0/0", nextHopType: "VirtualAppliance" });
    expect(code(create({ outboundType: "userDefinedRouting" }))).toBe("201 OK");
  });

  it("is refused a NAT gateway that its subnet does not have", () => {
    grant(identity("kubelet"), "Managed Identity Operator", "a");
    grant(NETWORK, "Network Contributor", "b");
    expect(code(create({ outboundType: "userAssignedNATGateway" }))).toBe("400 InvalidUserAssignedNATGateway");
  });
});

describe("role assignments", () => {
  const assignment = (name: string, principalId: string) =>
    put(`${NETWORK}/providers/Microsoft.Authorization/roleAssignments/${name}`, {
      principalId,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLE_DEFINITIONS["AcrPull"]}`,
    });

  it("need a principal that exists", () => {
    expect(code(assignment("a", "5f1c0d4e-0000-4000-8000-000000000001"))).toBe("400 PrincipalNotFound");
  });

  it("exist once, whatever they are called", () => {
    const principal = String(made(of("Microsoft.ManagedIdentity/userAssignedIdentities/id")).properties.principalId);
    expect(code(assignment("a", principal))).toBe("201 OK");
    expect(code(assignment("b", principal))).toBe("409 RoleAssignmentExists");
  });
});

describe("a registry below Premium", () => {
  it.each([
    ["a data endpoint", { dataEndpointEnabled: true }],
    ["zone redundancy", { zoneRedundancy: "Enabled" }],
    ["no public access", { publicNetworkAccess: "Disabled" }],
    ["forbidding exports", { policies: { exportPolicy: { status: "disabled" } } }],
    ["retention", { policies: { retentionPolicy: { status: "enabled", days: 7 } } }],
  ])("is refused %s", (_, properties) => {
    const registry = of("Microsoft.ContainerRegistry/registries/crtest");
    expect(code(put(registry, properties, { sku: { name: "Standard" } }))).toBe("400 SkuNotSupported");
    expect(code(put(registry, properties, { sku: { name: "Premium" } }))).toBe("201 OK");
  });

  it("is refused a replica", () => {
    const registry = of("Microsoft.ContainerRegistry/registries/crtest");
    made(registry, {}, { sku: { name: "Standard" } });
    expect(code(put(`${registry}/replications/centralus`))).toBe("400 SkuNotSupported");
  });
});

describe("a lock", () => {
  const lock = `${NETWORK}/providers/Microsoft.Authorization/locks/keep`;

  it("keeps its target, what is below it and what is above it from being deleted, until it is gone", () => {
    made(`${NETWORK}/subnets/a`, { addressPrefixes: ["10.0.1.0/24"] });
    made(lock, { level: "CanNotDelete" });
    for (const path of [NETWORK, `${NETWORK}/subnets/a`, GROUP])
      expect(code(send("DELETE", path))).toBe("409 ScopeLocked");
    arm.store.lockLingersMs = 0;
    expect(code(send("DELETE", lock))).toBe("204 OK");
    expect(code(send("DELETE", GROUP))).toBe("202 OK");
    expect(arm.store.all()).toEqual([]);
  });

  it("holds for a while after it is gone, as Azure's caches do", () => {
    made(`${NETWORK}/subnets/a`, { addressPrefixes: ["10.0.1.0/24"] });
    made(lock, { level: "CanNotDelete" });
    arm.store.lockLingersMs = 60_000;
    expect(code(send("DELETE", lock))).toBe("204 OK");
    expect(code(send("GET", lock))).toBe("404 ResourceNotFound");
    expect(code(send("DELETE", `${NETWORK}/subnets/a`))).toBe("409 ScopeLocked");
    expect(code(put(`${NETWORK}/subnets/b`, { addressPrefixes: ["10.0.2.0/24"] }))).toBe("201 OK");
  });
});

describe("an API version with an end", () => {
  const ask = (version: string) => send("GET", `${of("Microsoft.KeyVault/vaults/kv-test")}?api-version=${version}`);

  it("is refused as if the day had come, and newer ones are served", () => {
    made(of("Microsoft.KeyVault/vaults/kv-test"));
    expect(code(ask("2023-02-01"))).toBe("400 NoRegisteredProviderFound");
    expect(code(ask("2026-02-01"))).toBe("200 OK");
    expect(code(send("GET", `${NETWORK}?api-version=2015-06-15`))).toBe("200 OK");
  });

  it("is another one than that of the registration of its namespace", () => {
    const path = "/subscriptions/00000000-0000-4000-8000-000000000000/providers/Microsoft.KeyVault/register";
    expect(code(send("POST", `${path}?api-version=2022-09-01`))).toBe("200 OK");
  });

  it("is served where an older release is tried", () => {
    made(of("Microsoft.KeyVault/vaults/kv-test"));
    arm.refusesRetiredApis = false;
    expect(code(ask("2023-02-01"))).toBe("200 OK");
  });
});

describe("what Azure does by itself", () => {
  const cluster = (more: JsonObject = {}, tags: JsonObject = {}) =>
    made(CLUSTER, { kubernetesVersion: "1.35", agentPoolProfiles: [{ name: "system1" }], ...more }, { tags });
  const read = () => send("GET", CLUSTER).body as { properties: JsonObject };
  const plan = (pricingTier: string) =>
    send("PUT", `${SUBSCRIPTION}/providers/Microsoft.Security/pricings/Containers`, {
      properties: { pricingTier, extensions: [{ name: "ContainerSensor", isEnabled: "True" }] },
    });

  it("installs patches where the channel says so, which then read as if somebody had asked for them", () => {
    cluster({ autoUpgradeProfile: { upgradeChannel: "patch" } });
    actByItself(arm);
    expect(read().properties).toMatchObject({
      kubernetesVersion: "1.35.6",
      currentKubernetesVersion: "1.35.6",
      agentPoolProfiles: [{ name: "system1", orchestratorVersion: "1.35.6" }],
    });
  });

  it("leaves the clusters of others alone when it acts on some", () => {
    cluster({ autoUpgradeProfile: { upgradeChannel: "patch" } });
    actByItself(arm, { among: () => false });
    expect(read().properties).toMatchObject({ currentKubernetesVersion: "1.35.1" });
  });

  it("leaves a cluster without a channel alone", () => {
    cluster();
    actByItself(arm);
    expect(read().properties).toMatchObject({ kubernetesVersion: "1.35", currentKubernetesVersion: "1.35.1" });
  });

  it.each([
    ["Standard", {}, true],
    ["Standard", { ms_defender_container_exclude_sensors: "true" }, false],
    ["Free", {}, false],
  ] as const)("with the plan %s and the tags %j: a sensor is %s", (tier, tags, hasSensor) => {
    plan(tier);
    cluster({}, tags);
    actByItself(arm);
    const enabled = dig(read().properties, "securityProfile", "defender", "securityMonitoring", "enabled");
    expect(enabled === true).toBe(hasSensor);
  });

  it("adds to a plan what its extensions have by default", () => {
    expect(plan("Standard").body).toMatchObject({
      properties: {
        extensions: expect.arrayContaining([
          {
            name: "ContainerSensor",
            isEnabled: "True",
            additionalExtensionProperties: {
              AntiMalwareEnabled: "True",
              AutoProvisioning: "True",
              InstallationMethod: "AKSAddon",
              SecurityGatingEnabled: "True",
            },
          },
        ]),
      },
    });
  });
});

describe("the cloud provider of AKS", () => {
  const identity = of("Microsoft.ManagedIdentity/userAssignedIdentities/id-cluster");
  const address = of("Microsoft.Network/publicIPAddresses/pip-gateway");
  const grant = (scope: string, role: string, principalId: string) =>
    made(`${scope}/providers/Microsoft.Authorization/roleAssignments/${role.length}`, {
      principalId,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLE_DEFINITIONS[role]}`,
    });

  it("finds an address only for an identity that may list those of the group and join that one", () => {
    const principalId = String(made(identity).properties["principalId"]);
    made(address);
    const find = () => findPublicAddress(arm.store, { group: GROUP, name: "pip-gateway", principalId });
    expect(find()).toMatchObject({ status: 403, code: "AuthorizationFailed" });
    grant(address, "Network Contributor", principalId);
    expect(find()).toMatchObject({ status: 403, code: "AuthorizationFailed" });
    grant(GROUP, "Reader", principalId);
    expect(find()).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  });

  it("finds none under another name, and puts none on its load balancer that it may only read", () => {
    const principalId = String(made(identity).properties["principalId"]);
    made(address);
    grant(GROUP, "Reader", principalId);
    expect(findPublicAddress(arm.store, { group: GROUP, name: "pip-gateway", principalId })).toMatchObject({
      code: "LinkedAuthorizationFailed",
    });
    expect(findPublicAddress(arm.store, { group: GROUP, name: "pip-gate", principalId })).toMatchObject({
      code: "ResourceNotFound",
    });
  });
});

describe("a single address", () => {
  it("has its prefix when AKS and Key Vault are asked for it", () => {
    made(CLUSTER, {
      kubernetesVersion: "1.35",
      apiServerAccessProfile: { authorizedIPRanges: ["20.1.2.3", "20.1.0.0/16"] },
    });
    const { properties } = send("GET", CLUSTER).body as { properties: JsonObject };
    expect(properties["apiServerAccessProfile"]).toMatchObject({ authorizedIPRanges: ["20.1.2.3/32", "20.1.0.0/16"] });
    const vault = made(of("Microsoft.KeyVault/vaults/kv-test"), { networkAcls: { ipRules: [{ value: "20.1.2.3" }] } });
    expect(vault.properties["networkAcls"]).toMatchObject({ ipRules: [{ value: "20.1.2.3/32" }] });
  });
});

describe("a vault's retention", () => {
  it("is frozen at its birth", () => {
    const vault = of("Microsoft.KeyVault/vaults/kv-test");
    made(vault, { softDeleteRetentionInDays: 7 });
    expect(code(put(vault, { softDeleteRetentionInDays: 7 }))).toBe("200 OK");
    expect(code(put(vault, { softDeleteRetentionInDays: 30 }))).toBe("400 BadRequest");
  });
});

describe("a deleted vault", () => {
  const vault = of("Microsoft.KeyVault/vaults/kv-test");

  it("keeps its name until it is recovered", () => {
    made(vault);
    send("DELETE", vault);
    expect(code(put(vault))).toBe("409 ConflictError");
    expect(code(put(vault, { createMode: "recover" }))).toBe("201 OK");
  });
});

describe("a vault with purge protection", () => {
  it("never loses it", () => {
    const vault = of("Microsoft.KeyVault/vaults/kv-test");
    made(vault, { enablePurgeProtection: true });
    expect(code(put(vault, { enablePurgeProtection: false }))).toBe("400 BadRequest");
  });
});

describe("federated credentials", () => {
  const parent = of("Microsoft.ManagedIdentity/userAssignedIdentities/id");
  const credential = (name: string, subject: string) =>
    put(`${parent}/federatedIdentityCredentials/${name}`, { issuer: "https://issuer", subject });

  it("are at most twenty, and one for each issuer and subject", () => {
    made(parent);
    for (let index = 0; index < 20; index += 1) expect(code(credential(`c${index}`, `s${index}`))).toBe("201 OK");
    expect(code(credential("c20", "s20"))).toBe("400 TooManyFederatedIdentityCredentials");
    expect(code(credential("c1", "s2"))).toBe("409 Conflict");
  });
});

describe("parseFault", () => {
  it("reads what to do wrong, where and how often", () => {
    expect(parseFault("429@PUT:Microsoft.Network/virtualNetworks*3")).toEqual({
      kind: "429",
      method: "PUT",
      path: "microsoft.network/virtualnetworks",
      times: 3,
    });
    expect(parseFault("drop@GET:resourcegroups")).toMatchObject({ kind: "drop", times: 1 });
  });

  it.each(["teapot@PUT:x", "429:PUT:x", "429@put:x", ""])("does not read %s", (text) => {
    expect(parseFault(text)).toBeUndefined();
  });
});

describe("the program's table of roles", () => {
  it.each(Object.entries(BUILT_IN_ROLES))("has Azure's id of %s", (role, id) => {
    expect(id).toBe(ROLE_DEFINITIONS[role]);
  });
});
