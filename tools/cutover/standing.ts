import type { ServerAnswers } from "./measure/dns";
import type { SideMeasured } from "./measure/side";
import type { Comparison } from "./measure/side-by-side";
import type { Verdict } from "./measure/twin-verdicts";

/** What is known of one application now. */
export interface Standing {
  readonly application: string;
  /** Where it stands by the file. */
  readonly place: string;
  readonly percent: number;
  /** Whether the records have weights on both sides. */
  readonly isWeighted: boolean;
  /** The moment of the last step, in ISO 8601; null before the first. */
  readonly since: string | null;
  /** Where Route 53 has something else than the file says; or why it was not asked. */
  readonly differences: readonly string[];
  readonly names: readonly NameStanding[];
  /** Of a frontend from Amplify. */
  readonly twins: readonly Verdict[];
  /** The gates of the next step; null is good of one that could not be measured. */
  readonly gates: readonly { readonly gate: string; readonly text: string; readonly isGood: boolean | null }[];
  /** null behind the last step. */
  readonly nextPlace: string | null;
}

export interface NameStanding {
  readonly host: string;
  /** The record sets that Route 53 has, or those to be set by hand. */
  readonly records: readonly string[];
  readonly servers: readonly ServerAnswers[];
  readonly resolvers: readonly ServerAnswers[];
  /** AWS's and Azure's, by pinned address. */
  readonly sides: readonly SideMeasured[];
  readonly comparison: Comparison;
}
