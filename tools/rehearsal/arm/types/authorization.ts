import { type Behaviours, refuse, withProperties } from "../behaviour";
import { dig, type JsonObject, type Store, text } from "../store";

/** Built-in roles by name: learn.microsoft.com/azure/role-based-access-control/built-in-roles. */
export const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  AcrPush: "8311e382-0749-4cb8-b61a-304f252e45ec",
  "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  "Key Vault Secrets Officer": "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
  "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
};

/** A built-in role as Azure describes it, by the end of its id or by its name. */
export function roleDefinition(subscription: string, wanted: string): JsonObject | undefined {
  const [roleName, guid] =
    Object.entries(BUILT_IN_ROLES).find(
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
  return store.ofType(ASSIGNMENT).some(({ id, body }) => {
    const { properties } = body;
    return (
      text(dig(properties, "principalId")) === principalId &&
      text(dig(properties, "roleDefinitionId"))
        .toLowerCase()
        .endsWith(BUILT_IN_ROLES[role] ?? role) &&
      (key.toLowerCase() === id.parentKey || key.toLowerCase().startsWith(`${id.parentKey}/`))
    );
  });
}

export const authorization: Behaviours = {
  [ASSIGNMENT]: {
    refuse: ({ id, body, store }) => {
      const [principal, role] = [
        text(dig(body, "properties", "principalId")),
        text(dig(body, "properties", "roleDefinitionId")).toLowerCase(),
      ];
      const known = store
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
