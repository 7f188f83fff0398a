import { quoted } from "../shell";
import { partsOf } from "../unexpected";

/** Where the SDK found no login, an expired one, or one that AWS does not know. */
const LOGIN: readonly string[] = [
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

/** Whether nobody is logged in to AWS, or not any more. */
export const isLogin = (error: unknown): boolean => LOGIN.includes(partsOf(error).name);

/** What a person has to type to be logged in again. */
export const loginCommand = (): string => {
  const profile = process.env["AWS_PROFILE"];
  return `aws sso login${profile ? ` --profile ${quoted(profile)}` : ""} (or aws configure)`;
};

/** Whether AWS was not reached at all. */
export function isNetwork(error: unknown): boolean {
  const { name, code } = partsOf(error);
  return NETWORK.test(code) || name === "TimeoutError";
}
