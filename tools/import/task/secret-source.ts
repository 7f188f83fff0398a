/** What a `valueFrom` of ECS names. */
export type Reference =
  | {
      readonly from: "secretsManager";
      /** As it stands, with the six characters that an ARN adds, if it is one. */
      readonly written: string;
      readonly isArn: boolean;
      readonly key?: string;
      readonly place?: Place;
      /** A stage or version that is not the current one. */
      readonly version?: string;
    }
  | { readonly from: "parameterStore"; readonly written: string; readonly place?: Place; readonly version?: string }
  | { readonly from: "nothing"; readonly why: string };

interface Place {
  readonly region: string;
  readonly account: string;
}

/** Secrets Manager, seen through the Parameter Store. */
const THROUGH_PARAMETERS = /^\/?aws\/reference\/secretsmanager\/(.+)$/;

/**
 * Reads a `valueFrom`. A secret's ARN has seven parts, or ten with key, stage and version, each of which may be empty:
 * docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html.
 */
export function referenceIn(valueFrom: string): Reference {
  if (!valueFrom.startsWith("arn:")) return parameter(valueFrom);
  const parts = valueFrom.split(":");
  const [, , service = "", region = "", account = "", kind = ""] = parts;
  const place = { region, account };
  if (service === "ssm" && kind.startsWith("parameter/")) {
    const path = parts.slice(5).join(":").slice("parameter".length);
    // An ARN leaves out the slash of a bare name.
    return { ...parameter(path.lastIndexOf("/") === 0 ? path.slice(1) : path), ...(path !== "" && { place }) };
  }
  if (service !== "secretsmanager" || kind !== "secret")
    return { from: "nothing", why: "it is no ARN of Secrets Manager or the Parameter Store" };
  if (parts.length !== 7 && parts.length !== 10)
    return {
      from: "nothing",
      why: `its ARN has ${parts.length} parts; it must have 7, or 10 with key, stage and version`,
    };
  const [written = "", key = "", stage = "", version = ""] = parts.slice(6);
  const other = [stage === "AWSCURRENT" ? "" : stage, version].find((text) => text !== "");
  return {
    from: "secretsManager",
    written,
    isArn: true,
    place,
    ...(key !== "" && { key }),
    ...(other !== undefined && { version: other }),
  };
}

function parameter(name: string): Reference {
  const [, secret] = THROUGH_PARAMETERS.exec(name) ?? [];
  if (secret !== undefined) return { from: "secretsManager", written: secret, isArn: false };
  const [, written, version] = /^([\w/.-]+)(?::([\w.-]+))?$/.exec(name) ?? [];
  if (written === undefined) return { from: "nothing", why: "it is no name of a parameter" };
  return { from: "parameterStore", written, ...(version !== undefined && { version }) };
}

/** What ends a secret's ARN: a hyphen and six characters at random. */
const TAIL = /-([A-Za-z0-9]{6})$/;
/** A word, or a word and a number, such as `-secret`, `-Backup`, `-prod01`, `-202401`: it may be part of the name. */
const LIKE_A_WORD = /^([A-Z]?[a-z]*|[A-Z]*)\d*$|^[A-Za-z]+$/;

/** A secret's name in its ARN, and whether nobody can tell: six letters, or a word with a number, may be the name's own end. */
export function nameIn(written: string): { readonly name: string; readonly isSure: boolean } {
  const tail = TAIL.exec(written)?.[1];
  if (tail === undefined) return { name: written, isSure: true };
  return LIKE_A_WORD.test(tail) ? { name: written, isSure: false } : { name: written.slice(0, -7), isSure: true };
}

/** A name that Key Vault takes: letters, digits and hyphens. */
export const vaultName = (name: string, key?: string): string =>
  [name, ...(key === undefined ? [] : [key])]
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 127);
