import type { RecordSet } from "../../model/cutover/record-set";
import type { Caa } from "./measure/dns-records";
import type { NotMeasured } from "./measure/not-measured";

/** What adopt finds in the way of moving a name by weights, or beside it. */
export interface Finding {
  /** r1 to r12: docs/cutover.md. */
  readonly rule: `r${number}`;
  /** stop: it must be mended first. ask: a person says why it may stay. note: nothing to do now. */
  readonly weight: "stop" | "ask" | "note";
  readonly text: string;
}

/** What is known of a zone, and of what surrounds it. */
export interface Surroundings {
  readonly zone: { readonly id: string; readonly name: string; readonly nameServers: readonly string[] };
  /** Every record set of the zone. */
  readonly records: readonly RecordSet[];
  /** Private zones of a name that the host is in. */
  readonly privateTwins: readonly string[];
  /** Who answers for the zone, as a resolver says; or why nobody could be asked. */
  readonly delegatedTo: readonly string[] | NotMeasured;
  /** Who may issue for the host, as a resolver says; or why nobody could be asked. It counts where the zone has no CAA for it. */
  readonly caa: Caa | NotMeasured;
  /** Where a CNAME's target may be an alias: the zone that AWS owns. */
  readonly aliasZoneOf: (target: string) => string | undefined;
  /** Every public name of the environment: each has weights of its own, or will have. */
  readonly publicNames: readonly string[];
}

export const stop = (rule: Finding["rule"], text: string): Finding => ({ rule, weight: "stop", text });
export const ask = (rule: Finding["rule"], text: string): Finding => ({ rule, weight: "ask", text });
export const note = (rule: Finding["rule"], text: string): Finding => ({ rule, weight: "note", text });

/** What a record set says, unless it is an alias. */
export const valuesOf = ({ ResourceRecords = [] }: RecordSet): string[] => ResourceRecords.map(({ Value }) => Value);

/** Types that lead a user to an address, and that a cutover moves. */
export const LEADING: readonly string[] = ["A", "AAAA", "CNAME"];

/** A name, and each above it: a.b.c, b.c, c. */
export const upwardsFrom = (name: string): string[] =>
  name.split(".").map((_, index, labels) => labels.slice(index).join("."));
