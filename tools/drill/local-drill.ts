import type { Environment } from "../../model/environment";
import type { Evidence } from "../../model/recovery/evidence";

/** What a drill stands on while it is walked. */
export interface Ground {
  /** Whose things are lost: stand-ins for them, never they. */
  readonly environment: Environment;
  /**
   * A folder of its own, which is also TMPDIR meanwhile. It is removed when the drill ends, and by the next one when this
   * one is killed: so everything that a drill leaves on the disk is below it.
   */
  readonly folder: string;
  /** Says how it goes on, one line each. */
  readonly tell: (line: string) => void;
}

/** What was lost, what was done, what came back, and how many there were before and after. */
export type Walked = Pick<Evidence, "back" | "counts" | "done" | "lost">;

/** A drill that is walked on this machine, against stand-ins. */
export interface LocalDrill {
  /** What it does, in order, for `--dry-run`. */
  readonly steps: readonly string[];
  /**
   * @throws UserError when a tool is missing, or what was lost did not come back: then there is no evidence
   */
  readonly walk: (ground: Ground) => Promise<Walked>;
}
