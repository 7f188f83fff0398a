import { type Statement, statementsIn } from "./shell";

/** A part of a script that only some branches run. */
export interface ByBranch {
  /** What the chosen branch runs of it. */
  readonly script: string;
  /** Whether a condition was met that nobody can judge here. */
  readonly isOpen: boolean;
  /** Whether a part was left out because it is another branch's. */
  readonly isCut: boolean;
}

const BLOCK = /(?:^|(?<=[\s;]))if\s([\s\S]*?);?\s*\bthen\b([\s\S]*?)(?:\belse\b([\s\S]*?))?(?:^|(?<=[\s;]))fi\b/;
const COMPARISON = /^\s*\[{0,2}\s*"?\$\{?AWS_BRANCH\}?"?\s*(==?|!=)\s*["']?([\w./-]+)["']?\s*\]{0,2}\s*$/;

/**
 * A script with its `if [ "$AWS_BRANCH" = … ]` decided.
 * @param branch undefined when nobody named one; what then excludes branches by name is for previews
 */
export function forBranch(script: string, branch: string | undefined): ByBranch {
  const block = BLOCK.exec(script);
  if (block === null) return { script, isOpen: /(^|[\s;])(if|case|for|while)\s/.test(script), isCut: false };
  const [whole, condition = "", then = "", otherwise = ""] = block;
  const isMet = /\b(el)?if\b/.test(then + otherwise) ? undefined : judged(condition, branch);
  if (isMet === undefined) return { script, isOpen: true, isCut: false };
  const after = forBranch(script.slice(block.index + whole.length), branch);
  return {
    script: `${script.slice(0, block.index)}\n${isMet ? then : otherwise}\n${after.script}`,
    isOpen: after.isOpen,
    isCut: true,
  };
}

/** The statements of a script with its words of control taken off, as if each part of it ran. */
export const inEveryPart = (script: string): Statement[] =>
  statementsIn(script).map(({ pipeline: [first = [], ...piped], ...rest }) => {
    const start = first.findIndex((word) => !/^(then|else|do|\{)$/.test(word));
    return { ...rest, pipeline: [first.slice(Math.max(start, 0)), ...piped] };
  });

function judged(condition: string, branch: string | undefined): boolean | undefined {
  const isEither = condition.includes("||");
  if (isEither && condition.includes("&&")) return undefined;
  const comparisons = condition.split(isEither ? "||" : "&&").map((part) => COMPARISON.exec(part));
  if (comparisons.some((comparison) => comparison === null)) return undefined;
  if (branch === undefined)
    return !isEither && comparisons.every((comparison) => comparison?.[1] === "!=") ? false : undefined;
  const met = comparisons.map((comparison) => (comparison?.[1] === "!=") !== (comparison?.[2] === branch));
  return isEither ? met.some(Boolean) : met.every(Boolean);
}
