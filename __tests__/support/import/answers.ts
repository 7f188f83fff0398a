import type { Decision } from "../../../tools/import/ledger";
import { takes } from "../../../tools/import/question";

/** By the question's id. */
export type Answers = Readonly<Record<string, string>>;

/** No file of the corpus needs half as many. */
const MOST_ROUNDS = 10;

/**
 * Converts again until nothing is open, because an answer may raise the next question. A question without options stays open.
 * @throws Error when questions never end
 */
export function answered<T extends { readonly decisions: readonly Decision[] }>(
  convert: (answers: Answers) => T,
  answerTo: (decision: Decision) => string,
): T {
  const answers: Record<string, string> = {};
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const converted = convert(answers);
    const open = converted.decisions.filter(({ id, options }) => options.length > 0 && !(id in answers));
    if (open.length === 0) return converted;
    for (const decision of open) answers[decision.id] = answerTo(decision);
  }
  throw new Error(`after ${MOST_ROUNDS} rounds there is still another question`);
}

/** Where the first option would leave something out. */
const KEPT: readonly (readonly [id: RegExp, answer: string])[] = [
  [/^env:NEXT_PUBLIC_/, "runtime"],
  [/(^|:)writable-folders$/, "/app/cache /var/lib/app"],
  [/^task-role$/, "listed"],
];

/** Texts that somebody would give; the first that an option takes is the answer. */
const TEXTS = [
  ...["/healthz", "another-name", "8080", "512Mi", "250m", `sha256:${"c".repeat(64)}`, "3", "30 3 * * 1-5"],
  ...["America/Guatemala", "MY_NAME", '["node","dist/work.js"]', "db.example.com"],
];

/**
 * What somebody answers who wants everything to run: what can be kept is kept.
 * @throws Error for a question that nobody has thought of here
 */
export function toKeepAll(decision: Decision): string {
  const kept = KEPT.find(([id]) => id.test(decision.id))?.[1];
  const [option] = decision.options;
  const first = option && ("answer" in option ? option.answer : TEXTS.find((text) => option.fits.test(text)));
  const answer = kept ?? first;
  if (answer === undefined || !takes(decision, answer)) throw new Error(`${decision.id}: no answer fits`);
  return answer;
}
