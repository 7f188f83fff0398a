import { createHash } from "node:crypto";
import type { Refusal } from "./behaviour";
import { refuse } from "./behaviour";
import { metadataOut } from "./blob-answers";
import { isLocked, type Lease, stateOf } from "./blob-leases";
import { dig, type Json, type Resource, type Store, text } from "./store";

/** What a blob was after one write; nothing of it ever changes. */
export interface Version {
  readonly content: Buffer;
  readonly contentType: string;
  readonly etag: string;
  /** Undefined where the account keeps no versions. */
  readonly id?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** In milliseconds since 1970. */
  readonly modified: number;
  /** Until when nobody may delete it, in milliseconds since 1970, and how. */
  readonly retention?: { readonly until: number; readonly mode: string };
}

export interface Blob {
  /** Undefined for one that was deleted and of which versions remain. */
  readonly current?: Version;
  readonly lease?: Lease;
  /** The oldest is the first. */
  readonly previous: readonly Version[];
}

const DAY_MS = 86_400_000;
const ACCOUNT = "microsoft.storage/storageaccounts";

/** What an account does with every write. */
export interface Keeping {
  readonly versions: boolean;
  /** Of its default policy for versions; undefined without one. */
  readonly retention?: { readonly days: number; readonly mode: string };
}

/** As Resource Manager has it set: `isVersioningEnabled` of the service, `immutableStorageWithVersioning` of the account. */
export function keepingOf(store: Store, { id }: Resource): Keeping {
  const [account = ""] = id.key.split("/blobservices/");
  const body = store.get(account)?.body;
  const policy = dig(body, "properties", "immutableStorageWithVersioning", "immutabilityPolicy");
  const days = Number(dig(policy, "immutabilityPeriodSinceCreationInDays") ?? 0);
  const state = text(dig(policy, "state"));
  const isOn = (value: Json | undefined) => value === true;
  return {
    versions: isOn(dig(store.get(`${account}/blobservices/default`)?.body, "properties", "isVersioningEnabled")),
    ...((state === "Unlocked" || state === "Locked") && days > 0 && { retention: { days, mode: state.toLowerCase() } }),
  };
}

/**
 * The blob after a write. Every one is a version: Put Blob, and Set Blob Metadata, with which Terraform notes who holds a
 * state (learn.microsoft.com/azure/storage/blobs/versioning-overview).
 */
export function written(blob: Blob | undefined, next: Version, { retention, versions }: Keeping): Blob {
  const kept = versions && blob?.current !== undefined ? [blob.current] : [];
  const until = retention && { until: next.modified + retention.days * DAY_MS, mode: retention.mode };
  return {
    current: { ...next, ...(until && { retention: until }) },
    lease: blob?.lease,
    previous: [...(blob?.previous ?? []), ...kept],
  };
}

/**
 * The blob after Delete Blob: without a version the current one becomes a previous one.
 * @see learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies
 */
export function deleted(
  blob: Blob,
  { id, keeping, now }: { readonly id: string | null; readonly keeping: Keeping; readonly now: number },
): Blob | Refusal {
  if (id === null) {
    if (!keeping.versions) return { previous: blob.previous };
    return { previous: [...blob.previous, ...(blob.current ? [blob.current] : [])] };
  }
  if (blob.current?.id === id)
    return refuse(403, "OperationNotAllowedOnRootBlob", "The specified operation is not allowed on root blob.");
  const version = blob.previous.find((one) => one.id === id);
  if (version === undefined) return refuse(404, "BlobNotFound", "The specified blob does not exist.");
  if (version.retention !== undefined && now < version.retention.until) return IMMUTABLE;
  return { ...blob, previous: blob.previous.filter((one) => one !== version) };
}

export const IMMUTABLE: Refusal = refuse(
  409,
  "BlobImmutableDueToPolicy",
  "This operation is not permitted as the blob is immutable due to a policy.",
);

/** The headers that Get Blob and Get Blob Properties answer with. */
export function headersOf(
  version: Version,
  lease: Lease | undefined,
  { isCurrent, now }: Shown,
): Record<string, string> {
  const state = stateOf(lease, now);
  const of: Record<string, string> = isCurrent
    ? { "x-ms-lease-state": state, "x-ms-lease-status": isLocked(state) ? "locked" : "unlocked" }
    : {};
  if (isCurrent && state === "leased") of["x-ms-lease-duration"] = lease?.until === undefined ? "infinite" : "fixed";
  if (version.id !== undefined) of["x-ms-version-id"] = version.id;
  if (version.id !== undefined && isCurrent) of["x-ms-is-current-version"] = "true";
  if (version.retention) {
    of["x-ms-immutability-policy-until-date"] = new Date(version.retention.until).toUTCString();
    of["x-ms-immutability-policy-mode"] = version.retention.mode;
  }
  return {
    "Content-Type": version.contentType,
    "Content-Length": String(version.content.length),
    "Content-MD5": createHash("md5").update(version.content).digest("base64"),
    ETag: version.etag,
    "Last-Modified": new Date(version.modified).toUTCString(),
    "x-ms-blob-type": "BlockBlob",
    ...of,
    ...metadataOut(version.metadata),
  };
}

interface Shown {
  readonly isCurrent: boolean;
  readonly now: number;
}

/** Whether the account of a container keeps what is written from being deleted. */
export const isImmutable = (store: Store, container: Resource): boolean =>
  keepingOf(store, container).retention !== undefined;

export const accountOf = ({ id }: Resource): string => new RegExp(`/${ACCOUNT}/([^/]+)/`).exec(id.key)?.[1] ?? "";
