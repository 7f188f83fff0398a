import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StackToRun } from "../../tools/rehearsal/stack-run";
import type { StackJson } from "../../tools/terraform/stack-json";

/** A stack as a release of this program synthesized it; its day names the folder. */
export async function releasedStack(release: string, id: string, folder: string): Promise<StackToRun> {
  const text = await readFile(join("__tests__/support/releases", release, `${id}.json`), "utf8");
  const own = join(folder, release, id);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, "cdk.tf.json"), text);
  return { id, json: JSON.parse(text) as StackJson, folder: own };
}
