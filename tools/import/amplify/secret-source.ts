import type { SecretSource } from "../../../model/schema/aws";
import { type Statement, statementsIn } from "./shell";

/** Where a build took a secret from. */
export interface Fetched {
  readonly from: SecretSource["from"];
  /** Undefined when variables that nobody knows are in it, and for an ARN, whose tail may be part of the name. */
  readonly name?: string;
  readonly key?: string;
  /** What may be wrong with what the build made of it; empty when nothing is. */
  readonly doubts: readonly string[];
}

/**
 * What `$(aws ssm get-parameter …)` or `$(aws secretsmanager get-secret-value …)` fetches; undefined for another text.
 * @param resolve a text with its variables, or undefined when one of them is not known
 */
export function fetchedBy(text: string, resolve: (text: string) => string | undefined): Fetched | undefined {
  const inside = /^\$\(([\s\S]*)\)$/.exec(text.trim())?.[1];
  const [statement] = inside === undefined ? [] : statementsIn(inside);
  const words = statement?.pipeline[0] ?? [];
  if (statement === undefined || words[0] !== "aws") return undefined;
  if (words[1] === "ssm" && words[2] === "get-parameter") return parameter(words, statement, resolve);
  return words[1] === "secretsmanager" && words[2] === "get-secret-value"
    ? secret(words, statement, resolve)
    : undefined;
}

function parameter(words: readonly string[], statement: Statement, resolve: Resolve): Fetched {
  const name = resolvedName(option(words, "--name"), resolve);
  const doubts = [
    ...quotes(words, statement),
    ...(words.includes("--with-decryption") ? [] : ["without --with-decryption a SecureString is its ciphertext"]),
  ];
  return { from: "parameterStore", ...(name !== undefined && { name }), doubts };
}

function secret(words: readonly string[], statement: Statement, resolve: Resolve): Fetched {
  const name = resolvedName(option(words, "--secret-id"), resolve);
  const key = jqKey(statement);
  return {
    from: "secretsManager",
    ...(name !== undefined && { name }),
    ...(key !== undefined && { key }),
    doubts: quotes(words, statement),
  };
}

type Resolve = (text: string) => string | undefined;

function option(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at >= 0 ? words[at + 1] : words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
}

function resolvedName(text: string | undefined, resolve: Resolve): string | undefined {
  const name = text === undefined ? undefined : resolve(text);
  return name?.startsWith("arn:") ? undefined : name;
}

/** JSON has quotes around a text; --output text and jq -r take them off. */
function quotes(words: readonly string[], { pipeline }: Statement): string[] {
  const isRaw = pipeline.some((command) => command[0] === "jq" && command.some((word) => /^-\w*r/.test(word)));
  return option(words, "--output") === "text" || isRaw ? [] : ["without --output text the value has quotes around it"];
}

function jqKey({ pipeline }: Statement): string | undefined {
  const jq = pipeline.find(([program]) => program === "jq");
  return jq?.map((word) => /^\.(\w+)$/.exec(word)?.[1]).find((key) => key !== undefined);
}
