import { type Refusal, refuse } from "./behaviour";
import type { Response } from "./message";
import { TENANT } from "./resource-types/identity";
import { dig, type JsonObject, type Resource } from "./store";

/**
 * How Key Vault's secrets look on the wire. Answers are those that Azure's own SDK has on record:
 * github.com/Azure/azure-sdk-for-js, sdk/keyvault/keyvault-secrets/recordings.
 */

export interface Version {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: JsonObject;
  readonly enabled: boolean;
  /** In seconds, as Key Vault counts. */
  readonly created: number;
  readonly updated: number;
}

export interface Secret {
  /** In the casing that it was first written in. */
  readonly name: string;
  /** The newest is the last. */
  readonly versions: readonly Version[];
  /** When it was deleted, in seconds; until it is purged or recovered its name is taken. */
  readonly deleted?: number;
}

/** Key Vault says the reason inside: clients look there. */
export interface VaultRefusal extends Refusal {
  readonly inner?: string;
}

export type Answer = Response | VaultRefusal;

/** The most of one page, and what a page holds when nobody says. */
const PAGE = 25;

/** Where to get a token, for whoever comes without: the SDK sends its first request bare, to be told. */
export const CHALLENGE: Response = {
  status: 401,
  headers: {
    "WWW-Authenticate": `Bearer authorization="https://login.microsoftonline.com/${TENANT}", resource="https://vault.azure.net"`,
  },
  body: { error: { code: "Unauthorized", message: "AKV10000: Request is missing a Bearer or PoP token." } },
};

export const DISABLED: VaultRefusal = {
  ...refuse(403, "Forbidden", "Operation get is not allowed on a disabled secret."),
  inner: "SecretDisabled",
};

export const notFound = (name: string): VaultRefusal =>
  refuse(404, "SecretNotFound", `A secret with (name/id) ${name} was not found in this key vault.`);

export const NO_CONTACTS: VaultRefusal = refuse(404, "ContactsNotFound", "Contacts not found");

export const deletedButRecoverable = (name: string): VaultRefusal => ({
  ...refuse(409, "Conflict", `Secret ${name} is currently in a deleted but recoverable state.`),
  inner: "ObjectIsDeletedButRecoverable",
});

export const notServed = (method: string, { pathname }: URL): VaultRefusal =>
  refuse(501, "NotImplemented", `The rehearsal does not know ${method} ${pathname}.`);

export const refused = ({ status, code, message, inner }: VaultRefusal): Response => ({
  status,
  body: { error: { code, message, ...(inner && { innererror: { code: inner } }) } },
});

export function newest({ versions }: Secret): Version {
  const last = versions.at(-1);
  if (!last) throw new Error("a secret has a version");
  return last;
}

export function recovery({ body }: Resource) {
  const recoverableDays = Number(dig(body, "properties", "softDeleteRetentionInDays") ?? 90);
  const purgeable = dig(body, "properties", "enablePurgeProtection") !== true;
  const recoveryLevel = `${recoverableDays < 90 ? "Customized" : ""}Recoverable${purgeable ? "+Purgeable" : ""}`;
  return { purgeable, attributes: { recoveryLevel, recoverableDays } };
}

/** One version; "listed" as a list of secrets names it, without version and value. Lists of versions show no value either. */
export function bundle(
  { hostname }: URL,
  vault: Resource,
  { name }: Secret,
  { version, value, contentType, tags, enabled, created, updated }: Version,
  as: "whole" | "valueless" | "listed",
): JsonObject {
  return {
    ...(as === "whole" && { value }),
    id: `https://${hostname}/secrets/${name}${as === "listed" ? "" : `/${version}`}`,
    ...(contentType !== undefined && { contentType }),
    attributes: { enabled, created, updated, ...recovery(vault).attributes },
    ...(tags && { tags }),
  };
}

export function deletedBundle(url: URL, vault: Resource, secret: Secret): JsonObject {
  const deletedDate = secret.deleted ?? 0;
  return {
    recoveryId: `https://${url.hostname}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + recovery(vault).attributes.recoverableDays * 86_400,
    ...bundle(url, vault, secret, newest(secret), "valueless"),
  };
}

/** One page; the link to the next names the port, as Azure's does. */
export function page(url: URL, entries: readonly JsonObject[]): Answer {
  const size = Number(url.searchParams.get("maxresults") ?? PAGE);
  if (!Number.isInteger(size) || size < 1 || size > PAGE)
    return refuse(400, "BadParameter", `maxresults must be 1 to ${PAGE}.`);
  const from = Number(url.searchParams.get("$skiptoken") ?? 0);
  const query = new URLSearchParams({ ...Object.fromEntries(url.searchParams), $skiptoken: String(from + size) });
  const isLast = from + size >= entries.length;
  const nextLink = isLast ? null : `https://${url.hostname}:443${url.pathname}?${query}`;
  return { status: 200, body: { value: entries.slice(from, from + size), nextLink } };
}
