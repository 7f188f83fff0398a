import { createInterface } from "node:readline/promises";
import type { Gate } from "../../model/cutover/gates";
import type { Evidence } from "../../model/cutover/schema";
import { isAnswered } from "../../model/cutover/step-rules";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { complain } from "../output";

/** What a command found out about a gate. */
export interface Measured {
  /** In a few words, with numbers; or why there are none. */
  readonly text: string;
  /** Whether it lets more users through; undefined when it could not be measured. */
  readonly isGood: boolean | undefined;
}

export interface Answerer {
  /** What was answered on the command line, by gate. */
  readonly given: ReadonlyMap<string, string>;
  /** Who answers; asked for when it is needed. */
  readonly by?: string;
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  /** Whether somebody is there to be asked. */
  readonly canAsk: boolean;
}

/** A gate, and what was found of it. */
export interface GateState {
  readonly gate: Gate;
  readonly measured?: Measured;
}

/** Gates that a person has to answer: every question, and what could not be measured or is not good. */
export const openGates = (states: readonly GateState[], given: ReadonlyMap<string, string>): GateState[] =>
  states.filter(({ gate, measured }) => measured?.isGood !== true && !isAnswered(gate, given.get(gate.name)));

/**
 * The evidence of a step: what was measured, and what a person answers.
 * @throws UserError for a no, and for what nobody answers where nobody can be asked
 */
export async function evidenceFor(states: readonly GateState[], answerer: Answerer): Promise<Evidence[]> {
  refuseStrange(states, answerer.given);
  const open = openGates(states, answerer.given);
  if (open.length > 0 && !answerer.canAsk) throw unanswered(open);
  const person = new Person(answerer);
  try {
    const evidence: Evidence[] = [];
    for (const state of states) evidence.push(await person.evidence(state));
    return evidence;
  } finally {
    person.leave();
  }
}

function refuseStrange(states: readonly GateState[], given: ReadonlyMap<string, string>): void {
  const known = states.map(({ gate }) => gate.name);
  const strange = [...given.keys()].filter((name) => !known.includes(name));
  if (strange.length === 0) return;
  throw new UserError(
    `--answer ${strange.map(printable).join(", ")}: this step has no such gate; it has ${known.join(", ") || "none"}; nothing was touched`,
  );
}

function unanswered(open: readonly GateState[]): UserError {
  return new UserError(
    [
      `${open.length} ${open.length === 1 ? "gate is" : "gates are"} open, nothing was touched:`,
      ...open.map(({ gate, measured }) => `  ${gate.name}: ${sentence(gate, measured)}`),
      `  next: --by NAME ${open.map(({ gate }) => `--answer ${gate.name}=${gate.asks ? "yes" : "WHY"}`).join(" ")}`,
    ].join("\n"),
  );
}

function sentence({ about, asks }: Gate, measured: Measured | undefined): string {
  if (measured === undefined) return asks ?? about;
  const found = `${measured.text}${measured.isGood === false ? "; not good enough" : ""}`;
  return asks === undefined ? `${about}: ${found}; why may it go on?` : `${asks} Seen from here: ${found}`;
}

/** Whoever sits at the terminal; asked for a name once. */
class Person {
  private readonly terminal;
  private name: string | undefined;

  constructor(private readonly answerer: Answerer) {
    this.name = answerer.by;
    this.terminal = answerer.canAsk ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  }

  leave(): void {
    this.terminal?.close();
  }

  async evidence({ gate, measured }: GateState): Promise<Evidence> {
    const { date, given } = this.answerer;
    const at = { gate: gate.name, date };
    if (measured?.isGood) return { ...at, answer: measured.text, by: "mmrv" };
    const answer = given.get(gate.name) ?? (await this.ask(gate, measured));
    if (!isAnswered(gate, answer) || answer === "")
      throw new UserError(`${gate.name}: the answer is ${answer || "nothing"}, so the step waits; nothing was touched`);
    // A question's answer begins with its yes, by which synthesis knows it.
    const parts = gate.asks ? [answer, measured?.text] : [measured?.text, answer];
    return { ...at, answer: parts.filter((part) => part !== undefined).join("; "), by: await this.who() };
  }

  private async ask(gate: Gate, measured: Measured | undefined): Promise<string> {
    complain(sentence(gate, measured));
    const text = await this.terminal?.question(gate.asks ? "yes or no: " : "the reason, or nothing to wait: ");
    return text?.trim() ?? "";
  }

  private async who(): Promise<string> {
    this.name ??= (await this.terminal?.question("your name: "))?.trim();
    if (!this.name) throw new UserError("somebody must answer for it: --by NAME; nothing was touched");
    return this.name;
  }
}
