import type { z } from "zod";
import { type Environment, environmentSchema } from "./environment";
import { memberOf } from "./schema-walk";
import { type Subscription, subscriptionSchema } from "./subscription";
import { UserError } from "./user-error";

/**
 * Values that only the owner knows. Until they are known, the environment files carry a value that is reserved and
 * can never be real: RFC 2606 (`.invalid`), RFC 5737 (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24), UUIDs
 * of zeros but for the last two digits, twelve zeros, `change-me`. Synthesis and rehearsal take them; `deploy` and `diff` stop on them, and so does every plan
 * of Terraform's own.
 */
const RESERVED = [
  /^00000000-0000-0000-0000-0000000000\d\d$/,
  /^0{12}$/,
  /\.invalid$/,
  /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+\/\d+$/,
  /^change-me/,
];

export interface Marker {
  readonly path: string;
  /** The field's own sentence of documentation. */
  readonly question: string;
}

/** Every value of a file that is still a marker, in its order. */
export function markersOf(settings: Environment | Subscription): Marker[] {
  return walk(settings, "addressPlan" in settings ? environmentSchema : subscriptionSchema, settings.name, "");
}

/** The variable of Terraform on which a stack with open markers stops, and the value with which it does not. */
export const MARKERS_VARIABLE = { name: "open_markers", accepted: "accepted" } as const;

/** The files that the markers stand in; the path of each begins with its file's name. */
export const filesOf = (markers: readonly Marker[]): string[] => [
  ...new Set(markers.map(({ path }) => `environments/${path.split(".")[0]}.ts`)),
];

/**
 * @param who cannot go on, such as staging-infra
 * @param open at least one
 * @returns how many values are open in which files, then each with its question, one a line
 */
export function openSentence(who: string, open: readonly Marker[]): string {
  const files = filesOf(open).join(", ");
  const what =
    open.length === 1 ? `1 value in ${files} is still a marker` : `${open.length} values in ${files} are still markers`;
  return [`${who}: ${what}, nothing was touched`, ...open.map(({ path, question }) => `  ${path}: ${question}`)].join(
    "\n",
  );
}

/** @throws UserError as above, when something is open */
export function refuseOpen(who: string, open: readonly Marker[]): void {
  if (open.length > 0) throw new UserError(openSentence(who, open));
}

/**
 * @param fields that somebody is about to need, such as aws.ecr
 * @throws UserError as above, for every marker at or below them
 */
export function refuseMarkersUnder(settings: Environment | Subscription, fields: readonly string[]): void {
  const { name } = settings;
  const isNeeded = ({ path }: Marker) => fields.some((field) => `${path}.`.startsWith(`${name}.${field}.`));
  refuseOpen(name, markersOf(settings).filter(isNeeded));
}

function walk(value: unknown, schema: z.core.$ZodType | undefined, path: string, question: string): Marker[] {
  const asked = describedBy(schema) ?? question;
  if (typeof value === "string")
    return RESERVED.some((pattern) => pattern.test(value)) ? [{ path, question: asked }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => walk(inner, memberOf(schema, key), `${path}.${key}`, asked));
}

const describedBy = (schema: z.core.$ZodType | undefined) =>
  (schema as { description?: string } | undefined)?.description;
