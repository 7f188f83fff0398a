import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refuse } from "./behaviour";
import { text } from "./blob-answers";

/**
 * The lease of a blob. Source of its states, of what each operation answers in each, and of the codes:
 * learn.microsoft.com/rest/api/storageservices/lease-blob, "Outcomes of lease operations" and "… of use attempts", and
 * …/blob-service-error-codes.
 */
export interface Lease {
  readonly id: string;
  /** Until when it holds, in milliseconds since 1970; undefined for one that never ends, as Terraform's. */
  readonly until?: number;
  /** From when on it counts as broken, in milliseconds since 1970; undefined while nobody has broken it. */
  readonly brokenAt?: number;
}

export type LeaseState = "available" | "leased" | "expired" | "breaking" | "broken";

export function stateOf(lease: Lease | undefined, now: number): LeaseState {
  if (lease === undefined) return "available";
  if (lease.brokenAt !== undefined) return now < lease.brokenAt ? "breaking" : "broken";
  return lease.until !== undefined && now >= lease.until ? "expired" : "leased";
}

export const isLocked = (state: LeaseState): boolean => state === "leased" || state === "breaking";

/** What an operation leaves, and what it answers. */
interface Leased {
  readonly status: number;
  readonly lease?: Lease;
  readonly headers: Readonly<Record<string, string>>;
}

/** `PUT …?comp=lease`. */
export function operateLease(headers: IncomingHttpHeaders, lease: Lease | undefined, now: number): Leased | Refusal {
  const action = text(headers["x-ms-lease-action"]);
  if (action === "acquire") return acquire(headers, lease, now);
  if (action === "break") return breakLease(headers, lease, now);
  if (action === "release")
    return lease !== undefined && lease.id === text(headers["x-ms-lease-id"])
      ? { status: 200, headers: {} }
      : refuse(
          409,
          "LeaseIdMismatchWithLeaseOperation",
          "The lease ID specified did not match the lease ID for the blob.",
        );
  return refuse(501, "NotImplemented", "The rehearsal knows how to acquire, to break and to release a lease.");
}

function acquire(headers: IncomingHttpHeaders, lease: Lease | undefined, now: number): Leased | Refusal {
  const seconds = Number(text(headers["x-ms-lease-duration"]) || Number.NaN);
  if (Number.isNaN(seconds))
    return refuse(400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified.");
  if (seconds !== -1 && (seconds < 15 || seconds > 60))
    return refuse(400, "InvalidHeaderValue", "The value for one of the HTTP headers is not in the correct format.");
  const id = text(headers["x-ms-proposed-lease-id"]) || randomUUID();
  const state = stateOf(lease, now);
  if (state === "breaking" && lease?.id === id)
    return refuse(
      409,
      "LeaseIsBreakingAndCannotBeAcquired",
      "The lease ID matched, but the lease is currently in breaking state and cannot be acquired until it is broken.",
    );
  // Whoever holds it may ask again.
  if (isLocked(state) && lease?.id !== id)
    return refuse(409, "LeaseAlreadyPresent", "There is already a lease present.");
  const until = seconds === -1 ? undefined : now + seconds * 1_000;
  return { status: 201, lease: { id, until }, headers: { "x-ms-lease-id": id } };
}

/** Anybody may who may write; one that never ends is broken at once, unless a period is asked for. */
function breakLease(headers: IncomingHttpHeaders, lease: Lease | undefined, now: number): Leased | Refusal {
  if (lease === undefined)
    return refuse(409, "LeaseNotPresentWithLeaseOperation", "There is currently no lease on the blob.");
  const asked = headers["x-ms-lease-break-period"];
  const period = asked === undefined ? undefined : Number(text(asked)) * 1_000;
  const state = stateOf(lease, now);
  if (!isLocked(state)) return { status: 202, lease: { ...lease, brokenAt: now }, headers: { "x-ms-lease-time": "0" } };
  const ends = lease.brokenAt ?? lease.until ?? now + (period ?? 0);
  const brokenAt = Math.min(ends, period === undefined ? ends : now + period);
  const seconds = Math.max(0, Math.ceil((brokenAt - now) / 1_000));
  return { status: 202, lease: { ...lease, brokenAt }, headers: { "x-ms-lease-time": String(seconds) } };
}

/** Who names a lease must hold it; who writes to a leased blob must name it. */
export function refuseLease(
  headers: IncomingHttpHeaders,
  lease: Lease | undefined,
  { now, writes }: { readonly now: number; readonly writes: boolean },
): Refusal | undefined {
  const named = headers["x-ms-lease-id"];
  const state = stateOf(lease, now);
  if (named === undefined)
    return isLocked(state) && writes
      ? refuse(
          412,
          "LeaseIdMissing",
          "There is currently a lease on the blob and no lease ID was specified in the request.",
        )
      : undefined;
  if (lease === undefined)
    return refuse(412, "LeaseNotPresentWithBlobOperation", "There is currently no lease on the blob.");
  if (named !== lease.id)
    return refuse(
      412,
      "LeaseIdMismatchWithBlobOperation",
      "The lease ID specified did not match the lease ID for the blob.",
    );
  return isLocked(state)
    ? undefined
    : refuse(412, "LeaseLost", "A lease ID was specified, but the lease for the blob has expired.");
}
