import { createInterface } from "node:readline/promises";

/** Asks on the terminal, and waits for one word; whoever ends the input, or interrupts, has not said it. */
export async function isConfirmed(question: string, word = "yes"): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const given = await Promise.race([terminal.question(`${question} Then type ${word}: `), ended]);
  terminal.close();
  return given.trim() === word;
}
