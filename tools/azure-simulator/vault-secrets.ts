import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { refuse } from "./behaviour";
import type { Response } from "./message";
import { DELETED_VAULT, VAULT } from "./resource-types/vault";
import { dig, type JsonObject, object, type Resource, type Store } from "./store";
import {
  type Answer,
  bundle,
  CHALLENGE,
  DISABLED,
  deletedBundle,
  deletedButRecoverable,
  NO_CONTACTS,
  newest,
  notFound,
  notServed,
  page,
  recovery,
  refused,
  type Secret,
  type VaultRefusal,
  type Version,
} from "./vault-answers";

interface SecretRequest {
  readonly method: string;
  /** `https://<vault>.vault.azure.net/secrets/<name>`, with its query. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body?: JsonObject;
}

/** A request, and what its path leads to. */
interface Place extends SecretRequest {
  readonly vault: Resource;
  /** Of this vault, by name in lower case: Key Vault compares names without case. */
  readonly secrets: Map<string, Secret>;
  readonly name: string;
  /** What follows the name. */
  readonly rest: string;
}

/** learn.microsoft.com/azure/key-vault/secrets/about-secrets: 25 KB, counted in octets. */
const MOST_BYTES = 25 * 1024;

/** The secrets of the vaults that exist in Resource Manager. Values are in memory only, and in no log. */
export class VaultSecrets {
  /** By vault, in lower case. */
  private readonly vaults = new Map<string, Map<string, Secret>>();
  /** What a vault refuses everybody with, by its name: roles and firewalls are nothing that the rehearsal knows. */
  readonly refusing = new Map<string, VaultRefusal>();
  /** The clock, in seconds. */
  now = (): number => Math.floor(Date.now() / 1_000);

  constructor(private readonly store: Store) {}

  handle(request: SecretRequest): Response {
    const { method, url, headers } = request;
    if (!headers.authorization?.startsWith("Bearer ")) return CHALLENGE;
    const host = url.hostname.split(".")[0] ?? "";
    const refusing = this.refusing.get(host);
    if (refusing) return refused(refusing);
    const vault = this.store.ofType(VAULT).find(({ id }) => id.name.toLowerCase() === host);
    // In Azure not even the name would lead anywhere.
    if (!vault) return refused(refuse(404, "VaultNotFound", `The rehearsal has no vault ${host}.`));
    if (!url.searchParams.has("api-version"))
      return refused(refuse(400, "BadParameter", "api-version must be specified."));
    const secrets = this.vaults.get(host) ?? new Map<string, Secret>();
    this.vaults.set(host, secrets);
    const [kind, name = "", ...rest] = decodeURIComponent(url.pathname).split("/").filter(Boolean);
    // azurerm asks every vault that it reaches for them.
    if (`${method} ${url.pathname}` === "GET /certificates/contacts") return refused(NO_CONTACTS);
    const place = { ...request, vault, secrets, name, rest: rest.join("/") };
    const answer =
      kind === "secrets" ? this.live(place) : kind === "deletedsecrets" ? deleted(place) : notServed(method, url);
    return "code" in answer ? refused(answer) : answer;
  }

  /** What goes with its vault; called when Resource Manager has deleted something. A deleted vault keeps its own. */
  forgetOrphans(): void {
    const kept = [VAULT, DELETED_VAULT].flatMap((type) => this.store.ofType(type)).map(({ id }) => id.name);
    const names = new Set(kept.map((name) => name.toLowerCase()));
    for (const name of this.vaults.keys()) if (!names.has(name)) this.vaults.delete(name);
  }

  private live(place: Place): Answer {
    const { method, url, vault, secrets, name, rest } = place;
    const operation = `${method} ${rest}`.trim();
    if (name === "") {
      const found = [...secrets.values()].filter((secret) => secret.deleted === undefined);
      const listed = found.map((secret) => bundle(url, vault, secret, newest(secret), "listed"));
      return operation === "GET" ? page(url, listed) : notServed(method, url);
    }
    if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
      return refuse(400, "BadParameter", `The request URI contains an invalid name: ${name}.`);
    if (operation === "PUT") return this.put(place);
    const secret = secrets.get(name.toLowerCase());
    if (!secret || secret.deleted !== undefined) return notFound(name);
    if (operation === "DELETE") {
      const gone = { ...secret, deleted: this.now() };
      secrets.set(name.toLowerCase(), gone);
      return { status: 200, body: deletedBundle(url, vault, gone) };
    }
    if (operation === "GET versions") {
      const versions = secret.versions.map((version) => bundle(url, vault, secret, version, "valueless"));
      return page(url, versions);
    }
    if (method !== "GET" && method !== "PATCH") return notServed(method, url);
    const version = rest === "" ? newest(secret) : secret.versions.find((one) => one.version === rest);
    if (!version) return notFound(`${name}/${rest}`);
    if (method === "PATCH") return this.patch(place, secret, version);
    return version.enabled ? { status: 200, body: bundle(url, vault, secret, version, "whole") } : DISABLED;
  }

  private put({ url, body = {}, vault, secrets, name }: Place): Answer {
    const existing = secrets.get(name.toLowerCase());
    if (existing?.deleted !== undefined) return deletedButRecoverable(existing.name);
    if (typeof body.value !== "string") return refuse(400, "BadParameter", "The parameter value must be a string.");
    if (Buffer.byteLength(body.value) > MOST_BYTES)
      return refuse(400, "BadParameter", `The parameter value must be ${MOST_BYTES} bytes or shorter.`);
    const now = this.now();
    const version = {
      ...attributesIn(body, { enabled: true }),
      version: randomUUID().replaceAll("-", ""),
      value: body.value,
      created: now,
      updated: now,
    };
    const secret = { name: existing?.name ?? name, versions: [...(existing?.versions ?? []), version] };
    secrets.set(name.toLowerCase(), secret);
    return { status: 200, body: bundle(url, vault, secret, version, "whole") };
  }

  private patch({ url, body = {}, vault, secrets, name }: Place, secret: Secret, version: Version): Answer {
    const changed = { ...attributesIn(body, version), updated: this.now() };
    const versions = secret.versions.map((one) => (one === version ? changed : one));
    secrets.set(name.toLowerCase(), { ...secret, versions });
    return { status: 200, body: bundle(url, vault, secret, changed, "valueless") };
  }
}

function deleted({ method, url, vault, secrets, name, rest }: Place): Answer {
  const operation = `${method} ${rest}`.trim();
  if (name === "") {
    const found = [...secrets.values()].filter((secret) => secret.deleted !== undefined);
    const listed = found.map((secret) => deletedBundle(url, vault, secret));
    return operation === "GET" ? page(url, listed) : notServed(method, url);
  }
  const secret = secrets.get(name.toLowerCase());
  if (secret?.deleted === undefined) return refuse(404, "SecretNotFound", `Deleted Secret not found: ${name}`);
  if (operation === "GET") return { status: 200, body: deletedBundle(url, vault, secret) };
  if (operation === "POST recover") {
    const recovered = { name: secret.name, versions: secret.versions };
    secrets.set(name.toLowerCase(), recovered);
    return { status: 200, body: bundle(url, vault, recovered, newest(recovered), "valueless") };
  }
  if (operation !== "DELETE") return notServed(method, url);
  if (!recovery(vault).purgeable)
    return refuse(403, "Forbidden", "Operation purge is not allowed: the vault has purge protection.");
  secrets.delete(name.toLowerCase());
  return { status: 204 };
}

/** What a request says besides the value; what it does not say is as before. */
function attributesIn<T extends Pick<Version, "enabled">>({ attributes, contentType, tags }: JsonObject, before: T): T {
  const enabled = dig(attributes, "enabled");
  return {
    ...before,
    ...(typeof enabled === "boolean" && { enabled }),
    ...(typeof contentType === "string" && { contentType }),
    ...(tags && { tags: object(tags) }),
  };
}
