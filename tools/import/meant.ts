import { z } from "zod";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import type { Draft } from "./draft";
import type { Meant } from "./values-files";

const schema = z.object({
  from: z.array(z.string()),
  values: z.record(z.string(), z.unknown()),
  secrets: z.array(z.string()),
});

/** What the last import meant, kept beside its decisions, for `verify` and for the other environments' imports. */
export type Kept = z.infer<typeof schema>;

/** @throws UserError for a file that is none of ours */
export function keptIn(text: string, file: string): Kept {
  const kept = schema.safeParse(parseJson(text));
  if (kept.success) return kept.data;
  throw new UserError(
    `${file}: is not what an import keeps; take it out of the repository's history again, or import anew`,
  );
}

export const keptText = (from: readonly string[], { aws, values }: Pick<Draft, "aws" | "values">): string =>
  `${JSON.stringify({ from, values, secrets: aws.secrets.map(({ to }) => to) }, null, 2)}\n`;

export const meantBy = (environment: string, { values }: Pick<Kept, "values">): Meant => ({ environment, values });
