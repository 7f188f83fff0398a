import { z } from "zod";
import { parseRange } from "./ranges";
import { sharedCloudOf } from "./shared-clouds";

/** The kinds of field that the schemas here and in schema/ are made of. Messages read "must be Y (why)". */

/** What somebody meant who wrote something else; undefined when nobody can tell. */
export type Meaning = (got: string) => string | undefined;

/** A sentence, with what was meant behind it. */
export const asking =
  (must: string, meant: Meaning) =>
  ({ input }: { readonly input?: unknown }): string => {
    const other = meant(String(input));
    return other === undefined ? must : `${must} (did you mean ${other}?)`;
  };

export const text = (pattern: RegExp, must: string, meant: Meaning = () => undefined) => {
  const error = asking(must, meant);
  return z.string({ error }).regex(pattern, { error });
};
export const integer = (least: number, most: number, why: string) => {
  const must = `must be a whole number from ${least} to ${most} (${why})`;
  return z.int(must).min(least, must).max(most, must);
};
/** One fixed value of a union's discriminator, or a word of a closed list. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, `must be one of ${values.join(", ")}`);
/** An object that takes no other key; `why` tells the user of a misplaced one what to do, `must` of something else than an object. */
export const strictObject = <T extends z.ZodRawShape>(
  fields: T,
  why = "no such field; the schema in model/ lists them",
  must = "must be an object",
) =>
  z.strictObject(fields, {
    error: (found) => (found.code === "unrecognized_keys" ? `must be absent (${why})` : must),
  });
export const union = <const T extends readonly [z.core.$ZodTypeDiscriminable, ...z.core.$ZodTypeDiscriminable[]]>(
  key: string,
  values: string,
  options: T,
) => z.discriminatedUnion(key, options, { error: () => `must say ${key}: ${values}` });

export const uuid = (of: string) => z.guid(`must be a UUID (${of})`);
export const mail = z.email("must be an e-mail address (alerts go there)");
export const hostThat = (does: string) =>
  text(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
    `must be a lower-case DNS host name (it ${does})`,
  );
export const host = hostThat("becomes a route and a certificate");
export const hostedZoneId = text(
  /^(Z[A-Z0-9]{5,31}|change-me)$/,
  "must be the id of a Route 53 hosted zone such as Z2FDTNDATAQYW2",
);
export const outboundHost = text(
  /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
  "must be a lower-case host name; a leading *. stands for every name below it",
).superRefine((pattern, context) => {
  const cloud = pattern.startsWith("*.") ? sharedCloudOf(pattern) : undefined;
  if (cloud === undefined) return;
  const message = `must name one host below ${cloud}, without *. (anybody may have an account there: a way out for data)`;
  context.addIssue({ code: "custom", message });
});
export const range = z.string("must be an IPv4 range such as 10.40.0.0/16").superRefine((cidr, context) => {
  const parsed = parseRange(cidr);
  if ("issue" in parsed) context.addIssue({ code: "custom", message: parsed.issue });
});
export const date = z.iso.date("must be a date such as 2026-12-01 (a literal: synthesis reads no clock)");
export const gitHubName = text(/^[A-Za-z0-9_.-]+$/, "must be a GitHub name (federation compares it letter by letter)");
export const gitHubId = integer(1, Number.MAX_SAFE_INTEGER, "GitHub's numeric id: gh api repos/OWNER/NAME --jq .id");

/** A monthly limit and who hears of it. */
export const budget = strictObject({
  monthlyLimit: z
    .number("must be a number above 0")
    .positive("must be a number above 0 (a budget of nothing alarms for ever)")
    .describe("The month's limit, in the currency of the billing account."),
  startDate: date.describe("Frozen at the first apply: the first day of the month in which the budget begins."),
  contactEmails: z
    .array(mail, "must be a list of e-mail addresses")
    .min(1, "must be at least one address (someone has to read the alarm)")
    .describe("Who is told."),
});
