import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PARTS = [
  ".github",
  "main.ts",
  "cdktf.json",
  "package.json",
  "tsconfig.json",
  "charts",
  "docs",
  "environments",
  "gitops",
  "helm-values",
  "model",
  "constructs",
  "stacks",
  "tools",
];

const FIXTURES = "__tests__/support/fixtures";

/** A copy of the program that runs, for tests that write: side by side they would share cdktf.out. */
export const copyProject = (): string => withFixtures(copyOf(PARTS));

/** A copy of the whole repository, tests and all, in a git of its own. */
export function copyRepository(): string {
  const files = git(".", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0").filter(Boolean);
  const folder = withFixtures(copyOf(files));
  git(folder, "init", "--quiet");
  git(folder, "add", ".");
  return folder;
}

const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });

function copyOf(parts: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-copy-"));
  for (const part of parts) cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Its user is a test: the fixtures are what somebody wrote there. */
function withFixtures(folder: string): string {
  for (const file of readdirSync(join(FIXTURES, "environments"))) {
    const text = readFileSync(join(FIXTURES, "environments", file), "utf8");
    writeFileSync(join(folder, "environments", file), text.replaceAll('"../../../../model/', '"../model/'));
  }
  rmSync(join(folder, "helm-values"), { recursive: true });
  cpSync(join(FIXTURES, "helm-values"), join(folder, "helm-values"), { recursive: true });
  // Nobody has moved yet.
  rmSync(join(folder, "cutover"), { recursive: true, force: true });
  return folder;
}
