import { secretIn } from "../../model/secret-shapes";
import type { At } from "./at";
import type { Field, Fields } from "./fields";
import { ACCEPTED, optionsOf, type Question, takes } from "./question";

/** What becomes of one value. */
export type Fate =
  | { readonly kind: "mapped"; readonly to: string }
  | { readonly kind: "defaulted"; readonly to: string; readonly why: string }
  /** By the id of the question. */
  | { readonly kind: "decision"; readonly decision: string }
  | { readonly kind: "dropped"; readonly why: string };

/** A line of the report: exactly one for each value of the input, and one for each absence that has consequences. */
export interface Row {
  readonly source: string;
  readonly path: string;
  readonly isAbsent: boolean;
  readonly fate: Fate;
}

/** A question that came up, with what it is about, and what somebody answered. */
export interface Decision extends Question {
  readonly about: readonly string[];
  readonly answer?: string;
}

type Place = At | readonly At[];

/**
 * Keeps account of every value that was read: what a conversion does not claim is looked up in the table of fields, and what
 * no table knows becomes a question. So nothing vanishes, whatever a conversion forgets.
 */
export class Ledger {
  private readonly claims = new Map<string, { readonly at: At; readonly fate: Fate }>();
  private readonly questions = new Map<string, { readonly question: Question; readonly about: Set<string> }>();
  private readonly inputs: At[] = [];
  /** Answers that a question does not take, one sentence each. */
  readonly faults: string[] = [];
  /** What is worth a sentence and no answer. */
  readonly notes: string[] = [];

  /**
   * @param tables the fields of each shape
   * @param answers of earlier, by the question's id
   */
  constructor(
    private readonly tables: Readonly<Record<string, Fields>>,
    private readonly answers: ReadonlyMap<string, string>,
  ) {}

  /** Takes an input into account, every value of it. */
  read(input: At): At {
    this.inputs.push(input);
    return input;
  }

  mapped(place: Place, to: string): void {
    this.claim(place, { kind: "mapped", to });
  }

  /** @param why this value, and not another */
  defaulted(place: Place, to: string, why: string): void {
    this.claim(place, { kind: "defaulted", to, why });
  }

  dropped(place: Place, why: string): void {
    this.claim(place, { kind: "dropped", why });
  }

  note(sentence: string): void {
    if (!this.notes.includes(sentence)) this.notes.push(sentence);
  }

  /**
   * Asks about one place or several. A question takes a place over from whatever else was said of it.
   * @returns the answer, or undefined while it is open
   */
  ask(place: Place, question: Question): string | undefined {
    const asked = this.questions.get(question.id) ?? { question, about: new Set<string>() };
    this.questions.set(question.id, asked);
    for (const at of listOf(place)) asked.about.add(pathOf(at));
    this.claim(place, { kind: "decision", decision: question.id });
    const answer = this.answers.get(question.id);
    if (answer === undefined || takes(question, answer)) return answer;
    // The answer itself is never repeated: it may be a secret.
    const fault = `${question.id}: its answer must be ${optionsOf(question)}${refusedAs(answer)}`;
    if (!this.faults.includes(fault)) this.faults.push(fault);
    return undefined;
  }

  /** Every row, in the order of the inputs; what nobody has claimed is settled by the tables. */
  settle(): Row[] {
    const leaves = this.inputs.flatMap((input) => this.leavesOf(input));
    for (const leaf of leaves) if (!this.claims.has(keyOf(leaf))) this.settleByTable(leaf);
    const there = leaves.map((leaf) => this.rowOf(leaf, this.claims.get(keyOf(leaf))?.fate, false));
    const keys = new Set(leaves.map(keyOf));
    const absent = [...this.claims]
      .filter(([key]) => !keys.has(key))
      .map(([, { at, fate }]) => this.rowOf(at, fate, true));
    return [...there, ...absent];
  }

  /** The questions that came up, the worst first is the report's business. */
  decisions(): Decision[] {
    return [...this.questions.values()].map(({ about, question }) => {
      const answer = this.answers.get(question.id);
      const isTaken = answer !== undefined && takes(question, answer);
      return { ...question, about: [...about], ...(isTaken && { answer }) };
    });
  }

  private rowOf(at: At, fate: Fate | undefined, isAbsent: boolean): Row {
    if (fate === undefined) throw new Error(`nothing is said of ${pathOf(at)}`);
    return { source: at.source.name, path: at.path, isAbsent, fate };
  }

  private claim(place: Place, fate: Fate): void {
    for (const at of listOf(place)) {
      const leaves = this.leavesOf(at);
      // What is said of a whole never covers a field in it that nobody knows.
      const meant =
        fate.kind === "decision" ? leaves : leaves.filter((leaf) => leaf.path === at.path || this.isKnown(leaf));
      for (const leaf of leaves.length > 0 ? meant : [at]) {
        const key = keyOf(leaf);
        // A question outlasts whatever else is said: it must not be hidden by a part that looks settled.
        if (!this.claims.has(key) || fate.kind === "decision") this.claims.set(key, { at: leaf, fate });
      }
    }
  }

  private leavesOf(at: At): At[] {
    const fields = this.tables[at.source.shape] ?? {};
    return at.leaves(
      (pattern) => Object.hasOwn(fields, pattern),
      (pattern) => EMPTY_IS_A_VALUE.some((suffix) => pattern.endsWith(suffix)),
    );
  }

  private settleByTable(leaf: At): void {
    const field = this.fieldOf(leaf);
    if (field === undefined || "reads" in field) {
      this.ask(leaf, unknown(leaf, field));
    } else if ("drops" in field) {
      this.dropped(leaf, field.drops);
    } else {
      this.ask(leaf, { ...field.asks, id: idOfPlace(leaf) });
    }
  }

  /** A row above it knows it, too; of a shape without a table nobody can tell. */
  private isKnown({ pattern, source }: At): boolean {
    const fields = this.tables[source.shape];
    if (fields === undefined) return true;
    return Object.keys(fields).some(
      (row) => pattern === row || pattern.startsWith(`${row}.`) || pattern.startsWith(`${row}[`),
    );
  }

  private fieldOf(leaf: At): Field | undefined {
    const fields = this.tables[leaf.source.shape] ?? {};
    return Object.hasOwn(fields, leaf.pattern) ? fields[leaf.pattern] : undefined;
  }
}

/** Where "" is something that somebody said. */
const EMPTY_IS_A_VALUE = ["environment[].value", "properties[].value", "environmentVariables{}"];

const listOf = (place: Place): readonly At[] => (Array.isArray(place) ? place : [place as At]);
/** By names alone: what has none shares one question with the others of its list. */
const idOfPlace = ({ named, source }: At): string => `${source.name}:${named}`;
const keyOf = (at: At): string => `${at.source.name}\n${at.path}`;
export const pathOf = (at: At): string => (at.path === "" ? at.source.name : `${at.source.name}: ${at.path}`);

const refusedAs = (answer: string): string => {
  const kind = secretIn(answer);
  return kind === undefined ? "" : `; it looks like ${kind}, which belongs in the vault and in no file here`;
};

/** A field that is newer than this program, a slip in its name, or a combination that nobody thought of. */
function unknown(leaf: At, field: Field | undefined): Question {
  const what =
    field === undefined ? "AWS's model of this version has no such field" : "nothing here says what it is for";
  return {
    id: idOfPlace(leaf),
    risk: "does not start",
    asks: `What is ${leaf.path} for? ${what}.`,
    options: [ACCEPTED],
    without: "it is not carried over",
  };
}
