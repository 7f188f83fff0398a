import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { addQuality, changeEverything, changeTenValues, type Edit, fillMarkers, pinImages } from "./support/edits";
import { copyRepository } from "./support/project-copy";

let folder = "";
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program in the copy; what it said is in the failure. */
const run = (program: string, ...args: string[]) =>
  new Promise<string>((resolve, reject) => {
    const env = {
      ...process.env,
      NO_COLOR: "1",
      VITEST: undefined,
      VITEST_WORKER_ID: undefined,
      VITEST_POOL_ID: undefined,
    };
    execFile(program, args, { cwd: folder, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(" ")}\n${stdout.slice(-4000)}\n${stderr.slice(-2000)}`));
      else resolve(stdout);
    });
  });
const tests = (project: string) =>
  run("npx", "--no-install", "vitest", "run", "--config", "__tests__/vitest.config.mts", "--project", project);

async function edited(...edits: readonly Edit[]): Promise<void> {
  folder = copyRepository();
  for (const edit of edits) edit(folder);
  await run("npm", "run", "fix");
}

const PASSED = /^[1-9]\d* passed, 0 failed/m;

describe("after an edit that is valid, CI stays green:", () => {
  // Ordinary edits share a copy, because each copy is linted, rendered and scanned whole.
  it.each<[string, ...Edit[]]>([
    [
      "markers are filled, images pinned, an environment added and ten ordinary values changed",
      fillMarkers,
      pinImages,
      addQuality,
      changeTenValues,
    ],
    ["everything is changed", changeEverything],
  ])("%s", async (what, ...edits) => {
    await edited(...edits);
    await run("npm", "run", "check");
    await run("npm", "run", "--silent", "mmrv", "--", "render", "--check");
    expect(await tests("user-files")).toMatch(PASSED);
    // Once is enough for what never reads the user's files.
    if (what === "everything is changed") expect(await tests("unit")).toMatch(PASSED);
  });
});
