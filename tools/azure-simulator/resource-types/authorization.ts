import { type Behaviours, refuse, withProperties } from "../behaviour";
import { ROLE_ACTIONS, ROLE_DEFINITIONS } from "../role-definitions";
import { dig, type JsonObject, type Store, text } from "../store";

/** A built-in role as Azure describes it, by the end of its id or by its name. */
export function roleDefinition(subscription: string, wanted: string): JsonObject | undefined {
  const [roleName, guid] =
    Object.entries(ROLE_DEFINITIONS).find(
      ([name, id]) => name.toLowerCase() === wanted.toLowerCase() || id === wanted.toLowerCase(),
    ) ?? [];
  if (guid === undefined) return undefined;
  return {
    id: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
    name: guid,
    type: "Microsoft.Authorization/roleDefinitions",
    properties: {
      roleName,
      type: "BuiltInRole",
      description: "",
      assignableScopes: ["/"],
      permissions: [{ actions: [], notActions: [], dataActions: [], notDataActions: [] }],
    },
  };
}

const ASSIGNMENT = "microsoft.authorization/roleassignments";

/** Whether `principalId` has `role` on `key` or on something that contains it. */
export function hasRole(store: Store, principalId: string, role: string, key: string): boolean {
  const guid = ROLE_DEFINITIONS[role];
  if (guid === undefined) throw new Error(`no role ${role}`);
  return store.ofType(ASSIGNMENT).some(({ id, body }) => {
    const { properties } = body;
    return (
      text(dig(properties, "principalId")) === principalId &&
      text(dig(properties, "roleDefinitionId")).toLowerCase().endsWith(guid) &&
      (key.toLowerCase() === id.parentKey || key.toLowerCase().startsWith(`${id.parentKey}/`))
    );
  });
}

/** Whether one of the principal's roles on `key`, or on something that contains it, has an action. */
export function mayDo(store: Store, principalId: string, action: string, key: string): boolean {
  const covers = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`, "i").test(action);
  return Object.entries(ROLE_ACTIONS).some(
    ([role, actions]) => actions.some(covers) && hasRole(store, principalId, role, key),
  );
}

export const authorization: Behaviours = {
  "microsoft.authorization/locks": {
    afterDelete: ({ id }, store) => void store.lingeringLocks.set(id.parentKey, Date.now() + store.lockLingersMs),
  },
  "microsoft.authorization/policyassignments": { deletedStatus: 200 },
  [ASSIGNMENT]: {
    refuse: ({ id, body, store }) => {
      const [principal, role] = [
        text(dig(body, "properties", "principalId")),
        text(dig(body, "properties", "roleDefinitionId")).toLowerCase(),
      ];
      // People and groups live in Entra, which is not rehearsed.
      const isOurs = dig(body, "properties", "principalType") !== "Group";
      const known =
        !isOurs ||
        store
          .ofType("microsoft.managedidentity/userassignedidentities")
          .some((identity) => dig(identity.body, "properties", "principalId") === principal);
      if (!known) return refuse(400, "PrincipalNotFound", `Principal ${principal} does not exist in the directory.`);
      const twin = store.children(id.parentKey, ASSIGNMENT).find(
        (other) =>
          other.id.key !== id.key &&
          dig(other.body, "properties", "principalId") === principal &&
          text(dig(other.body, "properties", "roleDefinitionId"))
            .toLowerCase()
            .endsWith(role.split("/").at(-1) ?? role),
      );
      return (
        twin &&
        refuse(
          409,
          "RoleAssignmentExists",
          `The role assignment already exists. The ID of the existing role assignment is ${twin.id.name}.`,
        )
      );
    },
    complete: ({ id, body }) => withProperties(body, { scope: text(body.id).slice(0, id.parentKey.length) }),
  },
};
