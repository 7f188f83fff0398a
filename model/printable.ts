/**
 * What a terminal or a log acts on instead of showing it: control characters (an escape may repaint the screen, a line
 * break may begin a line of its own), line and paragraph separators, characters that are seen nowhere or turn the text
 * around (unicode.org/reports/tr9), halves of a character.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * What GitHub's runner takes as an order, such as to mask a word or to set an output: two colons at the start of a line,
 * `##[` anywhere in it. Source: actions/runner, src/Runner.Common/ActionCommand.cs.
 */
const ORDER = /(?<=^\s*):(?=:)|#(?=#\[)/gu;

/**
 * A text from outside, as a sentence may quote it: on one line, and all that would act is shown as an escape such as
 * `\u001b`. Names in files, addresses in a plan, what tools and servers answer: nobody knows what is in them.
 */
export const printable = (text: string): string => text.replace(UNSEEN, escaped).replace(ORDER, escaped);

/** Whether all of a text is seen as it is, so that two people who compare it compare the same. */
export const isSeen = (text: string): boolean => text.search(UNSEEN) === -1;

/** The same of a text of several lines, which keeps its lines and its tabs. */
export const printableLines = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => line.split("\t").map(printable).join("\t"))
    .join("\n");

/** Short for the three that everybody knows, else as JSON writes it. */
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

const escaped = (character: string): string =>
  SHORT[character] ??
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
