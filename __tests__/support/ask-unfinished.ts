import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";

/**
 * What Azure is understood to say of what it did not finish in a group, in a process of its own: one trusts a certificate, and
 * learns of a proxy, when it starts.
 * @param folder where the process's program may be written
 */
export async function askUnfinished(folder: string, group: string, environment: NodeJS.ProcessEnv): Promise<unknown> {
  const program = join(folder, "ask-unfinished.ts");
  writeFileSync(
    program,
    `import { unfinishedIn } from ${JSON.stringify(resolve("tools/azure/unfinished.ts"))};\nvoid unfinishedIn(process.argv[2] ?? "").then((answer) => console.log(JSON.stringify(answer)));\n`,
  );
  const command = ["tools/load.mjs", program, group];
  const { stderr, stdout } = await promisify(execFile)(process.execPath, command, { env: environment });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}
