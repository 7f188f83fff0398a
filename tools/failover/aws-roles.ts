import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { BRIEF } from "../aws/retry";
import type { SynthesizedStack } from "../program/stacks";
import { partsOf } from "../unexpected";
import { type Finding, finding, missing, ready, unknown } from "./finding";

/** Whether AWS has a role of a name. It rejects when nobody can say. */
export type AskRole = (name: string) => Promise<boolean>;

export function roleAsker(region: string): AskRole {
  const iam = new IAMClient({ ...BRIEF, region });
  return async (RoleName) => {
    try {
      await iam.send(new GetRoleCommand({ RoleName }));
      return true;
    } catch (error) {
      if (partsOf(error).name === "NoSuchEntityException") return false;
      throw error;
    }
  };
}

/** Whether the roles of the standby's pods are in AWS, so that whatever names roles there can name them today. */
export async function awsRolesFinding(awsAccess: SynthesizedStack, ask: AskRole): Promise<Finding> {
  const roles = Object.values(awsAccess.json.resource?.["aws_iam_role"] ?? {}).map((role) =>
    String((role as { name: unknown }).name),
  );
  try {
    const there = await Promise.all(roles.map(ask));
    const lost = roles.filter((_, index) => !there[index]);
    if (lost.length === 0) return finding("aws-roles", ready(`${roles.join(", ")}`));
    return finding("aws-roles", missing(`not there: ${lost.join(", ")}`, `npx mmrv deploy ${awsAccess.id}`));
  } catch (error) {
    const { code, name } = partsOf(error);
    return finding(
      "aws-roles",
      unknown(`AWS does not say (${code || name})`, "log in to AWS, as somebody with iam:GetRole"),
    );
  }
}
