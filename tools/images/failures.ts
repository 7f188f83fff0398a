import { ToolError } from "./tool-process";

/** A failure in a user's words. */
export interface Failure {
  /** What, why and what to do next, on one line. */
  readonly line: string;
  /** Whether trying again may help. */
  readonly isPassing: boolean;
}

interface Kind {
  readonly says: RegExp;
  readonly why: string;
  readonly isPassing: boolean;
}

const NOT_FOUND = /not found|does not exist|(manifest|name|blob)[ _]unknown|(http|status:) 404/i;

/** What regctl, skopeo and az say, most telling first: regctl calls a 403 unauthorized as well. */
const KINDS: readonly Kind[] = [
  {
    says: /too ?many ?requests|(http|status:) 429|rate limit|throttl/i,
    why: "the registry throttles us: wait some minutes, then again; what was copied stays",
    isPassing: true,
  },
  {
    says: /x509|certificate/i,
    why: "the registry's certificate is not trusted here: a proxy that opens TLS? SSL_CERT_FILE names what to trust",
    isPassing: false,
  },
  {
    says: /denied|forbidden|not authorized|does not have authorization|AuthorizationFailed|(http|status:) 403/i,
    why: "missing permission: ECR needs the managed policy AmazonEC2ContainerRegistryReadOnly, ours the role AcrPush, or for az Container Registry Data Importer and Data Reader",
    isPassing: false,
  },
  {
    says: /unauthori[sz]ed|authentication required|no credentials|(http|status:) 401/i,
    why: "the registry refuses the login: ECR needs the managed policy AmazonEC2ContainerRegistryReadOnly, ours the roles AcrPull and AcrPush",
    isPassing: false,
  },
  {
    says: NOT_FOUND,
    why: "the source is gone, or a part of it: push it again, or take its tag away there",
    isPassing: false,
  },
  {
    says: /connection (refused|reset)|\bEOF\b|time(d )?out|no such host|unreachable|broken pipe|handshake|retry limit|(http|status:) 5\d\d/i,
    why: "the registry cannot be reached, or drops the connection: again; what was copied stays",
    isPassing: true,
  },
];

/** Whether a tool says that there is nothing, which for a target is an answer. */
export const isNotFound = (error: unknown): error is ToolError =>
  error instanceof ToolError && NOT_FOUND.test(error.message);

/** @throws what is no failure of a tool: a bug keeps its trace */
export function explain(tool: string, error: unknown): Failure {
  if (!(error instanceof ToolError)) throw error;
  const kind = KINDS.find(({ says }) => says.test(error.message));
  const words = `${tool}: ${error.message || "ended without a word"}`;
  return { line: kind ? `${kind.why} (${words})` : words, isPassing: kind?.isPassing ?? false };
}
