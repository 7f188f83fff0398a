import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { cutoverFileName, cutoverPath } from "../../model/cutover/files";
import { rewrittenIn, type Steps } from "../../model/cutover/history";
import { type CutoverFile, cutoverSchema } from "../../model/cutover/schema";
import { UserError } from "../../model/user-error";
import { complain, say } from "../output";
import { run } from "../processes";

/**
 * `mmrv cutover history REF`: whether every file of today still has every step that it had at a commit. Steps are evidence,
 * and a jump is seen by them.
 * @throws UserError for a commit that is not there
 */
export async function history(ref: string): Promise<number> {
  const known = await run("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], {});
  if (known.exitCode !== 0)
    throw new UserError(`${ref}: there is no such commit here\n  next: git fetch, with its history (fetch-depth: 0)`);
  let faults = 0;
  for (const { name } of ENVIRONMENTS) {
    const file = cutoverFileName(name);
    // From this folder on, which need not be the repository's first.
    const shown = await run("git", ["show", `${ref}:./${file}`], {});
    if (shown.exitCode !== 0) continue;
    const before = stepsIn(shown.stdout);
    const now = contentOf(await readFile(cutoverPath(CUTOVER, name), "utf8").catch(() => ""));
    // What synthesis refuses has no steps to be compared, which is not to say that they are gone.
    if (before === undefined) complain(`${file}: what it was at ${ref} cannot be read, so its steps are not compared`);
    const lines =
      now === undefined
        ? ["cannot be read, so nobody knows which steps it has: npm start says what is wrong with it"]
        : rewrittenIn(before ?? {}, now);
    for (const line of lines) complain(`${file} ${line}`);
    faults += lines.length;
  }
  if (faults === 0) say(`every step that ${ref} had is still there`);
  return faults === 0 ? 0 : 1;
}

const list = z.array(z.unknown()).catch([]);
/** No more than the steps: what an earlier file says need not be what today's schema has. */
const stepsSchema = z.object({
  components: z.record(z.string(), z.object({ steps: list })).optional(),
  jobs: z.record(z.string(), list).optional(),
});

/** The steps that a file has; undefined for one that has none that could be found. */
function stepsIn(text: string): Steps | undefined {
  const parsed = stepsSchema.safeParse(parseYaml(text) ?? {});
  return parsed.success ? parsed.data : undefined;
}

/** What a file says; undefined for one that synthesis refuses. */
function contentOf(text: string): CutoverFile | undefined {
  const parsed = cutoverSchema.safeParse(parseYaml(text) ?? {});
  return parsed.success ? parsed.data : undefined;
}

/** No object where it is no YAML. */
function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}
