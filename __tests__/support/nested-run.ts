import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A run of tests of its own, with the reporter that judges skips. */
export interface NestedRun {
  readonly exitCode: number;
  /** What the reporter says after vitest's own summary. */
  readonly said: readonly string[];
}

/** Runs test files, by name, on a machine that lacks helm and the azurerm provider. */
export async function runNested(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<NestedRun> {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-nested-"));
  try {
    const support = join(process.cwd(), "__tests__/support");
    const missing = {
      helm: { reason: "helm", why: "helm is missing (npm run tools)" },
      "azurerm provider": { reason: "azurerm provider", why: "the registry says no" },
    };
    mkdirSync(join(folder, "tests"));
    symlinkSync(join(process.cwd(), "node_modules"), join(folder, "node_modules"));
    writeFileSync(
      join(folder, "setup.mjs"),
      `export default ({ provide }) => provide("missing", ${JSON.stringify(missing)});\n`,
    );
    writeFileSync(
      join(folder, "vitest.config.mjs"),
      `export default { test: { globalSetup: "setup.mjs", reporters: ["default", ${JSON.stringify(join(support, "skip-reporter.ts"))}] } };\n`,
    );
    for (const [name, text] of Object.entries(files)) {
      const imports = `import { beforeAll, describe, expect, it } from "vitest";\nimport { requires } from ${JSON.stringify(join(support, "requires.ts"))};\n`;
      writeFileSync(join(folder, "tests", `${name}.test.ts`), imports + text);
    }
    return await new Promise((resolve) => {
      const cli = join(process.cwd(), "node_modules/vitest/vitest.mjs");
      execFile(process.execPath, [cli, "run", ...args], { cwd: folder }, (error, stdout) => {
        const exitCode = error === null ? 0 : Number(error.code);
        const after = stdout
          .trimEnd()
          .split("\n")
          .slice(
            stdout
              .trimEnd()
              .split("\n")
              .findLastIndex((line) => line.includes("Duration")) + 1,
          );
        resolve({ exitCode, said: after.filter((line) => line !== "") });
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
