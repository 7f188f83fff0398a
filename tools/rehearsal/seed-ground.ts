import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { BOOTSTRAP_RESOURCE_GROUP, namesOf } from "../../model/naming";
import type { Arm } from "../azure-simulator/arm";
import type { JsonObject } from "../azure-simulator/store";
import { REHEARSAL_SUBSCRIPTION } from "./sandbox";

const groupOf = (name: string) => `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${name}`;
const inGroup = (group: string, type: string, name: string) => `${groupOf(group)}/providers/${type}/${name}`;

const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";

/** By a request, so that it is as complete as one that was made. */
function make(arm: Arm, id: string, body: JsonObject): void {
  const { status } = arm.handle({ method: "PUT", url: new URL(`https://management.azure.com${id}`), body });
  if (status >= 300) throw new Error(`no ${id}: ${status}`);
}

/** What `infra` looks up, as `bootstrap` would have left it: the groups, and who plans and deploys. */
export function seedBootstrap(arm: Arm, environment: Environment): void {
  const { deployIdentity, planIdentity, resourceGroup } = namesOf(environment);
  for (const name of [resourceGroup, BOOTSTRAP_RESOURCE_GROUP])
    arm.store.seed(groupOf(name), { id: groupOf(name), name, location: environment.region });
  for (const name of [planIdentity, deployIdentity])
    make(arm, inGroup(BOOTSTRAP_RESOURCE_GROUP, IDENTITY, name), { location: environment.region });
}

/** The cluster that `infra` would have made: another one, when the one before is gone with all that was on it. */
export function makeCluster(arm: Arm, environment: Environment): void {
  const { cluster, resourceGroup } = namesOf(environment);
  const id = inGroup(resourceGroup, "Microsoft.ContainerService/managedClusters", cluster);
  arm.store.delete(id.toLowerCase());
  make(arm, id, {
    location: environment.region,
    identity: { type: "SystemAssigned" },
    sku: { name: "Base", tier: "Free" },
    properties: { dnsPrefix: "test", kubernetesVersion: environment.kubernetes.version, agentPoolProfiles: [] },
  });
}

/** What a consumer looks up, as `infra` and `bootstrap` would have left it. */
export function seedInfra(arm: Arm, environment: Environment): void {
  const names = namesOf(environment);
  const { region: location } = environment;
  const seed = (group: string, type: string, name: string, properties: JsonObject = {}) => {
    const id = inGroup(group, type, name);
    arm.store.seed(id, { id, name, type, location, properties });
  };
  for (const name of [names.resourceGroup, BOOTSTRAP_RESOURCE_GROUP])
    arm.store.seed(groupOf(name), { id: groupOf(name), name, location });
  makeCluster(arm, environment);
  const owners = applicationNames(environment).map(
    (name) => [names.applicationIdentity(name), names.vault(name)] as const,
  );
  for (const [identity, vault] of [...owners, [names.gitOpsIdentity, names.gitOpsVault] as const]) {
    seed(names.resourceGroup, IDENTITY, identity, {
      clientId: "33333333-3333-4333-8333-333333333333",
      principalId: "44444444-4444-4444-8444-444444444444",
      tenantId: "55555555-5555-4555-8555-555555555555",
    });
    seed(names.resourceGroup, "Microsoft.KeyVault/vaults", vault, {
      tenantId: "55555555-5555-4555-8555-555555555555",
      vaultUri: `https://${vault}.vault.azure.net/`,
      sku: { family: "A", name: "standard" },
    });
  }
  seed(names.resourceGroup, "Microsoft.Network/publicIPAddresses", names.gatewayAddress, { ipAddress: "203.0.113.9" });
  seed(names.resourceGroup, "Microsoft.Monitor/accounts", names.monitorWorkspace);
  seed(names.resourceGroup, "Microsoft.Insights/actionGroups", names.actionGroup, { groupShortName: "mmrv" });
  seed(names.resourceGroup, "Microsoft.OperationalInsights/workspaces", names.workspace);
}
