import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Environment } from "../../model/environment";
import { UserError } from "../../model/user-error";
import { describeUnexpected, partsOf } from "../unexpected";
import { isNetwork, loginCommand } from "./errors";
import { PATIENT } from "./retry";

/**
 * Who is logged in to AWS, as an ARN.
 * @throws UserError without a login, with an expired one, or in another account than the environment's
 */
export async function awsLogin({ name, aws }: Pick<Environment, "name" | "aws">): Promise<string> {
  const sts = new STSClient({ ...PATIENT, region: aws.region });
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw loginError(name, error);
  });
  if (Account !== aws.accountId)
    throw new UserError(
      `${name}: you are logged in to the AWS account ${Account}, and aws.accountId says ${aws.accountId}; nothing was touched\n  next: log in to the right one (AWS_PROFILE), or mend aws.accountId in environments/${name}.ts`,
    );
  return Arn ?? Account;
}

/** Any answer but an identity: mostly there is no login, sometimes no network. */
function loginError(environment: string, error: unknown): UserError {
  const { name, code } = partsOf(error);
  if (isNetwork(error))
    return new UserError(
      `${environment}: AWS cannot be reached (${code || name}), nothing was touched\n  next: look at the network and at AWS_ENDPOINT_URL, then run it again`,
    );
  if (["", "Error", "TypeError"].includes(name)) return new UserError(`${environment}: ${describeUnexpected(error)}`);
  return new UserError(
    `${environment}: you are not logged in to AWS, or not any more (${name}); nothing was touched\n  next: ${loginCommand()}, then run it again`,
  );
}
