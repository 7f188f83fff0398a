import { z } from "zod";
import { UserError } from "./user-error";

/**
 * Refuses a malformed list that people keep in a file, such as approvals.
 * @param file as the user knows it, such as environments/approvals.ts
 * @throws UserError with everything that is malformed in it: nothing may be evaluated by half of a list
 */
export function refuseMalformed(file: string, schema: z.ZodType, entries: readonly unknown[]): void {
  const issues = z.array(schema).safeParse(entries).error?.issues ?? [];
  if (issues.length === 0) return;
  const lines = issues.map(({ path, message }) =>
    path.length === 0 ? "  must be a list" : `  ${path.join(".")}: ${message}`,
  );
  throw new UserError([`${file}: malformed, nothing was judged`, ...lines].join("\n"));
}
