import { z } from "zod";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import type { Draft } from "./draft";
import type { Decision } from "./ledger";

const schema = z.object({
  is: z.enum(["ecs", "amplify"]),
  from: z.array(z.string()),
  values: z.record(z.string(), z.unknown()),
  aws: z.record(z.string(), z.unknown()),
  decisions: z.array(z.string()),
});

/** What the last import meant, kept beside its decisions, for `verify` and for the other environments' imports. */
export type Kept = z.infer<typeof schema>;

/** @throws UserError for a file that is none of ours */
export function keptIn(text: string, file: string): Kept {
  const kept = schema.safeParse(parseJson(text));
  if (kept.success) return kept.data;
  throw new UserError(`${file}: is not what an import of this version keeps\n  next: import again with --write`);
}

export const keptText = (
  is: Kept["is"],
  from: readonly string[],
  { aws, values }: Pick<Draft, "aws" | "values">,
  decisions: readonly Decision[],
): string => `${JSON.stringify({ is, from, values, aws, decisions: decisions.map(({ id }) => id) }, null, 2)}\n`;
