import { ROUTE } from "../../../model/schema/route";

/** What a path pattern of an ALB is as a prefix. */
export type Prefix =
  | { readonly path: string; readonly note?: string }
  /** Why a prefix cannot say it. */
  | { readonly why: string };

/**
 * The prefix that an ALB's pattern means. `/v1/*` is one, but for `/v1` itself, which a prefix takes too.
 * @param among every pattern of the rule: with `/v1` beside `/v1/*` the two are exactly the prefix
 */
export function prefixOf(pattern: string, among: readonly string[]): Prefix {
  if (pattern === "*" || pattern === "/*") return { path: "/" };
  const beforeStar = pattern.replace(/\/\*$/, "");
  if (beforeStar !== pattern && ROUTE.test(beforeStar) && !/[*?]/.test(beforeStar))
    return among.includes(beforeStar)
      ? { path: beforeStar }
      : { path: beforeStar, note: `${pattern} did not match ${beforeStar} itself; the prefix ${beforeStar} does.` };
  if (/[*?]/.test(pattern)) return { why: "a prefix ends between two slashes, and has no * or ? in it" };
  if (among.includes(`${pattern}/*`) && ROUTE.test(pattern)) return { path: pattern };
  return { why: "it is one path, and a prefix is also all below it" };
}
