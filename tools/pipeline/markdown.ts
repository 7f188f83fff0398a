import { printable, printableLines } from "../../model/printable";

/**
 * A text of others as a block of Markdown that it cannot leave: nothing in it acts, a carriage return among that, and the
 * fence is longer than any row of backticks inside. For every summary, comment and issue.
 * @param most bytes of the text that are kept: GitHub takes 65,536 characters of a comment and a MiB of a summary
 * @param rest where the whole text is, for a line below one that was cut
 */
export function codeBlock(text: string, { most, rest }: { readonly most: number; readonly rest: string }): string {
  const whole = printableLines(text.replaceAll("\r", "\\r")).trimEnd();
  const kept = firstBytes(whole, most);
  const fence = "`".repeat(Math.max(3, longestTicks(kept) + 1));
  const lines = [`${fence}text`, kept, fence];
  return kept.length < whole.length ? [...lines, "", `Cut; ${rest}.`].join("\n") : lines.join("\n");
}

/** A text of others inside a sentence of Markdown; it is on one line, and nothing in it is a link, a mention or HTML. */
export function codeSpan(text: string): string {
  const line = printable(text.trim());
  const ticks = "`".repeat(longestTicks(line) + 1);
  // Between spaces, of which Markdown takes one away on each side, it may begin and end with a backtick.
  return line.startsWith("`") || line.endsWith("`") ? `${ticks} ${line} ${ticks}` : `${ticks}${line}${ticks}`;
}

const longestTicks = (text: string): number => Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));

/** No character is cut in two: a decoder that waits for more bytes leaves out the half of one. */
const firstBytes = (text: string, most: number): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, most), { stream: true });
