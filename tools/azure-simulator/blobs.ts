import { type Refusal, refuse } from "./behaviour";
import {
  type Answer,
  type BlobRequest,
  type BlobResponse,
  escaped,
  metadataIn,
  newEtag,
  notServed,
  refused,
  text,
  xml,
} from "./blob-answers";
import { isLocked, operateLease, refuseLease, stateOf } from "./blob-leases";
import {
  accountOf,
  type Blob,
  deleted,
  headersOf,
  IMMUTABLE,
  isImmutable,
  type Keeping,
  keepingOf,
  type Version,
  written,
} from "./blob-versions";
import type { Resource, Store } from "./store";

const CONTAINER = "microsoft.storage/storageaccounts/blobservices/containers";

/** A container, and what its account does with every write. */
interface Container {
  readonly blobs: Map<string, Blob>;
  readonly keeping: Keeping;
}

/**
 * The blobs of the storage accounts that exist in Resource Manager: what Terraform's `azurerm` backend asks for, locks
 * included, versions and their retention, and nothing else. Entra is the only way in, as for every account of ours.
 * Source of the codes: learn.microsoft.com/rest/api/storageservices/blob-service-error-codes.
 */
export class Blobs {
  /** By container, in the key that Resource Manager knows it by. */
  private readonly containers = new Map<string, Map<string, Blob>>();
  /** The clock, in milliseconds since 1970. */
  now = (): number => Date.now();
  private lastVersion = { ms: 0, tick: 0 };

  constructor(private readonly store: Store) {}

  handle(request: BlobRequest): BlobResponse {
    const { method, url, headers } = request;
    if (!headers.authorization?.startsWith("Bearer "))
      return refused(
        method,
        refuse(403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this account."),
      );
    const [name = "", ...rest] = decodeURIComponent(url.pathname).slice(1).split("/");
    const container = this.containerOf(url.hostname.split(".")[0] ?? "", name);
    if (!container) return refused(method, refuse(404, "ContainerNotFound", "The specified container does not exist."));
    const blob = rest.join("/");
    const answer = blob === "" ? this.list(request, name, container) : this.act(request, blob, container);
    return "code" in answer ? refused(method, answer) : answer;
  }

  /** What goes with its container; called when Resource Manager has deleted something. */
  forgetOrphans(): void {
    for (const key of this.containers.keys()) if (!this.store.has(key)) this.containers.delete(key);
  }

  /** Why Resource Manager would not delete what is at a path: a container that keeps its blobs is deleted when it is empty. */
  refuseDelete(path: string): Refusal | undefined {
    const under = path.toLowerCase();
    const kept = this.store
      .ofType(CONTAINER)
      .filter(({ id }) => id.key === under || id.key.startsWith(`${under}/`))
      .find(
        (container) => isImmutable(this.store, container) && (this.containers.get(container.id.key)?.size ?? 0) > 0,
      );
    return (
      kept &&
      refuse(
        409,
        "ContainerProtectedFromDeletion",
        `The storage account ${accountOf(kept)} container ${kept.id.name} is protected from deletion due to ImmutabilityPolicy.`,
      )
    );
  }

  private containerOf(account: string, container: string): Container | undefined {
    const isIts = (one: Resource) => one.id.name === container && accountOf(one) === account;
    const found = this.store.ofType(CONTAINER).find(isIts);
    if (!found) return undefined;
    const blobs = this.containers.get(found.id.key) ?? new Map<string, Blob>();
    this.containers.set(found.id.key, blobs);
    return { blobs, keeping: keepingOf(this.store, found) };
  }

  /** Of all versions, each blob's oldest first and its current one last; of a deleted blob those that remain. */
  private list({ method, url }: BlobRequest, container: string, { blobs }: Container): Answer {
    if (method !== "GET" || url.searchParams.get("comp") !== "list") return notServed(method, url);
    const prefix = url.searchParams.get("prefix") ?? "";
    const include = (url.searchParams.get("include") ?? "").split(",");
    const entries = [...blobs]
      .filter(([name]) => name.startsWith(prefix))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([name, blob]) => [
        ...(include.includes("versions") ? blob.previous : []).map((version) => this.entry(name, blob, version)),
        ...(blob.current ? [this.entry(name, blob, blob.current)] : []),
      ]);
    const { page, next } = pageOf(entries, url);
    return xml(
      200,
      `<EnumerationResults ServiceEndpoint="${url.origin}/" ContainerName="${escaped(container)}"><Prefix>${escaped(prefix)}</Prefix><Blobs>${page.join("")}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
    );
  }

  private entry(name: string, { current, lease }: Blob, version: Version): string {
    const isCurrent = version === current;
    const state = stateOf(lease, this.now());
    const leased = isCurrent
      ? `<LeaseStatus>${isLocked(state) ? "locked" : "unlocked"}</LeaseStatus><LeaseState>${state}</LeaseState>`
      : "";
    const of = version.id === undefined ? "" : `<VersionId>${version.id}</VersionId>`;
    const flag = of !== "" && isCurrent ? "<IsCurrentVersion>true</IsCurrentVersion>" : "";
    const {
      "Content-Length": length,
      "Content-MD5": md5,
      ETag: etag,
      "Last-Modified": modified,
    } = headersOf(version, lease, { isCurrent, now: this.now() });
    return `<Blob><Name>${escaped(name)}</Name>${of}${flag}<Properties><Last-Modified>${modified}</Last-Modified><Etag>${escaped(etag ?? "")}</Etag><Content-Length>${length}</Content-Length><Content-MD5>${md5}</Content-MD5><BlobType>BlockBlob</BlobType>${leased}</Properties></Blob>`;
  }

  private act(request: BlobRequest, name: string, container: Container): Answer {
    const { method, url, headers } = request;
    const now = this.now();
    const operation = [method, url.searchParams.get("comp")].filter(Boolean).join(" ");
    const blob = container.blobs.get(name);
    if (operation === "PUT") return this.put(request, name, container);
    if (!blob) return NOT_FOUND;
    const { current, lease } = blob;
    const id = url.searchParams.get("versionid");
    if (operation === "GET" || operation === "HEAD") {
      const version = id === null ? current : [...blob.previous, current].find((one) => one?.id === id);
      if (!version) return NOT_FOUND;
      const refusal = id === null ? refuseLease(headers, lease, { now, writes: false }) : undefined;
      if (refusal) return refusal;
      const shown = headersOf(version, lease, { isCurrent: version === current, now });
      return { status: 200, headers: shown, bytes: method === "GET" ? version.content : undefined };
    }
    if (operation === "DELETE") {
      const refusal =
        id === null ? (current ? refuseLease(headers, lease, { now, writes: true }) : NOT_FOUND) : undefined;
      const left = refusal ?? deleted(blob, { id, keeping: container.keeping, now });
      if ("code" in left) return left;
      if (left.current === undefined && left.previous.length === 0) container.blobs.delete(name);
      else container.blobs.set(name, left);
      return { status: 202 };
    }
    if (!current) return NOT_FOUND;
    if (operation === "PUT metadata") {
      const refusal = refuseLease(headers, lease, { now, writes: true });
      if (refusal) return refusal;
      if (current.retention !== undefined) return IMMUTABLE;
      return this.keep(container, name, { ...current, metadata: metadataIn(headers) }, 200);
    }
    if (operation === "PUT lease") {
      const answer = operateLease(headers, lease, now);
      if ("code" in answer) return answer;
      container.blobs.set(name, { ...blob, lease: answer.lease });
      return { status: answer.status, headers: answer.headers };
    }
    return notServed(method, url);
  }

  /** A whole blob at once; it takes the place of the metadata too, and leaves the lease. */
  private put({ headers, body }: BlobRequest, name: string, container: Container): Answer {
    const existing = container.blobs.get(name);
    const current = existing?.current;
    const refusal =
      (current && refuseLease(headers, existing?.lease, { now: this.now(), writes: true })) ??
      refuseCondition(text(headers["if-match"]), text(headers["if-none-match"]), current);
    if (refusal) return refusal;
    const contentType = text(headers["x-ms-blob-content-type"]) || text(headers["content-type"]);
    return this.keep(container, name, { content: body, contentType, metadata: metadataIn(headers) }, 201);
  }

  /** Every write has another tag, another date and, where versions are kept, another id. */
  private keep(
    { blobs, keeping }: Container,
    name: string,
    { content, contentType, metadata }: Pick<Version, "content" | "contentType" | "metadata">,
    status: number,
  ): BlobResponse {
    const existing = blobs.get(name);
    const now = this.now();
    const next = { content, contentType, metadata, etag: newEtag(), modified: now, id: this.versionId(keeping, now) };
    const state = stateOf(existing?.lease, now);
    // What has ended is gone with the next write.
    const lease = isLocked(state) ? existing?.lease : undefined;
    const blob = { ...written(existing, next, keeping), lease };
    blobs.set(name, blob);
    const {
      ETag,
      "Last-Modified": modified,
      "x-ms-version-id": id,
    } = headersOf(blob.current ?? next, lease, {
      isCurrent: true,
      now,
    });
    return {
      status,
      headers: {
        ETag: ETag ?? "",
        "Last-Modified": modified ?? "",
        ...(id !== undefined && { "x-ms-version-id": id }),
      },
    };
  }

  /** The time of the write to a ten-millionth of a second; two are never the same. */
  private versionId({ versions }: Keeping, now: number): string | undefined {
    if (!versions) return undefined;
    const { ms, tick } = this.lastVersion;
    this.lastVersion = now > ms ? { ms: now, tick: 0 } : { ms, tick: tick + 1 };
    const stamp = new Date(this.lastVersion.ms).toISOString().slice(0, -1);
    return `${stamp}${String(this.lastVersion.tick).padStart(4, "0")}Z`;
  }
}

const NOT_FOUND = refuse(404, "BlobNotFound", "The specified blob does not exist.");

function refuseCondition(match: string, noneMatch: string, current: Version | undefined): Refusal | undefined {
  if (noneMatch === "*" && current) return refuse(409, "BlobAlreadyExists", "The specified blob already exists.");
  if (match !== "" && match !== "*" && match !== current?.etag)
    return refuse(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
  return undefined;
}

/** How many blobs, versions included, are listed at once when nobody says. */
const PAGE = 5000;

function pageOf(entries: readonly string[], { searchParams }: URL) {
  const from = Number(searchParams.get("marker") ?? 0);
  const to = from + Number(searchParams.get("maxresults") ?? PAGE);
  return { page: entries.slice(from, to), next: to < entries.length ? String(to) : "" };
}
