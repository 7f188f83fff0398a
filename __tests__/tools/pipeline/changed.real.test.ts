import { execFile } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { changesSince } from "../../../tools/pipeline/changed";
import { copyProject } from "../../support/project-copy";
import { stackInfo } from "../../support/small-stack";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-changed-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function synthesized(where: string, stacks: Readonly<Record<string, string>>): string {
  for (const [stack, text] of Object.entries(stacks)) {
    mkdirSync(join(root, where, "stacks", stack), { recursive: true });
    writeFileSync(join(root, where, "stacks", stack, "cdk.tf.json"), text);
  }
  return join(root, where);
}

describe("changesSince", () => {
  it("finds what differs and what is new, and who plans it", () => {
    const base = synthesized("base", { same: "1", infra: "1", backend: "1", bootstrap: "1" });
    const head = synthesized("head", { same: "1", infra: "2", backend: "2", bootstrap: "2", access: "1", open: "1" });
    const needs = (provider: string) =>
      ({ json: { terraform: { required_providers: { [provider]: {} } }, provider: { [provider]: [{}] } } }) as object;
    const stacks = [
      stackInfo("same"),
      stackInfo("infra"),
      stackInfo("backend", needs("helm")),
      stackInfo("bootstrap", { settings: { name: "bootstrap" } as never }),
      stackInfo("access", needs("aws")),
      stackInfo("open", { openMarkers: [{ path: "staging.gitHub.owner", question: "Who?" }] }),
    ];
    const common = { environment: "staging", aws: false };
    expect(changesSince(base, stacks, head)).toEqual([
      { ...common, stack: "infra", planned: "pullRequest" },
      { ...common, stack: "backend", planned: "afterMerge" },
      { ...common, stack: "bootstrap", planned: "byOwner", environment: "bootstrap" },
      { ...common, stack: "access", planned: "pullRequest", aws: true },
      { ...common, stack: "open", planned: "onceAnswered" },
    ]);
  });

  it("names stacks that are gone", () => {
    const base = synthesized("base", { old: "1" });
    expect(changesSince(base, [], root)).toEqual([{ stack: "old", planned: "removed", environment: "", aws: false }]);
  });

  it("says how to synthesize a base that is not", () => {
    expect(() => changesSince(root, [])).toThrow(
      /holds no synthesized stacks\n {2}next: in the folder around it, npm ci/,
    );
  });
});

describe("mmrv pipeline changed", () => {
  it("sees a change inside a chart of ours, in every stack that installs it and in no other", async () => {
    const folder = copyProject();
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ["tools/load.mjs", ...args], { cwd: folder });
    try {
      writeFileSync(
        join(folder, "cli.ts"),
        'import { pipelineCommand } from "./tools/cli/pipeline";\nvoid pipelineCommand().parseAsync();\n',
      );
      await run("main.ts");
      cpSync(join(folder, "cdktf.out"), join(root, "base"), { recursive: true });
      mkdirSync(join(root, "base", "stacks", "staging-old"));
      const unchanged = await run("cli.ts", "changed", join(root, "base"));
      const old = { stack: "staging-old", environment: "", aws: false, planned: "removed" };
      expect(unchanged).toEqual({ stdout: `${JSON.stringify([old])}\n`, stderr: "" });
      appendFileSync(join(folder, "charts/mmrv-platform/Chart.yaml"), "# a word more\n");
      const { stdout } = await run("cli.ts", "changed", join(root, "base"));
      expect(JSON.parse(stdout).map(({ stack }: { stack: string }) => stack)).toEqual([
        "staging-platform",
        "production-platform",
        "staging-old",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
