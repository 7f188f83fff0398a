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
  "helm-values",
  "constructs",
  "stacks",
  "tools",
];

const FIXTURES = "__tests__/support/fixtures";

/** A copy of the project that runs, for tests that write: side by side they would share cdktf.out. Its user is a test too. */
export function copyProject(): string {
  const folder = copyWithUserFiles();
  for (const file of readdirSync(join(FIXTURES, "environments"))) {
    const text = readFileSync(join(FIXTURES, "environments", file), "utf8");
    writeFileSync(join(folder, "environments", file), text.replaceAll('"../../../../environments/', '"./'));
  }
  rmSync(join(folder, "helm-values"), { recursive: true });
  cpSync(join(FIXTURES, "helm-values"), join(folder, "helm-values"), { recursive: true });
  return folder;
}

/** A copy with the files that the user has here, for tests of just those. */
export function copyWithUserFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-copy-"));
  for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  return folder;
}
