import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { allowProviders, createSandbox, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { copyProject } from "../../support/project-copy";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";
import { answer, sha256 } from "../../support/small-stack";

const CLI = `import { Command } from "commander";
import { applyCommand } from "./tools/cli/apply";
import { planCommand } from "./tools/cli/plan";
void new Command().addCommand(applyCommand()).addCommand(planCommand()).parseAsync();
`;

/** A copy of the project, because the commands synthesize into cdktf.out. */
let folder = "";
beforeAll(() => {
  folder = copyProject();
  writeFileSync(join(folder, "cli.ts"), CLI);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(environment: Readonly<Record<string, string>>, ...args: string[]) {
  const { ARM_SUBSCRIPTION_ID: _, CI: __, ...own } = process.env;
  return promisify(execFile)(process.execPath, ["tools/load.mjs", "cli.ts", ...args], {
    cwd: folder,
    env: { ...own, ...environment },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

describe("mmrv plan", () => {
  it("stops on open markers, each with its question", async () => {
    expect(await run({}, "plan", "bootstrap")).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^bootstrap: \d+ values in environments\/.* are still markers, nothing was touched\n {2}bootstrap\.admin/,
      ),
    });
  });

  it("names the stacks that there are", async () => {
    const { code, stderr } = await run({}, "apply", "nowhere", "file");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^no stack is called nowhere; the stacks are bootstrap, /),
    ]);
  });
});

describe("mmrv plan of a real stack", requires("azurerm provider"), () => {
  let azure: LocalAzure;
  let sandbox: Sandbox;
  beforeAll(async () => {
    for (const file of ["bootstrap.ts", "staging.ts", "production.ts"]) {
      const path = join(folder, "environments", file);
      writeFileSync(path, answer(readFileSync(path, "utf8")));
    }
    azure = await LocalAzure.start();
    sandbox = await createSandbox(azure);
    await allowProviders(sandbox, [providerMirror()]);
  });
  afterAll(async () => {
    await azure.stop();
    await sandbox.remove();
  });

  it("refuses a state that would go with the machine", async () => {
    for (const command of [
      ["plan", "bootstrap"],
      ["apply", "bootstrap", "kept"],
    ])
      expect(await run({ ...sandbox.environment, CI: "true" }, ...command)).toEqual({
        code: 1,
        stdout: "",
        stderr: "a pipeline has no local state: set context.state in cdktf.json, docs/deploy.md\n",
      });
  });

  it("is not kept for apply where nobody can ask GitHub what guards it", async () => {
    const { PATH = "" } = process.env;
    const bin = join(folder, "no-gh");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "gh"),
      "#!/bin/sh\necho 'To get started with GitHub CLI, please run:  gh auth login' >&2; exit 4\n",
      {
        mode: 0o755,
      },
    );
    const env = { ...sandbox.environment, PATH: `${bin}:${PATH}` };
    expect(await run(env, "plan", "bootstrap", "--out", "kept")).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^bootstrap: nothing proves here that GitHub guards what it trusts, nothing was touched: gh api: To get started with GitHub CLI, please run: gh auth login\n {2}next: gh auth login/,
      ),
    });
    expect(existsSync(join(folder, "kept"))).toBe(false);
  });

  it("ends with 2, the sha256 of the text, and a plan for apply", async () => {
    const because = ["--unprotected-because", "a test, whose GitHub is nowhere"];
    const planned = await run(
      sandbox.environment,
      "plan",
      "bootstrap",
      "--out",
      "kept",
      "--text",
      "plan.txt",
      ...because,
    );
    expect([planned.code, planned.stderr]).toEqual([2, ""]);
    const text = readFileSync(join(folder, "plan.txt"), "utf8");
    expect(planned.stdout).toContain(`\nbootstrap: changes, sha256:${sha256(text)}\n`);
    expect(text).toContain("# azurerm_storage_account.states will be created");
    expect(text.split("\n")[0]).toBe(
      "bootstrap: nothing proves that GitHub guards what it trusts, because: a test, whose GitHub is nowhere",
    );
    expect(existsSync(join(folder, "kept"))).toBe(true);
  });
});
