import { UserError } from "../../../model/user-error";
import { At, isRecord } from "../at";
import { idOf } from "../id";
import { isTooDeep } from "../read-input";
import { unlikeOthers } from "./unwrap-service";

type Fields = Readonly<Record<string, unknown>>;

const NEXT =
  "\n  next: aws iam get-role-policy --role-name ROLE --policy-name POLICY, and aws iam list-attached-role-policies --role-name ROLE, each --output json";

/**
 * What a file says of a task role: a role, its attached policies, an inline policy, a version of a managed one, or a bare
 * document; each in the one form that the table iam.RolePolicies knows.
 * @throws UserError for what is none of them
 */
export function rolePoliciesIn(content: unknown, file: string, taken = new Set<string>()): At[] {
  const all: readonly unknown[] =
    isRecord(content) && Array.isArray(content["RoleDetailList"]) ? content["RoleDetailList"] : [content];
  return all.map((one) => {
    const role = isRecord(one) ? formed(one, file) : undefined;
    if (role === undefined) throw new UserError(`${file}: is no role and no policy of one; nothing was written${NEXT}`);
    const name = typeof role["RoleName"] === "string" ? role["RoleName"] : "task";
    return At.root({ name: unlikeOthers(idOf("role", name), taken), shape: "iam.RolePolicies" }, role);
  });
}

function formed(content: Fields, file: string): Fields | undefined {
  const { Document, PolicyDocument, PolicyName, PolicyVersion, Role, Statement, ...rest } = content;
  const name = typeof PolicyName === "string" ? PolicyName : file.replace(/\.[^.]*$/, "");
  const policy = (document: unknown, members: Fields = {}): Fields => ({
    ...members,
    InlinePolicies: [{ PolicyName: name, PolicyDocument: documentOf(document, file) }],
  });
  if (isRecord(Role)) return formed(Role, file);
  if (isRecord(PolicyVersion)) return policy(PolicyVersion["Document"]);
  if (Document !== undefined) return policy(Document);
  if (PolicyDocument !== undefined) return policy(PolicyDocument, rest);
  if (Statement !== undefined) return policy(content);
  const { AttachedManagedPolicies, InlinePolicies, RolePolicyList, ...others } = content;
  const inline = InlinePolicies ?? RolePolicyList;
  const attached = content["AttachedPolicies"] ?? AttachedManagedPolicies;
  if (inline === undefined && attached === undefined && content["RoleName"] === undefined) return undefined;
  return {
    ...others,
    ...(attached !== undefined && { AttachedPolicies: attached }),
    ...(Array.isArray(inline) && {
      InlinePolicies: inline.map((one: unknown) =>
        isRecord(one) ? { ...one, PolicyDocument: documentOf(one["PolicyDocument"], file) } : one,
      ),
    }),
  };
}

/** IAM's own API answers the text of a document, escaped as in a URL; its CLI answers the document. One statement may stand alone. */
function documentOf(document: unknown, file: string): unknown {
  const read = typeof document === "string" ? parsed(document, file) : document;
  if (!isRecord(read)) return read;
  return isRecord(read["Statement"]) ? { ...read, Statement: [read["Statement"]] } : read;
}

function parsed(text: string, file: string): unknown {
  try {
    const plain = text.startsWith("%7B") ? decodeURIComponent(text) : text;
    if (!isTooDeep(plain)) return JSON.parse(plain);
  } catch {
    throw new UserError(`${file}: has a policy document that is no JSON; nothing was written${NEXT}`);
  }
  throw new UserError(`${file}: has a policy document that is nested too deep to be one; nothing was written${NEXT}`);
}
