import {
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from "@aws-sdk/client-iam";
import { PATIENT } from "../../aws/retry";
import type { Calls } from "./calls";
import { all } from "./pages";

/** What a task role may do, as one answer; none without a role. */
export async function rolePolicies(calls: Calls, region: string, arn: string | undefined): Promise<unknown[]> {
  const RoleName = arn?.split("/").at(-1);
  if (RoleName === undefined) return [];
  const client = new IAMClient({ ...PATIENT, region });
  const described = await calls.ask("iam get-role", "iam:GetRole", undefined, () =>
    client.send(new GetRoleCommand({ RoleName })),
  );
  const attached = await calls.ask("iam list-attached-role-policies", "iam:ListAttachedRolePolicies", undefined, () =>
    all(paginateListAttachedRolePolicies({ client }, { RoleName }), (one) => one.AttachedPolicies),
  );
  const names = await calls.ask("iam list-role-policies", "iam:ListRolePolicies", undefined, () =>
    all(paginateListRolePolicies({ client }, { RoleName }), (one) => one.PolicyNames),
  );
  const inline: unknown[] = [];
  for (const PolicyName of names ?? []) {
    const policy = await calls.ask("iam get-role-policy", "iam:GetRolePolicy", undefined, () =>
      client.send(new GetRolePolicyCommand({ RoleName, PolicyName })),
    );
    if (policy !== undefined) inline.push({ PolicyName, PolicyDocument: documentOf(policy.PolicyDocument) });
  }
  if (described === undefined && attached === undefined && names === undefined) return [];
  return [{ ...(described?.Role ?? { RoleName }), AttachedPolicies: attached ?? [], InlinePolicies: inline }];
}

/** The API escapes it as in a URL (docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html). */
function documentOf(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text.startsWith("%") ? decodeURIComponent(text) : text);
}
