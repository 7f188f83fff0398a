import { type Refusal, refuse } from "./behaviour";
import { mayDo } from "./resource-types/authorization";
import { dig, type Store, text } from "./store";

const ADDRESS = "microsoft.network/publicipaddresses";

export interface WantedAddress {
  /** The id of the resource group that a Service names by azure-load-balancer-resource-group. */
  readonly group: string;
  /** By azure-pip-name. */
  readonly name: string;
  /** The object id of the cluster's identity. */
  readonly principalId: string;
}

/**
 * What the cloud provider of AKS does for a Service of type LoadBalancer that names a public address: it lists those of
 * the group, finds the one of that name, and puts it on its load balancer, each with the rights of the cluster's identity
 * (kubernetes-sigs/cloud-provider-azure, pkg/provider/azure_publicip_repo.go).
 * @returns the address, or why the Service stays without one
 */
export function findPublicAddress(store: Store, { group, name, principalId }: WantedAddress): string | Refusal {
  if (!mayDo(store, principalId, "Microsoft.Network/publicIPAddresses/read", group))
    return refuse(
      403,
      "AuthorizationFailed",
      `The client '${principalId}' with object id '${principalId}' does not have authorization to perform action 'Microsoft.Network/publicIPAddresses/read' over scope '${group}' or the scope is invalid.`,
    );
  const address = store
    .ofType(ADDRESS)
    .find(({ id }) => id.key.startsWith(`${group.toLowerCase()}/`) && id.name.toLowerCase() === name.toLowerCase());
  if (!address) return refuse(404, "ResourceNotFound", `${name} was not found in ${group}.`);
  if (!mayDo(store, principalId, "Microsoft.Network/publicIPAddresses/join/action", address.id.key))
    return refuse(
      403,
      "LinkedAuthorizationFailed",
      `The client '${principalId}' does not have permission to perform action 'Microsoft.Network/publicIPAddresses/join/action' on the linked scope '${address.id.key}'.`,
    );
  return text(dig(address.body, "properties", "ipAddress"));
}
