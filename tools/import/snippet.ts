import type { AwsPart } from "./draft";

/** How many of its newest images move when nobody says: as the example environments have it. */
const NEWEST = 20;

/** What to put below `aws` of environments/<environment>.ts, as TypeScript; the formatter breaks its lines. */
export function snippet(application: string, { ecr, endpoints, permissions, secrets }: AwsPart): string {
  const parts = {
    ...(endpoints.length > 0 && { endpoints }),
    ...(permissions.length > 0 && { permissions: { [application]: permissions } }),
    ...(ecr !== undefined && { ecr: { [application]: { repository: ecr, newest: NEWEST } } }),
    ...(secrets.length > 0 && { secrets: { [application]: secrets } }),
  };
  return Object.entries(parts)
    .map(([key, value]) => `${key}: ${literal(value, "")},`)
    .join("\n");
}

/** As a person would write it: keys without quotes where they need none, what is short on one line. */
function literal(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isList = Array.isArray(value);
  const members = isList
    ? (inner: string) => value.map((one: unknown) => literal(one, inner))
    : (inner: string) => Object.entries(value).map(([key, one]) => `${keyOf(key)}: ${literal(one, inner)}`);
  const [open, close] = isList ? ["[", "]"] : ["{ ", " }"];
  const short = `${open}${members("").join(", ")}${close}`;
  if (!short.includes("\n") && short.length <= 90) return short;
  const inner = `${indent}  `;
  return `${open.trim()}\n${members(inner)
    .map((one) => `${inner}${one},\n`)
    .join("")}${indent}${close.trim()}`;
}

const keyOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key));
