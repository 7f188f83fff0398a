import { type Behaviours, refuse, withProperties } from "../behaviour";
import { parseId } from "../resource-id";
import { dig, type JsonObject, list, object, text } from "../store";

export const VAULT = "microsoft.keyvault/vaults";
export const DELETED_VAULT = "microsoft.keyvault/locations/deletedvaults";

/** Where Azure keeps a deleted vault until it is purged or recovered; it still owns its global name. */
const deletedKey = (subscription: string, location: string, name: string) =>
  `/subscriptions/${subscription}/providers/Microsoft.KeyVault/locations/${location}/deletedVaults/${name}`;

const subscriptionOf = (key: string) => key.split("/")[2] ?? "";

/** Each range has a prefix when it is read back. */
function withPrefixes({ networkAcls }: JsonObject): JsonObject {
  const rules = list(dig(networkAcls, "ipRules")).map((rule) => text(dig(rule, "value")));
  if (rules.length === 0) return {};
  const ipRules = rules.map((range) => ({ value: range.includes("/") ? range : `${range}/32` }));
  return { networkAcls: { ...object(networkAcls), ipRules } };
}

export const vault: Behaviours = {
  [VAULT]: {
    refuse: ({ id, body, existing, store }) => {
      const deleted = store.get(deletedKey(subscriptionOf(id.key), text(body.location), id.name));
      if (deleted && dig(body, "properties", "createMode") !== "recover") {
        return refuse(
          409,
          "ConflictError",
          `A vault with the same name '${id.name}' already exists in deleted state. Recover or purge it.`,
        );
      }
      const protectedNow = dig(existing?.body, "properties", "enablePurgeProtection") === true;
      if (protectedNow && dig(body, "properties", "enablePurgeProtection") === false) {
        return refuse(400, "BadRequest", 'The property "enablePurgeProtection" cannot be set to false.');
      }
      // Frozen at birth: learn.microsoft.com/azure/key-vault/general/soft-delete-overview.
      const days = dig(existing?.body, "properties", "softDeleteRetentionInDays");
      if (existing && days !== dig(body, "properties", "softDeleteRetentionInDays"))
        return refuse(
          400,
          "BadRequest",
          'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.',
        );
      return undefined;
    },
    complete: ({ id, body }) =>
      withProperties(body, {
        ...withPrefixes(object(body.properties)),
        vaultUri: `https://${id.name}.vault.azure.net/`,
        enableSoftDelete: true,
      }),
    afterPut: ({ id, body, store }) =>
      store.delete(parseId(deletedKey(subscriptionOf(id.key), text(body.location), id.name)).key),
    afterDelete: ({ id, body }, store) => {
      const path = deletedKey(subscriptionOf(id.key), text(body.location), id.name);
      store.seed(path, {
        id: path,
        name: id.name,
        properties: { vaultId: text(body.id), location: text(body.location), tags: body.tags },
      });
    },
  },
};
