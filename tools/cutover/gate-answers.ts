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
  states.filter(({ gate, measured }) => measured?.isGood !== true && !isAnswered(gate, answerIn(given, gate)));

/** How a gate stands before a step, or stood when it was taken. */
export interface GateStanding {
  readonly gate: string;
  readonly about: string;
  /** What was measured or answered; or the question. */
  readonly text: string;
  /** Whether it was measured, and lets more users through. */
  readonly isGood: boolean;
  /** Whether a person has yet to answer. */
  readonly isOpen: boolean;
}

/** @param evidence of a step that was taken; nothing is open then */
export const standingsOf = (
  states: readonly GateState[],
  given: ReadonlyMap<string, string>,
  evidence: readonly Evidence[] = [],
): GateStanding[] =>
  states.map((state) => {
    const { gate, measured } = state;
    const said = evidence.find((one) => one.gate === gate.name);
    return {
      gate: gate.name,
      about: gate.about,
      text: said?.answer ?? measured?.text ?? gate.asks ?? "",
      isGood: measured?.isGood === true,
      isOpen: said === undefined && openGates([state], given).length > 0,
    };
  });

/** An answer as it is judged and kept; undefined for none, which blanks are too. */
function plainAnswer(typed: string | undefined): string | undefined {
  const text = typed?.trim().replace(/^yes\b/i, "yes");
  return text === "" ? undefined : text;
}

const answerIn = (given: ReadonlyMap<string, string>, { name }: Gate): string | undefined =>
  plainAnswer(given.get(name));

/**
 * The evidence of a step: what was measured, and what a person answers.
 * @throws UserError for a no, and for what nobody answers where nobody can be asked
 */
export async function evidenceFor(states: readonly GateState[], answerer: Answerer): Promise<Evidence[]> {
  refuseStrange(states, answerer.given);
  const open = openGates(states, answerer.given);
  const denied = open.flatMap(({ gate }) => refusalOf(gate, answerIn(answerer.given, gate)) ?? []);
  if (denied.length > 0) throw new UserError(denied.join("\n"));
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

/** What is said to an answer that keeps the gate shut; undefined when it opens it, or there is none. */
const refusalOf = (gate: Gate, answer: string | undefined): string | undefined =>
  answer === undefined || isAnswered(gate, answer)
    ? undefined
    : `${gate.name}: the answer is ${printable(answer)}, so the step waits; nothing was touched`;

function unanswered(open: readonly GateState[]): UserError {
  return new UserError(
    [
      `${open.length} ${open.length === 1 ? "gate is" : "gates are"} open, nothing was touched:`,
      ...open.map(({ gate, measured }) => `  ${gate.name}: ${sentence(gate, measured)}`),
      `  next: --by NAME ${open.map(({ gate }) => `--answer ${gate.name}=${gate.asks === undefined ? "WHY" : "yes"}`).join(" ")}`,
    ].join("\n"),
  );
}

function sentence({ about, asks }: Gate, measured: Measured | undefined): string {
  if (measured === undefined) return asks ?? about;
  const found = `${measured.text}${measured.isGood === false ? "; not good enough" : ""}`;
  return asks === undefined ? `${about}: ${found}; why may it go on?` : `${asks} Seen from here: ${found}`;
}

/** Who stands in the file for what a command measured. */
const MEASURER = "mmrv";

/** Whoever sits at the terminal; asked for a name once. */
class Person {
  private readonly terminal;
  /** Whoever ends the input answers nothing. */
  private readonly ended: Promise<string>;
  private name: string | undefined;

  constructor(private readonly answerer: Answerer) {
    this.name = answerer.by;
    this.terminal = answerer.canAsk ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
    this.ended = new Promise((resolve) => this.terminal?.once("close", () => resolve("")));
  }

  leave(): void {
    this.terminal?.close();
  }

  async evidence({ gate, measured }: GateState): Promise<Evidence> {
    const { date, given } = this.answerer;
    const at = { gate: gate.name, date };
    if (measured?.isGood) return { ...at, answer: measured.text, by: MEASURER };
    const answer = answerIn(given, gate) ?? plainAnswer(await this.ask(gate, measured));
    const refused =
      answer === undefined
        ? `${gate.name}: no answer, so the step waits; nothing was touched`
        : refusalOf(gate, answer);
    if (refused !== undefined) throw new UserError(refused);
    // A question's answer begins with its yes, by which synthesis knows it.
    const parts = gate.asks === undefined ? [measured?.text, answer] : [answer, measured?.text];
    return { ...at, answer: parts.filter((part) => part !== undefined).join("; "), by: await this.who() };
  }

  private ask(gate: Gate, measured: Measured | undefined): Promise<string> {
    complain(sentence(gate, measured));
    return this.question(gate.asks === undefined ? "the reason, or nothing to wait: " : "yes or no: ");
  }

  private async who(): Promise<string> {
    this.name = plainAnswer(this.name) ?? plainAnswer(await this.question("your name: "));
    if (this.name === undefined) throw new UserError("somebody must answer for it: --by NAME; nothing was touched");
    if (this.name === MEASURER)
      throw new UserError(
        `--by ${MEASURER}: must be a person, because that is what a command has measured; nothing was touched`,
      );
    return this.name;
  }

  private async question(text: string): Promise<string> {
    return (await Promise.race([this.ended, this.terminal?.question(text)])) ?? "";
  }
}
