import { secretIn } from "../../model/secret-shapes";

/** What happens to users or data when nobody answers, the worst first. The report is sorted by it. */
export const RISKS = [
  "access lost",
  "done twice or never",
  "data",
  "wrong secret",
  "unreachable",
  "does not start",
  "slower",
] as const;
export type Risk = (typeof RISKS)[number];

/** One of the answers that a question takes. */
export type Option =
  | { readonly answer: string; readonly means: string }
  /** Any text of a form, such as a path. */
  | { readonly form: string; readonly fits: RegExp; readonly means: string };

/** What only a person can say. */
export interface Question {
  /** Of letters, digits, `.`, `-`, `_`, `/`, `:`; the same in every import of the same thing, because the answer is kept by it. */
  readonly id: string;
  readonly risk: Risk;
  readonly asks: string;
  readonly options: readonly Option[];
  /** What happens as long as nobody answers. */
  readonly without: string;
}

/** An option for what the chart cannot say: somebody has seen it, and it is dealt with elsewhere or not needed. */
export const ACCEPTED: Option = { answer: "accepted", means: "it is known, and seen to elsewhere or not needed" };

/** Whether an answer is one of the options. What looks like a secret is none: the answers' file is in Git. */
export const takes = ({ options }: Question, answer: string): boolean =>
  options.some((option) =>
    "answer" in option ? option.answer === answer : option.fits.test(answer) && secretIn(answer) === undefined,
  );

/** Such as "secret, plain, or a path such as /healthz"; of a question without options, what to do about it. */
export const optionsOf = ({ options }: Question): string =>
  options.length === 0
    ? "absent: no answer settles it"
    : options.map((option) => ("answer" in option ? option.answer : option.form)).join(", or ");
