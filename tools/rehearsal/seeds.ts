import { DATABASE_TYPES } from "../../constructs/existing-database";
import type { Environment } from "../../model/environment";
import type { Arm } from "../azure-simulator/arm";
import type { JsonObject } from "../azure-simulator/store";
import { REHEARSAL_SUBSCRIPTION } from "./sandbox";

/**
 * Puts into the stand-in what is in Azure before us and no stack makes: the databases, and the network and the zone of
 * one that is peered. Returns where, so that a teardown does not count it as left behind.
 */
export function seedDatabases(arm: Arm, environments: readonly Environment[]): string[] {
  const seeded: string[] = [];
  for (const { database, region, subscriptionId: ours = REHEARSAL_SUBSCRIPTION } of environments) {
    if (database.via === "none") continue;
    const put = (path: string, properties: JsonObject) => {
      arm.store.seed(path, { id: path, name: path.split("/").at(-1), location: region, properties });
      seeded.push(path.toLowerCase());
    };
    const { server } = database;
    const subscriptionId = ("subscriptionId" in server && server.subscriptionId) || ours;
    const group = (name: string) => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
    arm.registrations.register(DATABASE_TYPES[server.kind].split("/")[0] ?? "");
    const inGroup = ({ resourceGroup, name }: { resourceGroup: string; name: string }, type: string) => {
      put(group(resourceGroup), {});
      return `${group(resourceGroup)}/providers/${type}/${name}`;
    };
    if (database.via === "peering") {
      const network = inGroup(database.network, "Microsoft.Network/virtualNetworks");
      put(network, { addressSpace: { addressPrefixes: database.network.cidrs } });
      put(inGroup(database.privateDnsZone, "Microsoft.Network/privateDnsZones"), {});
      put(inGroup(server, DATABASE_TYPES[server.kind]), {
        network: { publicNetworkAccess: "Disabled", delegatedSubnetResourceId: `${network}/subnets/database` },
      });
    } else {
      const publicNetworkAccess = database.via === "firewallRule" ? "Enabled" : "Disabled";
      put(inGroup(server, DATABASE_TYPES[server.kind]), { network: { publicNetworkAccess } });
    }
  }
  return seeded;
}
