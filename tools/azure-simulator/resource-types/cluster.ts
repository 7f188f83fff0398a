import { v5 as uuidv5 } from "uuid";
import { type Behaviours, type Change, type Refusal, refuse, withProperties } from "../behaviour";
import { isShared, KEPT_BY_AKS } from "../cidr";
import { parseId } from "../resource-id";
import { dig, type Json, type JsonObject, list, object, type Store, text } from "../store";
import { hasRole } from "./authorization";
import { refuseSharedAddress } from "./network";

const CLUSTER = "microsoft.containerservice/managedclusters";
const POOL = `${CLUSTER}/agentpools`;
const IMAGE = "AKSAzureLinux-V3gen2-202611.01.0";

/** What AKS checks before it builds anything: what it joins must exist, be associated, and be open to its identity. */
function refuseCluster(change: Change): Refusal | undefined {
  const { body, store } = change;
  const { properties } = body;
  const identityKey = Object.keys(object(dig(body, "identity", "userAssignedIdentities")))[0] ?? "";
  const principal = text(dig(store.get(identityKey)?.body, "properties", "principalId"));
  const kubelet = text(dig(properties, "identityProfile", "kubeletidentity", "resourceId"));
  if (kubelet !== "" && !hasRole(store, principal, "Managed Identity Operator", kubelet)) {
    return refuse(
      400,
      "CustomKubeletIdentityMissingPermissionError",
      `The cluster identity needs the role Managed Identity Operator on ${kubelet}.`,
    );
  }
  const poolSubnets = list(dig(properties, "agentPoolProfiles")).map((pool) => text(dig(pool, "vnetSubnetID")));
  const apiSubnet = text(dig(properties, "apiServerAccessProfile", "subnetId"));
  const addresses = list(dig(properties, "networkProfile", "loadBalancerProfile", "outboundIPs", "publicIPs")).map(
    (address) => text(dig(address, "id")),
  );
  for (const target of [...poolSubnets, apiSubnet, ...addresses]) {
    if (target !== "" && !hasRole(store, principal, "Network Contributor", target)) {
      return refuse(
        400,
        "LinkedAuthorizationFailed",
        `The cluster identity needs the role Network Contributor on ${target}.`,
      );
    }
  }
  if (apiSubnet !== "" && !isDelegated(store, apiSubnet)) {
    return refuse(
      400,
      "SubnetNotDelegated",
      `The subnet ${apiSubnet} is not delegated to Microsoft.ContainerService/managedClusters.`,
    );
  }
  return (
    refuseRanges(change, poolSubnets) ??
    refuseSharedAddress(change, addresses) ??
    refuseEgress(text(dig(properties, "networkProfile", "outboundType")), poolSubnets, store)
  );
}

/** Pods and services must not share addresses with the network that the nodes are in. */
function refuseRanges({ body, store }: Change, subnets: readonly string[]): Refusal | undefined {
  const { networkProfile } = object(body.properties);
  for (const network of new Set(subnets.map((subnet) => subnet.toLowerCase().split("/subnets/")[0] ?? ""))) {
    const space = list(dig(store.get(network)?.body, "properties", "addressSpace", "addressPrefixes")).map(text);
    for (const [name, code] of [
      ["podCidr", "PodCidrOverlapsSubnetCidr"],
      ["serviceCidr", "ServiceCidrOverlapExistingSubnetsCidr"],
    ] as const) {
      const range = text(dig(networkProfile, name));
      const clash = space.find((taken) => isShared(taken, range));
      if (clash) return refuse(400, code, `The ${name} ${range} overlaps with ${clash} of ${network}.`);
      const kept = KEPT_BY_AKS.find((taken) => isShared(taken, range));
      if (kept) return refuse(400, "InvalidParameter", `The ${name} ${range} overlaps with ${kept}, which AKS keeps.`);
    }
  }
  return undefined;
}

function isDelegated(store: Store, subnet: string): boolean {
  return list(dig(store.get(subnet)?.body, "properties", "delegations")).some(
    (delegation) => text(dig(delegation, "properties", "serviceName")) === "Microsoft.ContainerService/managedClusters",
  );
}

function refuseEgress(outboundType: string, subnets: readonly string[], store: Store): Refusal | undefined {
  for (const subnet of subnets) {
    const { properties } = store.get(subnet)?.body ?? {};
    if (outboundType === "userDefinedRouting" && !hasDefaultRoute(store, text(dig(properties, "routeTable", "id")))) {
      return refuse(
        400,
        "ExistingRouteTableNotAssociatedWithSubnet",
        `outboundType userDefinedRouting needs a route table with a default route on ${subnet}.`,
      );
    }
    if (outboundType === "userAssignedNATGateway" && text(dig(properties, "natGateway", "id")) === "") {
      return refuse(
        400,
        "InvalidUserAssignedNATGateway",
        `outboundType userAssignedNATGateway needs a NAT gateway on ${subnet}.`,
      );
    }
  }
  return undefined;
}

function hasDefaultRoute(store: Store, table: string): boolean {
  const routes = [
    ...list(dig(store.get(table)?.body, "properties", "routes")),
    ...store.children(table.toLowerCase(), "microsoft.network/routetables/routes").map((route) => route.body),
  ];
  return routes.some((route) => text(dig(route, "properties", "addressPrefix")) === "0.0.0.0/0");
}

/** A minor stands for its newest patch. */
const runningOf = (version: string): string => (version.split(".").length > 2 ? version : `${version}.1`);

function completePool(pool: JsonObject, version: string): JsonObject {
  return {
    osDiskSizeGB: 128,
    maxPods: 110,
    osType: "Linux",
    ...pool,
    orchestratorVersion: pool.orchestratorVersion ?? version,
    currentOrchestratorVersion: runningOf(text(pool.orchestratorVersion) || version),
    nodeImageVersion: IMAGE,
    provisioningState: "Succeeded",
    powerState: { code: "Running" },
  };
}

function completeCluster({ id, body, existing, store }: Change): JsonObject {
  const { properties } = body;
  const version = text(dig(properties, "kubernetesVersion"));
  const isPrivate = dig(properties, "apiServerAccessProfile", "enablePrivateCluster") === true;
  const host = `${text(dig(properties, "dnsPrefix"))}-${uuidv5(id.key, uuidv5.URL).slice(0, 8)}`;
  const domain = `hcp.${text(body.location)}.azmk8s.io`;
  // Pools that are resources of their own stay when a PUT of the cluster does not name them.
  const named = list(dig(properties, "agentPoolProfiles")).map((pool) => completePool(object(pool), version));
  const others = store.children(id.key, POOL).filter((pool) => !named.some(({ name }) => name === pool.body.name));
  const agentPoolProfiles = [
    ...named,
    ...others.map((pool) => ({ name: text(pool.body.name), ...object(pool.body.properties) })),
  ];
  return withProperties(body, {
    apiServerAccessProfile: completeAccess(object(dig(properties, "apiServerAccessProfile"))),
    networkProfile: completeNetwork(object(dig(properties, "networkProfile"))),
    agentPoolProfiles,
    currentKubernetesVersion: runningOf(version),
    nodeResourceGroup: text(dig(properties, "nodeResourceGroup")) || `MC_${id.name}`,
    ...(isPrivate ? { privateFQDN: `${host}.${text(body.location)}.azmk8s.io` } : {}),
    fqdn: `${host}.${domain}`,
    addonProfiles: completeAddOns(object(dig(properties, "addonProfiles"))),
    oidcIssuerProfile: {
      enabled: true,
      issuerURL: `https://${text(body.location)}.oic.prod-aks.azure.com/${uuidv5("tenant", uuidv5.URL)}/${uuidv5(id.key, uuidv5.URL)}/`,
    },
    powerState: { code: "Running" },
    ...(existing === undefined && { provisioningState: "Succeeded" }),
  });
}

/** Each range has a prefix when it is read back. */
function completeAccess(profile: JsonObject): JsonObject {
  const ranges = list(profile.authorizedIPRanges).map(text);
  if (ranges.length === 0) return profile;
  return { ...profile, authorizedIPRanges: ranges.map((range) => (range.includes("/") ? range : `${range}/32`)) };
}

/** Only a cluster that leaves through its load balancer has a profile of it, by default with one managed address. */
function completeNetwork({ loadBalancerProfile, ...rest }: JsonObject): JsonObject {
  if (rest.outboundType !== "loadBalancer") return rest;
  return { ...rest, loadBalancerProfile: loadBalancerProfile ?? { managedOutboundIPs: { count: 1 } } };
}

/** Each enabled add-on runs as an identity that AKS makes. */
function completeAddOns(addOns: JsonObject): JsonObject {
  const complete = ([name, addOn]: [string, Json | undefined]): [string, Json] => {
    if (dig(addOn, "enabled") !== true) return [name, addOn ?? null];
    const identity = { clientId: uuidv5(`${name}/client`, uuidv5.URL), objectId: uuidv5(`${name}/object`, uuidv5.URL) };
    return [name, { ...object(addOn), identity }];
  };
  return Object.fromEntries(Object.entries(addOns).map(complete));
}

/** The node resource group, and each pool as a resource of its own. */
function spreadCluster({ body, store }: Change): void {
  const clusterId = text(body.id);
  const group = `${clusterId.split("/resourceGroups/")[0]}/resourceGroups/${text(dig(body, "properties", "nodeResourceGroup"))}`;
  if (!store.has(group))
    store.seed(group, {
      id: group,
      name: group.split("/").at(-1),
      location: text(body.location),
      managedBy: clusterId,
      properties: { provisioningState: "Succeeded" },
    });
  for (const pool of list(dig(body, "properties", "agentPoolProfiles"))) {
    const { name, ...properties } = object(pool);
    const path = `${clusterId}/agentPools/${text(name)}`;
    store.put(parseId(path), {
      id: path,
      name: text(name),
      type: "Microsoft.ContainerService/managedClusters/agentPools",
      properties,
    });
  }
}

/**
 * Installs a patch on every cluster with an upgrade channel, as AKS does in its window. From then on the patch reads as if
 * somebody had asked for it (hashicorp/terraform-provider-azurerm#26946).
 */
export function patchClusters(store: Store, patch: number, among: (id: string) => boolean): void {
  for (const { id, body } of store.ofType(CLUSTER).filter(({ id }) => among(id.key))) {
    if (dig(body, "properties", "autoUpgradeProfile", "upgradeChannel") !== "patch") continue;
    const minor = text(dig(body, "properties", "currentKubernetesVersion"))
      .split(".")
      .slice(0, 2)
      .join(".");
    const version = `${minor}.${patch}`;
    store.put(id, withProperties(body, { kubernetesVersion: version, currentKubernetesVersion: version }));
    for (const pool of store.children(id.key, POOL))
      store.put(
        pool.id,
        withProperties(pool.body, { orchestratorVersion: version, currentOrchestratorVersion: version }),
      );
  }
}

/** Puts Defender's sensor on every cluster that no tag excludes, as the plan for containers does within the day. */
export function installSensors(store: Store, among: (id: string) => boolean): void {
  for (const { id, body } of store.ofType(CLUSTER).filter(({ id }) => among(id.key))) {
    if (dig(body, "tags", "ms_defender_container_exclude_sensors") === "true") continue;
    const profile = object(dig(body, "properties", "securityProfile"));
    if (dig(profile, "defender", "securityMonitoring", "enabled") === true) continue;
    const workspace = store.ofType("microsoft.operationalinsights/workspaces")[0];
    const defender = {
      logAnalyticsWorkspaceResourceId: text(workspace?.body.id),
      securityMonitoring: { enabled: true },
    };
    store.put(id, withProperties(body, { securityProfile: { ...profile, defender } }));
  }
}

/** The cluster lists its pools; a pool that was changed on its own shows there too. */
function readCluster({ id, body }: { id: { key: string }; body: JsonObject }, store: Store): JsonObject {
  const pools = store
    .children(id.key, POOL)
    .map((pool) => ({ name: text(pool.body.name), ...object(pool.body.properties) }));
  return withProperties(body, { agentPoolProfiles: pools });
}

export const cluster: Behaviours = {
  [CLUSTER]: {
    refuse: refuseCluster,
    complete: completeCluster,
    afterPut: spreadCluster,
    read: readCluster,
    afterDelete: ({ body }, store) => {
      const group = `${text(body.id).split("/resourceGroups/")[0]}/resourceGroups/${text(dig(body, "properties", "nodeResourceGroup"))}`;
      store.delete(group.toLowerCase());
    },
    views: {
      availableagentpoolversions: ({ body }) => ({
        properties: {
          agentPoolVersions: [{ kubernetesVersion: text(dig(body, "properties", "currentKubernetesVersion")) }],
        },
      }),
    },
    // Local accounts are off: a host and a CA, no credential.
    actions: {
      listclusterusercredential: (_, { kubeconfig }) => ({
        kubeconfigs:
          kubeconfig === undefined ? [] : [{ name: "clusterUser", value: Buffer.from(kubeconfig).toString("base64") }],
      }),
    },
  },
  [POOL]: {
    complete: ({ id, body, store }) => ({
      ...body,
      properties: completePool(
        object(body.properties),
        text(dig(store.get(id.parentKey)?.body, "properties", "kubernetesVersion")),
      ),
    }),
  },
};
