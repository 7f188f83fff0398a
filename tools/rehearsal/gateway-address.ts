import { gatewayListens } from "../../model/gateway";
import { namesOf } from "../../model/naming";
import { findPublicAddress } from "../azure-simulator/cloud-provider";
import type { LocalAzure } from "../azure-simulator/server";
import { dig, text } from "../azure-simulator/store";
import { environmentOf, type SynthesizedStack } from "../program/stacks";
import { REHEARSAL_SUBSCRIPTION } from "./sandbox";
import { RehearsalFailure } from "./stack-run";

/**
 * Proves, once the cluster's stack is applied, that the gateway's Service would get the public address that it names.
 * @throws RehearsalFailure with what Azure answers the cluster's identity
 */
export function expectGatewayAddress({ arm }: LocalAzure, stack: SynthesizedStack): void {
  const environment = environmentOf(stack);
  const hasCluster = stack.json.resource?.["azurerm_kubernetes_cluster"] !== undefined;
  if (!environment || !hasCluster || gatewayListens(environment).on !== "publicAddress") return;
  const { clusterIdentity, gatewayAddress, resourceGroup } = namesOf(environment);
  const group = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${resourceGroup}`;
  const identity = arm.store.get(
    `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${clusterIdentity}`,
  );
  const principalId = text(dig(identity?.body, "properties", "principalId"));
  const found = findPublicAddress(arm.store, { group, name: gatewayAddress, principalId });
  if (typeof found !== "string")
    throw new RehearsalFailure(`the gateway would stay without its address: ${found.code}: ${found.message}`);
}
