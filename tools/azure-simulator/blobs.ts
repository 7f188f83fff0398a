import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refuse } from "./behaviour";
import type { Response } from "./message";
import type { Resource, Store } from "./store";

interface BlobRequest {
  readonly method: string;
  /** `https://<account>.blob.core.windows.net/<container>/<blob>`, with its query. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Unlike Resource Manager, the data plane speaks in headers, and in XML or bytes. */
export interface BlobResponse extends Omit<Response, "body"> {
  readonly bytes?: Buffer;
}

interface Blob {
  readonly content: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** Who holds the blob; a lease here never expires, as Terraform's never do. */
  readonly lease?: string;
  /** The names are in lower case and stand without `x-ms-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly modified: string;
}

const CONTAINER = "microsoft.storage/storageaccounts/blobservices/containers";
const META = "x-ms-meta-";

/**
 * The blobs of the storage accounts that exist in Resource Manager: what Terraform's `azurerm` backend asks for, locks
 * included, and nothing else. Entra is the only way in, as for every account of ours.
 * Source of the codes: learn.microsoft.com/rest/api/storageservices/lease-blob and …/blob-service-error-codes.
 */
export class Blobs {
  /** By container, in the key that Resource Manager knows it by. */
  private readonly containers = new Map<string, Map<string, Blob>>();

  constructor(private readonly store: Store) {}

  handle(request: BlobRequest): BlobResponse {
    const { method, url, headers } = request;
    if (!headers.authorization?.startsWith("Bearer "))
      return refused(
        method,
        refuse(403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this account."),
      );
    const [container = "", ...rest] = decodeURIComponent(url.pathname).slice(1).split("/");
    const blobs = this.blobsOf(url.hostname.split(".")[0] ?? "", container);
    if (!blobs) return refused(method, refuse(404, "ContainerNotFound", "The specified container does not exist."));
    const name = rest.join("/");
    const answer = name === "" ? list(request, container, blobs) : act(request, name, blobs);
    return "code" in answer ? refused(method, answer) : answer;
  }

  /** What goes with its container; called when Resource Manager has deleted something. */
  forgetOrphans(): void {
    for (const key of this.containers.keys()) if (!this.store.has(key)) this.containers.delete(key);
  }

  private blobsOf(account: string, container: string): Map<string, Blob> | undefined {
    const isIts = ({ id }: Resource) => id.name === container && id.key.includes(`/storageaccounts/${account}/`);
    const found = this.store.ofType(CONTAINER).find(isIts);
    if (!found) return undefined;
    const blobs = this.containers.get(found.id.key) ?? new Map<string, Blob>();
    this.containers.set(found.id.key, blobs);
    return blobs;
  }
}

type Answer = BlobResponse | Refusal;

function list({ method, url }: BlobRequest, container: string, blobs: ReadonlyMap<string, Blob>): Answer {
  if (method !== "GET" || url.searchParams.get("comp") !== "list") return notServed(method, url);
  const prefix = url.searchParams.get("prefix") ?? "";
  const found = [...blobs].filter(([name]) => name.startsWith(prefix));
  const entries = found.map(
    ([name, { content, etag, lease, modified }]) =>
      `<Blob><Name>${escaped(name)}</Name><Properties><Last-Modified>${modified}</Last-Modified><Etag>${escaped(etag)}</Etag>` +
      `<Content-Length>${content.length}</Content-Length><BlobType>BlockBlob</BlobType><LeaseStatus>${lease ? "locked" : "unlocked"}</LeaseStatus></Properties></Blob>`,
  );
  return xml(
    200,
    `<EnumerationResults ServiceEndpoint="${url.origin}/" ContainerName="${escaped(container)}"><Prefix>${escaped(prefix)}</Prefix><Blobs>${entries.join("")}</Blobs><NextMarker /></EnumerationResults>`,
  );
}

function act(request: BlobRequest, name: string, blobs: Map<string, Blob>): Answer {
  const { method, url, headers } = request;
  const operation = [method, url.searchParams.get("comp")].filter(Boolean).join(" ");
  const blob = blobs.get(name);
  if (operation === "PUT") return put(request, name, blobs);
  if (!blob) return refuse(404, "BlobNotFound", "The specified blob does not exist.");
  switch (operation) {
    case "GET":
    case "HEAD":
      return refuseLease(headers, blob, "reads") ?? read(method, blob);
    case "DELETE":
      return refuseLease(headers, blob, "writes") ?? remove(name, blobs);
    case "PUT metadata": {
      const refusal = refuseLease(headers, blob, "writes");
      if (refusal) return refusal;
      blobs.set(name, { ...blob, ...changed(), metadata: metadataIn(headers) });
      return { status: 200 };
    }
    case "PUT lease": {
      const answer = lease(headers, blob);
      if ("code" in answer) return answer;
      blobs.set(name, { ...blob, lease: answer.lease });
      return { status: answer.status, headers: answer.lease ? { "x-ms-lease-id": answer.lease } : {} };
    }
    default:
      return notServed(method, url);
  }
}

/** A whole blob at once; it takes the place of the metadata too, and leaves the lease. */
function put({ headers, body }: BlobRequest, name: string, blobs: Map<string, Blob>): Answer {
  const existing = blobs.get(name);
  const refusal = existing && refuseLease(headers, existing, "writes");
  if (refusal) return refusal;
  const contentType = text(headers["x-ms-blob-content-type"]) || text(headers["content-type"]);
  const blob = { content: body, contentType, metadata: metadataIn(headers), lease: existing?.lease, ...changed() };
  blobs.set(name, blob);
  return { status: 201, headers: { ETag: blob.etag, "Last-Modified": blob.modified } };
}

function remove(name: string, blobs: Map<string, Blob>): BlobResponse {
  blobs.delete(name);
  return { status: 202 };
}

function read(method: string, { content, contentType, etag, lease, metadata, modified }: Blob): BlobResponse {
  return {
    status: 200,
    headers: {
      "Content-Type": contentType,
      "Content-Length": String(content.length),
      ETag: etag,
      "Last-Modified": modified,
      "x-ms-blob-type": "BlockBlob",
      "x-ms-lease-state": lease ? "leased" : "available",
      "x-ms-lease-status": lease ? "locked" : "unlocked",
      ...Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`${META}${key}`, value])),
    },
    bytes: method === "GET" ? content : undefined,
  };
}

function lease(
  headers: IncomingHttpHeaders,
  blob: Blob,
): { readonly status: number; readonly lease?: string } | Refusal {
  switch (headers["x-ms-lease-action"]) {
    case "acquire": {
      const wanted = text(headers["x-ms-proposed-lease-id"]) || randomUUID();
      // Whoever holds it may ask again.
      return blob.lease === undefined || blob.lease === wanted
        ? { status: 201, lease: wanted }
        : refuse(409, "LeaseAlreadyPresent", "There is already a lease present.");
    }
    case "release":
      return blob.lease === headers["x-ms-lease-id"]
        ? { status: 200 }
        : refuse(
            409,
            "LeaseIdMismatchWithLeaseOperation",
            "The lease ID specified did not match the lease ID for the blob.",
          );
    default:
      return refuse(501, "NotImplemented", "The rehearsal knows how to acquire and to release a lease.");
  }
}

/** Who names a lease must hold it; who writes to a leased blob must name it. */
function refuseLease(headers: IncomingHttpHeaders, blob: Blob, what: "reads" | "writes"): Refusal | undefined {
  const named = headers["x-ms-lease-id"];
  if (named === undefined)
    return blob.lease && what === "writes"
      ? refuse(412, "LeaseIdMissing", "There is currently a lease on the blob and no lease ID was specified.")
      : undefined;
  if (blob.lease === undefined)
    return refuse(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.");
  return named === blob.lease
    ? undefined
    : refuse(
        412,
        "LeaseIdMismatchWithBlobOperation",
        "The lease ID specified did not match the lease ID for the blob.",
      );
}

function metadataIn(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) =>
      key.startsWith(META) ? [[key.slice(META.length), text(value)]] : [],
    ),
  );
}

const changed = () => ({ etag: `"${randomUUID()}"`, modified: new Date().toUTCString() });

const text = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join() : (header ?? "");

const notServed = (method: string, { pathname, search }: URL): Refusal =>
  refuse(501, "NotImplemented", `The rehearsal does not serve ${method} ${pathname}${search}.`);

/** The code stands in a header too: an answer to HEAD has no body. */
function refused(method: string, { status, code, message }: Refusal): BlobResponse {
  const answer = xml(status, `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`);
  const headers = { ...answer.headers, "x-ms-error-code": code };
  return method === "HEAD" ? { status, headers } : { ...answer, headers };
}

const xml = (status: number, content: string): BlobResponse => ({
  status,
  headers: { "Content-Type": "application/xml" },
  bytes: Buffer.from(`<?xml version="1.0" encoding="utf-8"?>${content}`),
});

const escaped = (value: string) =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
