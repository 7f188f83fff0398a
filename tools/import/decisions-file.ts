import { Document, isMap, parseDocument } from "yaml";
import { UserError } from "../../model/user-error";
import { isRecord } from "./at";
import type { Decision } from "./ledger";
import { optionsOf } from "./question";

const HEADER = ` What only a person can say of this import (docs/import.md). Write the answer behind "answer:"; it holds for every import
 to come. What was answered and is not asked any more stays here until you take it out.`;

/**
 * The answers of a decisions file, by the question's id; an empty one is none.
 * @param text of the file; undefined when there is none yet
 * @throws UserError for what is no such file
 */
export function answersIn(text: string | undefined, name: string): Map<string, string> {
  const document = parsed(text, name);
  const answers = new Map<string, string>();
  for (const [id, entry] of Object.entries(decisionsOf(document, name))) {
    const answer = isRecord(entry) ? entry["answer"] : undefined;
    if (answer === null || answer === undefined || answer === "") continue;
    if (typeof answer === "object")
      throw new UserError(`${name}: ${id}: the answer must be a word or a text, such as one of its options`);
    answers.set(id, String(answer));
  }
  return answers;
}

/**
 * The file with every question that came up: what people wrote stays as they wrote it, and what is new stands at the end.
 * @throws UserError for what is no such file
 */
export function withDecisions(text: string | undefined, name: string, decisions: readonly Decision[]): string {
  const document = parsed(text, name);
  decisionsOf(document, name);
  if (!isMap(document.get("decisions", true))) document.set("decisions", document.createNode({}));
  for (const decision of decisions) {
    const { about, asks, id, risk, without } = decision;
    const path = ["decisions", id];
    const said = { risk, asks, options: optionsOf(decision), without, about: [...about] };
    if (!isMap(document.getIn(path, true))) document.setIn(path, document.createNode({ ...said, answer: null }));
    else for (const [key, value] of Object.entries(said)) document.setIn([...path, key], value);
  }
  return document.toString({ lineWidth: 0 });
}

function parsed(text: string | undefined, name: string): Document {
  if (text === undefined || text.trim() === "") {
    const document = new Document({});
    document.commentBefore = HEADER;
    return document;
  }
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new UserError(`${name}: ${error.message.split("\n")[0]}; mend it there: answers of yours are in it`);
  return document as Document;
}

function decisionsOf(document: Document, name: string): Readonly<Record<string, unknown>> {
  const value: unknown = document.toJS();
  const decisions = isRecord(value) ? (value["decisions"] ?? {}) : undefined;
  if (!isRecord(decisions)) throw new UserError(`${name}: must be a mapping with decisions, each by its id`);
  return decisions;
}
