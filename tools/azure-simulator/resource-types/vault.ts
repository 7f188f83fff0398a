import { type Behaviours, refuse, withProperties } from "../behaviour";
import { dig, type JsonObject, list, object, type Resource, type Store, text } from "../store";

export const VAULT = "microsoft.keyvault/vaults";
export const DELETED_VAULT = "microsoft.keyvault/locations/deletedvaults";

/** What outlives what it is on, and is on it again when that is back: hashicorp/terraform-provider-azurerm#7114, #19706. */
const DIAGNOSTIC_SETTING = "microsoft.insights/diagnosticsettings";

const DAY_MS = 86_400_000;

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

/** A deleted vault as it is kept, with what only a recovery shows again. */
interface Kept {
  readonly vault: JsonObject;
  readonly diagnosticSettings: readonly JsonObject[];
}

const keptOf = (deleted: Resource | undefined): Kept | undefined => deleted?.body.kept as unknown as Kept | undefined;

function deletedOf(store: Store, { key, name }: Resource["id"], location: string): Resource | undefined {
  return store.get(deletedKey(subscriptionOf(key), location, name));
}

/**
 * A deleted vault: its secrets stay with it, and so do its own properties. Role assignments and locks are gone for good
 * (learn.microsoft.com/azure/key-vault/general/soft-delete-overview); diagnostic settings are not.
 */
function keep({ id, body }: Resource, store: Store, below: readonly Resource[]): void {
  const path = deletedKey(subscriptionOf(id.key), text(body.location), id.name);
  const days = Number(dig(body, "properties", "softDeleteRetentionInDays") ?? 90);
  const now = Date.now();
  const settings = below.filter((other) => other.id.type === DIAGNOSTIC_SETTING);
  const kept: Kept = { vault: body, diagnosticSettings: settings.map((setting) => setting.body) };
  store.seed(path, {
    id: path,
    name: id.name,
    type: "Microsoft.KeyVault/deletedVaults",
    properties: {
      vaultId: text(body.id),
      location: text(body.location),
      tags: body.tags,
      deletionDate: new Date(now).toISOString(),
      scheduledPurgeDate: new Date(now + days * DAY_MS).toISOString(),
      purgeProtectionEnabled: dig(body, "properties", "enablePurgeProtection"),
    },
    kept: kept as unknown as JsonObject,
  });
}

export const vault: Behaviours = {
  [DELETED_VAULT]: { listedAs: "microsoft.keyvault/deletedvaults", read: ({ body: { kept: _, ...shown } }) => shown },
  [VAULT]: {
    refuse: ({ id, body, existing, store }) => {
      const deleted = deletedOf(store, id, text(body.location));
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
    complete: ({ id, body, store }) => {
      // Whatever else a recovery asks for is not heard: Azure/azure-rest-api-specs#21306.
      const recovered = keptOf(deletedOf(store, id, text(body.location)))?.vault;
      if (recovered) return recovered;
      const { createMode: _, ...properties } = object(body.properties);
      return withProperties(
        { ...body, properties },
        {
          ...withPrefixes(properties),
          vaultUri: `https://${id.name}.vault.azure.net/`,
          enableSoftDelete: true,
        },
      );
    },
    afterPut: ({ id, body, store }) => {
      const deleted = deletedOf(store, id, text(body.location));
      for (const setting of keptOf(deleted)?.diagnosticSettings ?? []) store.seed(text(setting.id), setting);
      if (deleted) store.delete(deleted.id.key);
    },
    afterDelete: keep,
  },
};
