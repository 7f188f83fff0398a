import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { cutoverFileName, cutoverPath } from "../../model/cutover/files";
import { rewrittenIn, type Steps } from "../../model/cutover/history";
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
    const now = stepsIn(await readFile(cutoverPath(CUTOVER, name), "utf8").catch(() => ""));
    const lines = rewrittenIn(before, now);
    for (const line of lines) complain(`${file} ${line}`);
    faults += lines.length;
  }
  if (faults === 0) say(`every step that ${ref} had is still there`);
  return faults === 0 ? 0 : 1;
}

const list = z.array(z.unknown()).catch([]);
/** No more of the file than its steps; the rest is for synthesis, which reads today's. */
const stepsSchema = z
  .object({
    components: z.record(z.string(), z.object({ steps: list }).catch({ steps: [] })).catch({}),
    jobs: z.record(z.string(), list).catch({}),
  })
  .catch({ components: {}, jobs: {} });

/** The steps that a file has; none in one that is no YAML. */
function stepsIn(text: string): Steps {
  try {
    return stepsSchema.parse(parse(text));
  } catch {
    return {};
  }
}
