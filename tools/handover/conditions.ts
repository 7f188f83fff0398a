import { UserError } from "../../model/user-error";
import { flat } from "../flat";

/** One condition of a step, and how it stands. */
export interface Condition {
  /** A word or two. */
  readonly what: string;
  /** Undefined when nobody could be asked: that is no yes. */
  readonly isGood: boolean | undefined;
  readonly text: string;
  /** What to do about it; there unless it is good. */
  readonly remedy?: string;
}

/** How a condition stands, without its name. */
export type Standing = Omit<Condition, "what">;

export const good = (text: string): Standing => ({ isGood: true, text });
export const bad = (text: string, remedy: string): Standing => ({ isGood: false, text, remedy });

/** Asks for one condition; who cannot be asked stops none of the others. */
export async function condition(what: string, ask: () => Standing | Promise<Standing>): Promise<Condition> {
  try {
    return { what, ...(await ask()) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Its second line says what to do next.
    const [why = "", ...next] = error.message.split("\n");
    const more = next.length > MOST_LINES ? ` and ${next.length - MOST_LINES} more` : "";
    const remedy = flat(next.slice(0, MOST_LINES).join(" ")).replace(/^next: /, "") || "mend that, then again";
    return { what, isGood: undefined, text: flat(why), remedy: `${remedy}${more}` };
  }
}

/** Of a remedy that is a list: the step has others to tell of. */
const MOST_LINES = 3;

/** What cannot be asked for one reason, said once. */
export function grouped(conditions: readonly Condition[]): Condition[] {
  const first = conditions.filter(
    ({ isGood, text }, index) => isGood !== undefined || conditions.findIndex((one) => one.text === text) === index,
  );
  return first.map((one) => {
    const all = one.isGood === undefined ? conditions.filter(({ text }) => text === one.text) : [one];
    return { ...one, what: all.map(({ what }) => what).join(", ") };
  });
}

/** For people, one line and, unless it is good, what to do under it. */
export const linesOfCondition = ({ isGood, remedy, text, what }: Condition): string[] => [
  `${WORDS[String(isGood) as keyof typeof WORDS]}  ${what}: ${text}`,
  ...(isGood || remedy === undefined ? [] : [`         next: ${remedy}`]),
];

/** All as wide as the longest. */
const WORDS = { true: "good   ", false: "bad    ", undefined: "unknown" } as const;
