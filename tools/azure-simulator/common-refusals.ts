import { type Change, type Refusal, refuse } from "./behaviour";
import { isWithin, parseId } from "./resource-id";
import { type Json, type Resource, type Store, stringsIn } from "./store";

const LOCK = "microsoft.authorization/locks";

/** Why Azure would not make this: what contains it, or what its body names, is not there. */
export function refuseReferences({ id, body, store }: Change): Refusal | undefined {
  const parent = parseId(id.parentKey);
  if (parent.type !== "microsoft.resources/subscriptions" && !store.has(id.parentKey)) {
    const isGroup = parent.type === "microsoft.resources/resourcegroups";
    return refuse(
      404,
      isGroup ? "ResourceGroupNotFound" : "ParentResourceNotFound",
      `'${parent.name}' could not be found: ${id.parentKey}`,
    );
  }
  const missing = idsIn(body).find((reference) => !isWithin(reference, id.key) && !store.has(reference));
  return missing === undefined
    ? undefined
    : refuse(400, "InvalidResourceReference", `Resource ${missing} referenced by ${id.key} was not found.`);
}

/** Why Azure would not delete this: a lock on it, above it or below it, or a neighbour that uses it. */
export function refuseDelete(resource: Resource, store: Store): Refusal | undefined {
  const { id } = resource;
  const lock = store
    .ofType(LOCK)
    .find(
      (other) =>
        other.id.key !== id.key && (isWithin(id.key, other.id.parentKey) || isWithin(other.id.parentKey, id.key)),
    );
  const locked = lock?.id.parentKey ?? stillLocked(id.key, store);
  // Deleting a lock is how one gets rid of it.
  if (locked !== undefined && id.type !== LOCK) {
    return refuse(
      409,
      "ScopeLocked",
      `The scope '${id.key}' cannot perform delete operation because following scope(s) are locked: '${locked}'. Please remove the lock and try again.`,
    );
  }
  // Only the network keeps count of who uses it; other services let a dangling reference be.
  if (!id.type.startsWith("microsoft.network/")) return undefined;
  const user = store
    .all()
    .find(
      (other) =>
        !isWithin(other.id.key, id.key) && !isWithin(id.key, other.id.key) && idsIn(other.body).includes(id.key),
    );
  return user && refuse(400, "InUse", `${id.key} cannot be deleted because it is in use by ${user.id.key}.`);
}

/** The scope of a lock that was removed a moment ago: Resource Manager's caches hold it on (hashicorp/terraform-provider-azurerm#8397). */
const stillLocked = (key: string, store: Store): string | undefined =>
  [...store.lingeringLocks].find(
    ([scope, until]) => until > Date.now() && (isWithin(key, scope) || isWithin(scope, key)),
  )?.[0];

/** The ids of resources in a body, in lower case; role and policy definitions are Azure's own and always there. */
function idsIn(body: Json): string[] {
  return stringsIn(body)
    .filter((value) => /^\/subscriptions\/[^/]+\/resourcegroups\//i.test(value))
    .map((value) => value.toLowerCase().replace(/\/$/, ""));
}
