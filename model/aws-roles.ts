import type { Environment } from "./environment";
import { namesOf } from "./naming";

/** The ARN of a role of the environment's AWS account: a computed name, so that nobody looks it up. */
export const awsRoleArn = ({ aws }: Pick<Environment, "aws">, role: string): string =>
  `arn:aws:iam::${aws.accountId}:role/${role}`;

/** What an application may do in AWS; nothing when the environment says nothing of it. */
export const permissionsOf = ({ aws }: Pick<Environment, "aws">, application: string) =>
  aws.permissions[application] ?? [];

/** What an application's pods need to act in AWS; nothing for one that does nothing there. */
export function awsRoleOf(
  environment: Environment,
  application: string,
): { readonly roleArn: string; readonly region: string } | undefined {
  if (permissionsOf(environment, application).length === 0) return undefined;
  const { region } = environment.aws;
  return { roleArn: awsRoleArn(environment, namesOf(environment).awsRole(application)), region };
}
