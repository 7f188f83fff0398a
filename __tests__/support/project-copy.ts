import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PARTS = [
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

/** A copy of the project that runs, for tests that write: side by side they would share cdktf.out. */
export function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-copy-"));
  for (const part of PARTS) cpSync(part, join(folder, part), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
  return folder;
}
