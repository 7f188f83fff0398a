import { posix } from "node:path";

/**
 * The path of a route, as Gateway API takes a prefix: characters of a URL, no //, no . or .. between slashes, no escaped slash,
 * no query and no fragment (gateway-api v1.5, apis/v1/httproute_types.go, HTTPPathMatch). It takes a star as well, as the letter
 * that it is, which nobody means who comes from an ALB.
 */
const LETTER = "[-\\w~!$&'()+,;=:@]|%(?:[013-9A-Fa-f][0-9A-Fa-f]|2[0-9A-Ea-e])";
const SEGMENT = `\\.*(?:${LETTER})(?:${LETTER}|\\.)*|\\.{3,}`;
export const ROUTE = new RegExp(`^/$|^(?:/(?:${SEGMENT}))+/?$`);

/** The prefix that was meant by a pattern of an ALB, or by a path with more than a path in it; undefined for none. */
export function routeMeantBy(given: string): string | undefined {
  if (!given.startsWith("/")) return undefined;
  const path = posix.normalize(given.replace(/[*?#].*$/, "")).replace(/(?<=.)\/$/, "");
  return path !== given && ROUTE.test(path) ? path : undefined;
}
