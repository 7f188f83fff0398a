import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { HANGS } from "./hangs.mts";
import type { Step } from "./workflow-files";

export interface StepResult {
  readonly exitCode: number;
  /** What it printed, both streams. */
  readonly said: string;
  /** What it wrote to $GITHUB_OUTPUT. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A runner's place for one test: its temporary folder, a workspace, and programs that stand in for those of a runner. */
export interface Runner {
  readonly temp: string;
  readonly workspace: string;
  /** Every call of a stand-in as "name arguments", in order. */
  calls(): string[];
  /** Runs a step as a runner does, with the values that its expressions would have. */
  run(step: Step & { readonly run: string }, values?: Readonly<Record<string, string>>): Promise<StepResult>;
  remove(): void;
}

export interface RunnerOptions {
  /** Bash that stands in for a program, by its name. */
  readonly programs?: Readonly<Record<string, string>>;
  /** What the whole job has in its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The shell that GitHub starts for a step, as our workflows ask for it. */
const SHELL = ["--noprofile", "--norc", "-euo", "pipefail"];

export function createRunner({ programs = {}, env = {} }: RunnerOptions = {}): Runner {
  const temp = mkdtempSync(join(tmpdir(), "mmrv-runner-"));
  const inside = (name: string) => join(temp, name);
  const workspace = inside("workspace");
  for (const folder of ["workspace", "bin", "home"]) mkdirSync(inside(folder));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(inside(`bin/${name}`), `#!/usr/bin/env bash\necho "${name} $*" >>"${inside("calls")}"\n${body}\n`);
    chmodSync(inside(`bin/${name}`), 0o755);
  }
  const ofRunner = {
    PATH: [inside("bin"), process.env["PATH"]].join(delimiter),
    HOME: inside("home"),
    RUNNER_TEMP: temp,
    GITHUB_ACTOR: "somebody",
    GITHUB_OUTPUT: inside("output"),
    GITHUB_PATH: inside("path"),
    GITHUB_REF: "refs/heads/main",
    GITHUB_REPOSITORY: "acme/backend",
    GITHUB_SHA: "c0ffee".padEnd(40, "0"),
    GITHUB_STEP_SUMMARY: inside("summary"),
    ...env,
  };
  return {
    temp,
    workspace,
    calls: () => linesOf(inside("calls")),
    remove: () => rmSync(temp, { recursive: true, force: true }),
    run: async (step, values = {}) => {
      for (const file of ["output", "summary", "path"]) writeFileSync(inside(file), "");
      writeFileSync(inside("step.sh"), step.run);
      const own = { ...ofRunner, ...valuesOf(step, values) };
      const result = await bash([...SHELL, inside("step.sh")], workspace, own);
      const outputs = Object.fromEntries(linesOf(inside("output")).map(splitAtEquals));
      return { ...result, outputs, summary: readFileSync(inside("summary"), "utf8") };
    },
  };
}

/** A step's variables; an expression has no value but what the test gives. */
function valuesOf({ env = {}, name }: Step, values: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(values).filter((key) => !(key in env));
  const open = Object.keys(env).filter((key) => String(env[key]).includes("${{") && !(key in values));
  if (unknown.length + open.length > 0)
    throw new Error(`step "${name}": it has no ${unknown.join(", ")}; the test gives no ${open.join(", ")}`);
  return { ...env, ...values };
}

function bash(args: readonly string[], cwd: string, env: Record<string, string>) {
  return new Promise<{ exitCode: number; said: string }>((resolve) => {
    execFile("bash", [...args], { cwd, env, timeout: HANGS }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ exitCode, said: stdout + stderr });
    });
  });
}

const linesOf = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];

const splitAtEquals = (line: string): [string, string] => {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
};
