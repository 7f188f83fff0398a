import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  addQuality,
  addReports,
  changeEverything,
  changeTenValues,
  type Edit,
  fillMarkers,
  moveUsers,
  pinImages,
} from "./support/edits";
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

/** What is written from the list of applications. */
const FOLLOW_THE_LIST = [
  ...["deploy", "promote", "publish-image"].map((name) => `.github/workflows/${name}.yml`),
  "docs/homologation.md",
  "docs/es/homologation.md",
  "gitops/quality/reports/release.yaml",
];
const PASSED = /^[1-9]\d* passed, 0 failed/m;

describe("after an edit that is valid, CI stays green:", () => {
  // Ordinary edits share a copy, because each copy is linted, rendered and scanned whole.
  it.each<[string, ...Edit[]]>([
    [
      "markers are filled, images pinned, an application and an environment added, half of the users moved and ten ordinary values changed",
      fillMarkers,
      pinImages,
      addReports,
      addQuality,
      moveUsers,
      changeTenValues,
    ],
    ["everything is changed, and an application added", addReports, changeEverything],
  ])("%s", async (what, ...edits) => {
    await edited(...edits);
    for (const file of FOLLOW_THE_LIST) expect(readFileSync(join(folder, file), "utf8"), file).toContain("reports");
    await run("npm", "run", "check");
    await run("npm", "run", "--silent", "mmrv", "--", "render", "--check");
    expect(await tests("user-files")).toMatch(PASSED);
    // Once is enough for what never reads the user's files.
    if (what.startsWith("everything")) expect(await tests("unit")).toMatch(PASSED);
  });
});
