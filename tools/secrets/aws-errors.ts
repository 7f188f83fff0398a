import type { SecretSource } from "../../model/schema/aws";
import { commandLine, quoted } from "../shell";
import { secretCommand } from "./secret-command";
import { describeUnexpected, LoginError, partsOf, SecretError } from "./secret-error";

/** Where the SDK found no login, an expired one, or one that AWS does not know. */
const LOGIN = [
  "CredentialsProviderError",
  "TokenProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "RequestExpired",
  "SignatureDoesNotMatch",
  "UnauthorizedException",
  "UnrecognizedClientException",
];
const NETWORK = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/;

/** What an error of AWS's SDK means, in our words: the error itself may hold the request, and the answer. */
export function awsFault(error: unknown, source: SecretSource, region: string): SecretError {
  if (error instanceof SecretError) return error;
  const { name, code } = partsOf(error);
  const status = statusOf(error);
  const next = entryOf(source);
  if (isLogin(error))
    return new LoginError(`the AWS login has expired, or is none (${name}); ${loginCommand()}, then run it again`);
  if (/AccessDenied/.test(name) || name === "DecryptionFailure")
    return new SecretError(
      `AWS does not let you read it (${name}); your role needs ${next.right} on it, and kms:Decrypt on a key of its own; ask whoever grants them, then run it again`,
    );
  if (name === "ResourceNotFoundException" && /staging label/i.test(messageOf(error)))
    return new SecretError(
      "it has no current value; nobody has put one into it (no version is AWSCURRENT); put one in, or take the entry out",
    );
  if (name === "ResourceNotFoundException" || name === "ParameterNotFound")
    return new SecretError(
      `there is no such ${next.kind} in ${region}; a slip in its name, or another region; ${next.list} --region ${region}, then mend the entry`,
    );
  if (name === "InvalidRequestException" && /delet/i.test(messageOf(error)))
    return new SecretError(
      `it is in pending deletion in AWS; nobody can read it there; ${commandLine("aws", "secretsmanager", "restore-secret", "--region", region, "--secret-id", source.name)}, or take the entry out`,
    );
  if (name === "InvalidKeyId" || /^KMS/.test(name))
    return new SecretError(
      `AWS cannot decrypt it (${name}); its KMS key is disabled or gone; aws kms describe-key, then run it again`,
    );
  if (/Throttl|TooManyRequests|LimitExceeded/.test(name) || status === 429)
    return again(`AWS throttles after every try (${name})`, "too many calls in this account");
  if (isNetwork(error))
    return again(`the connection to AWS broke in every try (${code || name})`, "the network, or AWS, has a bad moment");
  if (status >= 500) return again(`AWS failed in every try (${status})`, "it has a bad moment");
  if (status >= 400)
    return new SecretError(
      `AWS refused (${name || status}); nothing that this command knows; aws ${next.get} may say more`,
    );
  return new SecretError(describeUnexpected(error));
}

/** What a person has to type to be logged in again. */
export const loginCommand = (): string => {
  const profile = process.env["AWS_PROFILE"];
  return `aws sso login${profile ? ` --profile ${quoted(profile)}` : ""} (or aws configure)`;
};

/** Whether nobody is logged in to AWS, or not any more. */
export const isLogin = (error: unknown): boolean => LOGIN.includes(partsOf(error).name);

/** Whether AWS was not reached at all. */
export function isNetwork(error: unknown): boolean {
  const { name, code } = partsOf(error);
  return NETWORK.test(code) || name === "TimeoutError";
}

const again = (what: string, why: string) =>
  new SecretError(`${what}; ${why}; run it again: what is copied stays copied`);

function entryOf(source: SecretSource) {
  switch (source.from) {
    case "secretsManager":
      return {
        kind: "secret",
        right: "secretsmanager:GetSecretValue",
        list: "aws secretsmanager list-secrets",
        get: `secretsmanager describe-secret --secret-id ${source.name}`,
      };
    case "parameterStore":
      return {
        kind: "parameter",
        right: "ssm:GetParameter",
        list: "aws ssm describe-parameters",
        get: `ssm describe-parameters --parameter-filters Key=Name,Values=${source.name}`,
      };
  }
}

const statusOf = (error: unknown): number =>
  Number((error as { readonly $metadata?: { readonly httpStatusCode?: number } })?.$metadata?.httpStatusCode ?? 0);

/** For telling apart what has one name; never shown. */
const messageOf = (error: unknown): string => String((error as { readonly message?: unknown })?.message ?? "");

/** Why something that AWS gave is no secret to be copied. */
export const notASecret = {
  binary: ({ to }: SecretSource) =>
    new SecretError(
      `it is binary; Key Vault keeps text; take the entry out and set it by hand, and let the application decode it: ${secretCommand("set", "VAULT", to)} --encoding base64 --file FILE`,
    ),
  plain: (type: string) =>
    new SecretError(
      `it is a ${type} and no SecureString; whoever may list parameters reads it, so it is no secret; write it under env in helm-values/, and take the entry out`,
    ),
};
