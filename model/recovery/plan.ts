import type { Text } from "../text";

/** Every drill, in the order in which they are listed. */
export const DRILL_NAMES = ["state", "region", "cluster", "vault", "registry", "database", "repository"] as const;
export type DrillName = (typeof DRILL_NAMES)[number];

/** A way that is walked again and again, because one that nobody walks has closed by the time it is needed. */
export interface Drill {
  readonly name: DrillName;
  /** What is known after it, and only then. */
  readonly proves: Text;
  /** `command`: `npx mmrv drill <name>` walks it against stand-ins on this machine. `by hand`: in Azure or GitHub alone. */
  readonly how: "command" | "by hand";
  /** The longest time between two, in days, wherever they are made. */
  readonly everyDays: number;
  /** What is done in Azure or GitHub itself, where a stand-in is not asked. */
  readonly inAzure: {
    /** The longest time between two of those, in days. */
    readonly everyDays: number;
    /** How, in the order in which it is done. */
    readonly steps: readonly Text[];
    /** What to write down, for `npx mmrv drill record`. */
    readonly evidence: Text;
  };
}

/** How much may be lost, or how long it may take. */
export interface Objective {
  /** `none`: nobody has promised anything. */
  readonly minutes: number | "none";
  readonly because: Text;
}

/** What a row covers, by a name that the synthesized program or its schema has. */
export type Covered =
  /** Resources of every stack of a kind; in the name, which is the one in Terraform, `*` stands for anything. */
  | { readonly of: "resource"; readonly stack: string; readonly type: string; readonly name: string }
  /** The state of every stack of a kind, such as `infra`; `application` is each application's. */
  | { readonly of: "state"; readonly stack: string }
  /** Secrets of one source, as `from` in `aws.secrets` of an environment names it, and those that no map holds. */
  | { readonly of: "secrets"; readonly from: string }
  /** A Git repository: this one, or those of the applications. */
  | { readonly of: "repository"; readonly name: "program" | "applications" }
  /** What others made and a stack looks up, by the type of the data source. */
  | { readonly of: "foreign"; readonly type: string };

/** A setting that protects, where it can be read off the synthesized program. */
export interface Setting {
  readonly stack: string;
  readonly type: string;
  /** In which `*` stands for anything. */
  readonly name: string;
  /** The way to it, such as `blob_properties.versioning_enabled`. */
  readonly path: string;
  /** What it is, or at least is where it is a number. */
  readonly is: boolean | number | string;
  /** `guarded`: where deletion guard and locks are on, as in production. @default everywhere */
  readonly where?: "guarded";
}

/** One asset, what may happen to it, and the way back. */
export interface Row {
  /** Short and frozen: tests and other pages name a row by it. */
  readonly id: string;
  readonly asset: Text;
  readonly covers: readonly Covered[];
  readonly threat: Text;
  readonly protection: {
    readonly what: Text;
    /** What of it the program sets itself; a test reads each off the synthesized stacks. */
    readonly settings: readonly Setting[];
  };
  /** How much may be lost. */
  readonly rpo: Objective;
  /** How long until it is back. */
  readonly rto: Objective;
  readonly restore: {
    readonly what: Text;
    /** What is typed, in this order. */
    readonly commands: readonly string[];
    /** The page that says more, as a link from docs/ sees it, such as `copying.md`. */
    readonly page: string;
  };
  /** `none` says why no drill walks it. */
  readonly drill: DrillName | { readonly none: Text };
  readonly notProtected: Text;
}

/** What may fail in the middle of the migration, and what then is done. */
export interface Contingency {
  readonly title: Text;
  /** In which phases, as the README numbers them. */
  readonly phases: readonly Phase[];
  /** What one sees. */
  readonly when: Text;
  /** What is done at once: first what users need. */
  readonly now: Text;
  /** What is typed for it, line by line. */
  readonly commands: readonly string[];
  /** What is put in order when nobody waits any more. */
  readonly after: Text;
  /** As a link from docs/ sees it. */
  readonly page: string;
}

export const PHASES = [0, 1, 2, 3, 4, 5] as const;
export type Phase = (typeof PHASES)[number];
