import { type Behaviours, refuse, withProperties } from "../behaviour";
import { dig, type JsonObject, object, text } from "../store";

const premium = (what: string) => refuse(400, "SkuNotSupported", `${what} is only supported for the Premium SKU.`);

/** What only Premium has: learn.microsoft.com/azure/container-registry/container-registry-skus. */
function premiumOnly(body: JsonObject) {
  const { properties } = body;
  if (dig(properties, "dataEndpointEnabled") === true) return premium("A dedicated data endpoint");
  if (dig(properties, "zoneRedundancy") === "Enabled") return premium("Zone redundancy");
  if (dig(properties, "publicNetworkAccess") === "Disabled") return premium("Disabling public network access");
  if (dig(properties, "policies", "retentionPolicy", "status") === "enabled") return premium("A retention policy");
  if (dig(properties, "policies", "exportPolicy", "status") === "disabled") return premium("An export policy");
  return undefined;
}

export const registry: Behaviours = {
  "microsoft.containerregistry/registries": {
    refuse: ({ body }) => (dig(body, "sku", "name") === "Premium" ? undefined : premiumOnly(body)),
    complete: ({ id, body }) =>
      withProperties(body, {
        roleAssignmentMode: dig(body, "properties", "roleAssignmentMode") ?? "LegacyRegistryPermissions",
        policies: {
          azureADAuthenticationAsArmPolicy: { status: "enabled" },
          ...object(dig(body, "properties", "policies")),
        },
        loginServer: `${id.name.toLowerCase()}.azurecr.io`,
      }),
    merges: true,
  },
  "microsoft.containerregistry/registries/replications": {
    refuse: ({ id, store }) =>
      text(dig(store.get(id.parentKey)?.body, "sku", "name")) === "Premium" ? undefined : premium("Geo-replication"),
  },
};
