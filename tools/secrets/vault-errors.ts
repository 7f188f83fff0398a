import { NO_TOKEN } from "../azure/login";
import { describeUnexpected, partsOf } from "../unexpected";
import { secretCommand } from "./secret-command";
import { LoginError, SecretError } from "./secret-error";
import { REASON } from "./vault-policies";

/** What an error is about. */
interface VaultPlace {
  readonly vault: string;
  /** The secret, if one was asked for. */
  readonly name?: string;
}

/** From what is in an error of Key Vault's SDK; the message and the request that hang on it are left alone. */
interface VaultError {
  readonly status: number;
  /** The reason inside Key Vault's answer, such as ForbiddenByRbac; the code of the answer when there is none. */
  readonly reason: string;
}

const UNKNOWN_HOST = ["ENOTFOUND", "EAI_AGAIN"];
const BROKEN = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|REQUEST_SEND_ERROR|PARSE_ERROR)$/;

/** What an error of Azure's SDKs means, in our words: the error itself may hold the request. */
export function vaultFault(error: unknown, place: VaultPlace): SecretError {
  if (error instanceof SecretError) return error;
  const { name, code } = partsOf(error);
  if (NO_TOKEN.includes(name)) return noToken(name);
  if (UNKNOWN_HOST.includes(code))
    return new SecretError(
      `the name ${place.vault}.vault.azure.net leads nowhere; the vault is not deployed, or it is private and this machine is outside its network; deploy the environment's infra stack, or run it inside the network`,
    );
  if (BROKEN.test(code) || name === "AbortError")
    return again(
      `the connection to ${place.vault} broke in every try (${code || name})`,
      "the network has a bad moment",
    );
  const { status, reason } = answerIn(error);
  if (status === 0) return new SecretError(describeUnexpected(error));
  const known = byReason(reason, place) ?? byStatus(status, reason, place);
  return (
    known ??
    new SecretError(
      `Key Vault refused (${[status, reason].filter(Boolean).join(" ")}); nothing that this command knows; ${secretCommand("show", place.vault, place.name)} --query id may say more`,
    )
  );
}

function noToken(name: string): LoginError {
  if (process.env["AZURE_CLIENT_ID"])
    return new LoginError(
      `Entra gives no token to AZURE_CLIENT_ID (${name}); the variables AZURE_… of this shell are wrong or expired; mend them, or unset them and az login`,
    );
  return new LoginError(`you are not logged in to Azure, or not any more (${name}); az login, then run it again`);
}

/** learn.microsoft.com/azure/key-vault/general/common-error-codes and …/rest-error-codes. */
function byReason(reason: string, { vault, name = "NAME" }: VaultPlace): SecretError | undefined {
  switch (reason) {
    case "ForbiddenByFirewall":
      return new SecretError(
        `the firewall of ${vault} does not let you in; your address is in none of access.ranges; run it from one of them, or add yours and deploy the environment's infra stack`,
      );
    case "ForbiddenByConnection":
      return new SecretError(
        `${vault} is private; it answers inside its network only; run it there (runner, in the environment's file, says where)`,
      );
    case "ForbiddenByRbac":
    case "ForbiddenByPolicy":
    case "AccessDenied":
      return new SecretError(
        `you may not do that in ${vault} (${reason}); you need the role Key Vault Secrets Officer on it; az role assignment create --role "Key Vault Secrets Officer" --assignee YOU --scope VAULT_ID, and wait some minutes`,
      );
    case "SecretDisabled":
      return new SecretError(
        `it is disabled in ${vault}; nobody can read it, so nobody knows which value is newer; ${secretCommand("set-attributes", vault, name)} --enabled true, then run it again`,
      );
    case "ObjectIsDeletedButRecoverable":
      return deletedFault(vault, name);
    case "ObjectIsBeingDeleted":
    case "ObjectIsBeingRecovered":
      return new SecretError(
        `it is being deleted from ${vault}, or recovered, at this moment; until that is over its name is taken; wait a minute, then run it again`,
      );
    default:
      return undefined;
  }
}

/** A deleted secret keeps its name, and a recovered one its old value, which is then compared. */
export const deletedFault = (vault: string, name: string): SecretError =>
  new SecretError(
    `it is deleted in ${vault} and not purged; its name is taken; ${secretCommand("recover", vault, name)}, then run it again`,
  );

function byStatus(status: number, reason: string, { vault }: VaultPlace): SecretError | undefined {
  if (status === 401)
    return new LoginError(
      `${vault} does not take your token; you are logged in to another tenant, or your login has expired; az login --tenant TENANT, then run it again`,
    );
  if (reason === "" && (status === 403 || status >= 500))
    return new SecretError(
      `${status} from ${vault}, and not in Key Vault's words; a proxy, most likely; look at HTTPS_PROXY and NO_PROXY, then run it again`,
    );
  if (status === 404 && reason !== "SecretNotFound")
    return new SecretError(`there is no vault ${vault}; it is not deployed; deploy the environment's infra stack`);
  if (status === 429) return again("Key Vault throttles after every try", "too many requests to this vault at once");
  if (status >= 500) return again(`Key Vault failed in every try (${status})`, "it has a bad moment");
  return undefined;
}

const again = (what: string, why: string) =>
  new SecretError(`${what}; ${why}; run it again: what is copied stays copied`);

function answerIn(error: unknown): VaultError {
  const { statusCode, response } = (error ?? {}) as {
    readonly statusCode?: number;
    readonly response?: { readonly headers: { get(name: string): string | undefined } };
  };
  return { status: statusCode ?? 0, reason: response?.headers.get(REASON) ?? partsOf(error).code };
}

/** Whether there is no such secret, which is an answer like any other. */
export function isNotFound(error: unknown): boolean {
  const { status, reason } = answerIn(error);
  return status === 404 && reason === "SecretNotFound";
}
