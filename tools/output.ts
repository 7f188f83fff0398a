import picocolors from "picocolors";
import { printable, printableLines } from "../model/printable";

type Paint = (text: string) => string;
const plain: Paint = (text) => text;

/** One line for people. Whatever was put into it, it stays one line, and nothing in it acts; colours come after that. */
export const say = (line: string, paint = plain): void => console.log(paint(printable(line)));

/** One line about what is wrong, or beside the matter, on standard error. */
export const complain = (line: string, paint = plain): void => console.error(paint(printable(line)));

/** Several lines for people, such as a table. */
export const sayAll = (lines: string, paint = plain): void => console.log(paint(printableLines(lines)));
export const complainAll = (lines: string): void => console.error(printableLines(lines));

/** Says how work goes on: where a program reads standard output, nothing but the answer is on it. */
export const remarks = (asJson: boolean) => (asJson ? complain : say);

/** Tells an answer: to people by what `lines` says, to a program as JSON that has nothing in it that acts. */
export function answer(asJson: boolean, value: unknown, lines: () => void): void {
  if (asJson) console.log(printableLines(JSON.stringify(value, null, 2)));
  else lines();
}

/** Colours for a stream, which a log does not get: the library would also colour the log of a CI. */
export const coloursOf = (stream: { readonly isTTY?: boolean }) =>
  picocolors.createColors(stream.isTTY === true && picocolors.isColorSupported);

/** What every list offers. */
export const JSON_OPTION = [
  "--json",
  "for a program: JSON on standard output and nothing else (docs/commands.md)",
] as const;

/** Whether people follow on a terminal; in a log go plain lines instead, which the tasks write themselves. */
export const isOnTerminal = (): boolean => process.stdout.isTTY === true;
