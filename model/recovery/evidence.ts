import { createHash } from "node:crypto";
import { z } from "zod";
import { date, oneOf, strictObject } from "../fields";
import { isSeen } from "../printable";
import { secretIn } from "../secret-shapes";
import { UserError } from "../user-error";
import { DRILL_NAMES } from "./plan";

/** Where a drill was made: against stand-ins on a machine, or in Azure (and GitHub) itself. */
export const PLACES = ["here", "azure"] as const;
export type Place = (typeof PLACES)[number];

const sentence = z
  .string("must be a sentence")
  .min(1, "must be a sentence")
  .max(500, "must be at most 500 characters")
  .refine(isSeen, "must be on one line, without characters that nobody sees")
  .superRefine((text, context) => {
    const kind = secretIn(text);
    if (kind !== undefined)
      context.addIssue({ code: "custom", message: `looks like ${kind}: evidence names, and quotes no value` });
  });
const sentences = z.array(sentence, "must be a list of sentences").min(1, "must be at least one sentence");
const number = (what: string) => z.int(`must be ${what}`).nonnegative(`must be ${what}`);

/** What a drill leaves: what was lost, and that it came back. */
export const evidenceSchema = strictObject(
  {
    drill: oneOf(DRILL_NAMES),
    /** The day, in UTC. */
    date,
    place: oneOf(PLACES),
    /** The environment whose things were lost. */
    environment: z.string().regex(/^[a-z][a-z0-9-]*$/, "must be the name of an environment"),
    /** Who made it; null when a command did. */
    by: sentence.nullable(),
    lost: sentences,
    done: sentences,
    back: sentences,
    /** How many there were before and after, of whatever was counted: resources, secrets, digests, rows. */
    counts: z
      .record(sentence, strictObject({ before: number("a count"), after: number("a count") }))
      .refine((counts) => Object.keys(counts).length > 0, "must count something"),
    /** How long it took, as information: a drill is no emergency, and this is no RTO. */
    seconds: number("whole seconds"),
  },
  "evidence has no such field",
).superRefine(({ counts }, context) => {
  for (const [what, { after, before }] of Object.entries(counts))
    if (after !== before) {
      const message = `were ${before} and are ${after}: not everything came back, so this drill has failed and leaves no evidence`;
      context.addIssue({ code: "custom", path: ["counts", what], message });
    }
});

export type Evidence = z.infer<typeof evidenceSchema>;

/** The fields in one order, whoever wrote them. */
const FIELDS = ["drill", "date", "place", "environment", "by", "lost", "done", "back", "counts", "seconds"] as const;

/** Shows an edit by hand. It proves nothing against somebody who computes it anew: review and Git do that. */
const digestOf = (evidence: Evidence): string =>
  `sha256:${createHash("sha256")
    .update(JSON.stringify(ordered(evidence)))
    .digest("hex")}`;

function ordered(evidence: Evidence): Evidence {
  const counts = Object.fromEntries(Object.entries(evidence.counts).sort(([a], [b]) => (a < b ? -1 : 1)));
  const whole = { ...evidence, counts };
  return Object.fromEntries(FIELDS.map((field) => [field, whole[field]])) as Evidence;
}

/**
 * The text of an evidence file.
 * @throws UserError with every fault of it, such as a count that is not what it was
 */
export function evidenceText(evidence: Evidence): string {
  const { data, error } = evidenceSchema.safeParse(evidence);
  if (data === undefined) throw new UserError(`drill ${evidence.drill}: ${faultsOf(error)}; nothing was written`);
  return `${JSON.stringify({ ...ordered(data), digest: digestOf(data) }, null, 2)}\n`;
}

/**
 * What an evidence file says.
 * @param file as the user knows it: recovery/evidence/<drill>/<date>.json, or <date>-2.json for the second of a day
 * @throws UserError with one line for a file that is none, was edited by hand, or stands under another name
 */
export function readEvidence(file: string, text: string): Evidence {
  const next = "git checkout brings it back; else remove it and make the drill again";
  const { digest, ...rest } = parsed(text);
  const { data, error } = evidenceSchema.safeParse(rest);
  if (data === undefined) throw new UserError(`${file}: is no evidence of a drill: ${faultsOf(error)}; ${next}`);
  if (digest !== digestOf(data))
    throw new UserError(`${file}: was edited by hand: its digest is of another content; ${next}`);
  const [, drill, day] = /(?:^|\/)([a-z]+)\/(\d{4}-\d{2}-\d{2})(?:-\d+)?\.json$/.exec(file) ?? [];
  if (drill !== data.drill || day !== data.date)
    throw new UserError(`${file}: is of the drill ${data.drill} of ${data.date}; move it to where it belongs`);
  return data;
}

function parsed(text: string): { readonly digest?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const faultsOf = (error: z.ZodError): string =>
  error.issues.map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")} ${message}`)).join(", ");
