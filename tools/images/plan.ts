import pLimit from "p-limit";
import type { CopyTool } from "./copy-tool";
import type { Artifact, DesiredArtifacts } from "./desired-artifacts";
import { copyIfMissing, type Pauses, type State, stateOf } from "./state";

type Print = (line: string) => void;

/** Questions at once: registries count requests by the minute. */
const AT_ONCE = 4;

/** How many artifacts ended how. */
export type Tally = Readonly<Record<Line["is"], number>>;

/** What became of everything that is wanted. */
export interface Outcome {
  readonly tally: Tally;
  readonly lines: readonly Line[];
  /** What could not be found out. */
  readonly faults: readonly string[];
}

/** Whether everything is in our registry as it is at its source. */
export const isComplete = ({ tally }: Pick<Outcome, "tally">): boolean =>
  tally["to copy"] + tally.differs + tally.fault === 0;

/** Prints one line for each artifact, in order. */
export async function planArtifacts(
  wanted: DesiredArtifacts,
  tool: CopyTool,
  print: Print,
  pauses?: Pauses,
): Promise<Outcome> {
  const limit = pLimit(AT_ONCE);
  const asked = wanted.artifacts.map((artifact) => ({
    artifact,
    state: limit(() => stateOf(artifact, tool, pauses)),
  }));
  const lines: Line[] = [];
  for (const { artifact, state } of asked) {
    const line = { ...whyOf(await state), artifact };
    lines.push(line);
    if (line.is !== "differs") print(describe(line));
  }
  return summarize(wanted, evaluateTaken(lines, print), print);
}

/** Copies what is missing, one after the other because they share layers, and prints one line for each when it is done. */
export async function copyArtifacts(
  wanted: DesiredArtifacts,
  tool: CopyTool,
  print: Print,
  pauses?: Pauses,
): Promise<Outcome> {
  const lines: Line[] = [];
  for (const artifact of wanted.artifacts) {
    const start = performance.now();
    const { before, after } = await copyIfMissing(artifact, tool, pauses);
    const isCopied = before.is === "to copy" && after.is === "there";
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const line = isCopied
      ? { is: "copied" as const, artifact, why: `in ${seconds} s${countsOf(after)}` }
      : { ...whyOf(after), artifact };
    lines.push(line);
    if (line.is !== "differs") print(describe(line));
  }
  return summarize(wanted, evaluateTaken(lines, print), print);
}

/** One artifact, and how it stands. */
export interface Line {
  readonly is: State["is"] | "copied";
  readonly artifact: Artifact;
  readonly why: string;
}

/**
 * A tag that moves at its source, such as latest, stays where it is here. That is no difference as long as the image that
 * it leads to now is here under a tag of its own.
 */
function evaluateTaken(lines: readonly Line[], print: Print): Line[] {
  return lines.map((line) => {
    if (line.is !== "differs") return line;
    const { artifact } = line;
    const own = lines.find(
      ({ is, artifact: { digest, to } }) =>
        ["there", "copied"].includes(is) &&
        digest === artifact.digest &&
        repositoryOf(to) === repositoryOf(artifact.to),
    );
    const evaluated: Line = own
      ? {
          is: "there",
          artifact,
          why: `as ${own.artifact.to.slice(repositoryOf(own.artifact.to).length + 1)}: the tag moved at its source, and stays here`,
        }
      : line;
    print(describe(evaluated));
    return evaluated;
  });
}

const repositoryOf = (reference: string): string => reference.slice(0, reference.lastIndexOf(":"));

const whyOf = (state: State) => ({ is: state.is, why: state.is === "there" ? "" : state.why });

const WIDTH = "to copy".length;

const describe = ({ is, artifact: { to, digest }, why }: Line): string =>
  `${is.padEnd(WIDTH)}  ${to}  ${is === "there" || is === "copied" ? `${digest}${why && `  ${why}`}` : why}`;

/** How much came along, as ", 2 platforms, 1 referrer". */
export function countsOf(state: State): string {
  if (state.is !== "there" || state.contents === undefined) return "";
  const { platforms, referrers } = state.contents;
  const count = (number: number, what: string) => `, ${number} ${what}${number === 1 ? "" : "s"}`;
  return `${platforms.length > 1 ? count(platforms.length, "platform") : ""}${referrers ? count(referrers.length, "referrer") : ""}`;
}

function summarize({ faults }: DesiredArtifacts, lines: readonly Line[], print: Print): Outcome {
  for (const fault of faults) print(`${"fault".padEnd(WIDTH)}  ${fault}`);
  const number = (is: Line["is"]) => lines.filter((line) => line.is === is).length;
  const tally: Tally = {
    copied: number("copied"),
    there: number("there"),
    "to copy": number("to copy"),
    differs: number("differs"),
    fault: number("fault") + faults.length,
  };
  const said = Object.entries(tally).filter(([, count]) => count > 0);
  print(said.map(([is, count]) => `${count} ${SAID[is as Line["is"]]}`).join(", ") || "nothing is wanted");
  return { tally, lines, faults };
}

const SAID: Readonly<Record<Line["is"], string>> = {
  copied: "copied",
  there: "there",
  "to copy": "to copy",
  differs: "different",
  fault: "at fault",
};
