import type { Environment } from "./environment";
import { type Application, namesOf } from "./naming";

/** The ARN of a role of the environment's AWS account: a computed name, so that nobody looks it up. */
export const awsRoleArn = ({ aws }: Pick<Environment, "aws">, role: string): string =>
  `arn:aws:iam::${aws.accountId}:role/${role}`;

/** What an application's pods need to act in AWS; nothing for one that does nothing there. */
export function awsRoleOf(
  environment: Environment,
  application: Application,
): { readonly roleArn: string; readonly region: string } | undefined {
  const { aws } = environment;
  if (aws.permissions[application].length === 0) return undefined;
  return { roleArn: awsRoleArn(environment, namesOf(environment).awsRoles[application]), region: aws.region };
}
