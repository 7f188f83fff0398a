import { z } from "zod";
import { BUILT_IN_ROLES } from "../../../constructs/support/roles";
import { UserError } from "../../../model/user-error";
import { ARM, type Ask } from "../../azure/ask";
import { parseJson } from "../../parse-json";
import type { ImportBlock, PlannedChange } from "./import-plan";

/** What only a plan knows of a resource, and what is asked for it. */
interface Asking {
  readonly ask: Ask;
  /** The account in AWS that the stack is for; undefined for one that has none. */
  readonly awsAccount: string | undefined;
}

/** A resource that is there, and that its provider imports under no id. */
export interface Unimportable {
  readonly address: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** How the id of a resource that Terraform would make is found, when the program alone does not say it. */
type Finder = (after: unknown, asking: Asking) => Promise<string | undefined> | string | undefined;

const FINDERS: Readonly<Record<string, Finder>> = {
  aws_iam_openid_connect_provider: (after, { awsAccount }) => {
    const { data } = z.object({ url: z.string() }).safeParse(after);
    if (data === undefined || awsAccount === undefined) return undefined;
    return `arn:aws:iam::${awsAccount}:oidc-provider/${data.url.replace(/^https:\/\//, "")}`;
  },
  azurerm_role_assignment: sameRole,
  kubernetes_manifest: (after) => {
    const { data } = manifestSchema.safeParse(after);
    if (data === undefined) return undefined;
    const { apiVersion, kind, metadata } = data.manifest;
    const { name, namespace } = metadata;
    return [`apiVersion=${apiVersion}`, `kind=${kind}`, namespace && `namespace=${namespace}`, `name=${name}`]
      .filter(Boolean)
      .join(",");
  },
};

const manifestSchema = z.object({
  manifest: z.object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  }),
});

/** The types that are found so; every other's id follows from the program alone. */
export const FOUND_BY_ASKING: readonly string[] = [...Object.keys(FINDERS), "azurerm_log_analytics_workspace_table"];

/** What can be imported of that which a plan would make; what nobody knows how to find is left out. */
export async function findOthers(creates: readonly PlannedChange[], asking: Asking): Promise<ImportBlock[]> {
  const found: ImportBlock[] = [];
  for (const { address, change, type } of creates) {
    const id = await FINDERS[type]?.(change.after, asking);
    if (id !== undefined) found.push([address, id]);
  }
  return found;
}

const assignmentSchema = z.object({ principal_id: z.string(), role_definition_name: z.string(), scope: z.string() });
const assignmentsSchema = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      properties: z.object({ principalId: z.string(), roleDefinitionId: z.string(), scope: z.string().optional() }),
    }),
  ),
});

/**
 * The same role of the same principal at the same scope under another name: Azure gives no role twice, so the next
 * deployment would fail on it (learn.microsoft.com/rest/api/authorization/role-assignments/list-for-scope).
 */
async function sameRole(after: unknown, { ask }: Asking): Promise<string | undefined> {
  const wanted = assignmentSchema.safeParse(after).data;
  const role = Object.entries(BUILT_IN_ROLES).find(([name]) => name === wanted?.role_definition_name)?.[1];
  if (wanted === undefined || role === undefined) return undefined;
  const path = `${wanted.scope}/providers/Microsoft.Authorization/roleAssignments`;
  const { body, status } = await ask({ url: `${ARM}${path}?api-version=2022-04-01&$filter=atScope()` });
  const answer = assignmentsSchema.safeParse(parseJson(body));
  if (status === 404) return undefined;
  if (status !== 200 || !answer.success)
    throw new UserError(`Azure does not say who has a role on ${wanted.scope} (${status})\n  next: run it again`);
  return answer.data.value.find(
    ({ id, properties }) =>
      properties.principalId === wanted.principal_id &&
      properties.roleDefinitionId.toLowerCase().endsWith(`/${role}`) &&
      id.toLowerCase().startsWith(`${path}/`.toLowerCase()),
  )?.id;
}

const TABLE = "azurerm_log_analytics_workspace_table";
const tableSchema = z.object({ name: z.string(), workspace_id: z.string() });

/**
 * What its provider cannot import, though Azure has it: azurerm reads the workspace of a table from the state alone, so its
 * import fails (internal/services/loganalytics/log_analytics_workspace_table_resource.go, Read). It is put into the state.
 */
export async function findUnimportable(creates: readonly PlannedChange[], ask: Ask): Promise<Unimportable[]> {
  const found: Unimportable[] = [];
  for (const { address, change, type } of creates) {
    const table = type === TABLE ? tableSchema.safeParse(change.after).data : undefined;
    if (table === undefined) continue;
    const id = `${table.workspace_id}/tables/${table.name}`;
    const { status } = await ask({ url: `${ARM}${id}?api-version=2022-10-01` });
    if (status === 404) continue;
    if (status !== 200)
      throw new UserError(`Azure does not say whether ${id} is there (${status})\n  next: run it again`);
    found.push({ address, id, attributes: { id, name: table.name, workspace_id: table.workspace_id } });
  }
  return found;
}
