import { type Behaviours, type Change, type Refusal, refuse, withProperties } from "../behaviour";
import { parseId } from "../resource-id";
import { dig, type Json, text } from "../store";

const ACCOUNT = "microsoft.storage/storageaccounts";

/** An account comes with its services. */
function makeServices({ body, store }: Change): void {
  for (const service of ["blobServices", "fileServices"]) {
    const path = `${text(body.id)}/${service}/default`;
    if (!store.has(path)) store.put(parseId(path), { id: path, name: "default", properties: {} });
  }
}

const INVALID_POLICY = "InvalidStorageAccountImmutabilityPolicy";
const policyOf = (body: Json | undefined) =>
  dig(body, "properties", "immutableStorageWithVersioning", "immutabilityPolicy");

/**
 * The default policy for versions: it begins unlocked, and once it is locked it can only be made longer. Sentences as azurerm
 * has them on record (internal/services/storage/storage_account_resource.go).
 */
function refusePolicy({ existing, body }: Change): Refusal | undefined {
  const [before, after] = [policyOf(existing?.body), policyOf(body)];
  const state = text(dig(after, "state"));
  if (before === undefined && state === "Locked")
    return refuse(400, INVALID_POLICY, 'Storage account immutability policy state can be set to "Unlocked, Disabled".');
  if (text(dig(before, "state")) !== "Locked") return undefined;
  if (state !== "Locked")
    return refuse(400, INVALID_POLICY, "The immutability policy state cannot be changed once Locked.");
  const days = (policy: Json | undefined) => Number(dig(policy, "immutabilityPeriodSinceCreationInDays"));
  return days(after) < days(before)
    ? refuse(400, INVALID_POLICY, "The immutability period cannot be decreased once the policy is Locked.")
    : undefined;
}

/** Versions that must be kept need versions: the account's policy stands in the way of switching them off. */
function refuseUnversioned({ id, body, store }: Change): Refusal | undefined {
  const isOn = dig(store.get(id.parentKey)?.body, "properties", "immutableStorageWithVersioning", "enabled") === true;
  return isOn && dig(body, "properties", "isVersioningEnabled") !== true
    ? refuse(
        409,
        "ConflictFeatureEnabled",
        "Conflicting feature 'Account level WORM' is enabled. Please disable it and retry.",
      )
    : undefined;
}

export const storage: Behaviours = {
  [ACCOUNT]: {
    refuse: (change) => {
      const { id, existing, store } = change;
      return !existing && store.ofType(ACCOUNT).some((other) => other.id.name === id.name)
        ? refuse(409, "StorageAccountAlreadyTaken", `The storage account named ${id.name} is already taken.`)
        : refusePolicy(change);
    },
    complete: ({ id, body }) =>
      withProperties(body, {
        primaryLocation: text(body.location),
        statusOfPrimary: "available",
        primaryEndpoints: {
          blob: `https://${id.name}.blob.core.windows.net/`,
          dfs: `https://${id.name}.dfs.core.windows.net/`,
          file: `https://${id.name}.file.core.windows.net/`,
          queue: `https://${id.name}.queue.core.windows.net/`,
          table: `https://${id.name}.table.core.windows.net/`,
          web: `https://${id.name}.z20.web.core.windows.net/`,
        },
      }),
    afterPut: makeServices,
    // Not keys of anything; Azure lists them even when they open nothing.
    actions: {
      listkeys: () => ({
        keys: ["key1", "key2"].map((keyName) => ({ keyName, value: "rehearsal", permissions: "FULL" })),
      }),
    },
    merges: true,
    createdStatus: 200,
    deletedStatus: 200,
  },
  [`${ACCOUNT}/blobservices`]: { refuse: refuseUnversioned, merges: true, createdStatus: 200 },
  [`${ACCOUNT}/blobservices/containers`]: { deletedStatus: 200 },
  // Made, changed and deleted at once: learn.microsoft.com/rest/api/storagerp/blob-containers/create-or-update-immutability-policy.
  [`${ACCOUNT}/blobservices/containers/immutabilitypolicies`]: {
    complete: ({ body }) => ({ ...withProperties(body, { state: "Unlocked" }), etag: '"8d59f81a7fa7be0"' }),
    createdStatus: 200,
    deletedStatus: 200,
  },
  [`${ACCOUNT}/managementpolicies`]: { createdStatus: 200, deletedStatus: 200 },
};
