import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { partsOf } from "../unexpected";
import { NO_TOKEN } from "./login";
import type { SentAnswer } from "./send";

/** What the Blob service did not do, in our words; `code` is its own, such as LeaseAlreadyPresent. */
export class BlobRefusal extends UserError {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

interface Reason {
  readonly why: string;
  readonly next: string;
}

/** learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and …/common-rest-api-error-codes. */
const BY_CODE: Readonly<Record<string, Reason>> = {
  BlobAlreadyExists: { why: "somebody has written it in this moment", next: "look at it again, then run it again" },
  BlobImmutableDueToPolicy: {
    why: "its retention does not let it be changed before its time",
    next: "nothing has to be done: that is what the copy is for",
  },
  ConditionNotMet: { why: "somebody has changed it in this moment", next: "look at it again, then run it again" },
  ContainerNotFound: {
    why: "there is no such container",
    next: "the stack bootstrap makes it: npx mmrv deploy bootstrap",
  },
  LeaseAlreadyPresent: {
    why: "somebody else holds it",
    next: "wait until that Terraform has ended; docs/states.md says what to do when none runs",
  },
  LeaseIdMissing: {
    why: "somebody else holds it",
    next: "wait until that Terraform has ended; docs/states.md says what to do when none runs",
  },
  LeaseLost: { why: "somebody has broken the lease of this command", next: "look at it again, then run it again" },
};

const BY_STATUS: Readonly<Record<number, Reason>> = {
  401: { why: "the login is of another tenant, or has expired", next: "az login --tenant TENANT, then run it again" },
  403: {
    why: "you may not do that there",
    next: "roles take some minutes to spread; run it again. If it stays so, are you in a group of administratorGroupObjectIds (environments/bootstrap.ts)?",
  },
};

const OTHERWISE: Reason = { why: "the Blob service has a bad moment", next: "run it again" };

/** @param where such as "staging/staging-infra.tfstate in the storage account stmmrvstatek3m7" */
export function blobRefusal(where: string, { header, status }: SentAnswer): BlobRefusal {
  const code = header("x-ms-error-code") ?? "";
  const { next, why } = BY_CODE[code] ?? BY_STATUS[status] ?? OTHERWISE;
  return new BlobRefusal(`${where}: ${why} (${[status, code].filter(Boolean).join(" ")})\n  next: ${next}`, code);
}

/** What an error on the way there means; anything that is not of the network or of a login is thrown as it is. */
export function unreachable(where: string, error: unknown): unknown {
  const { code, name } = partsOf(error);
  const told = (why: string, next: string) => new BlobRefusal(`${where}: ${why}\n  next: ${next}`, code || name);
  if (NO_TOKEN.includes(name))
    return told("there is no login to Azure, or an expired one", "az login, then run it again");
  if (["ENOTFOUND", "EAI_AGAIN"].includes(code))
    return told(
      "the name of the storage account leads nowhere",
      "is there a network, and was bootstrap deployed? Then run it again",
    );
  if (/^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|REQUEST_SEND_ERROR)$/.test(code) || name === "AbortError")
    return told(`the connection broke in every try (${flat(code || name)})`, "run it again");
  return error;
}
