import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { mmrv } from "../../../tools/cli/commands";
import { refuseUnasked } from "../../../tools/deploy/cdktf";
import { withProducers } from "../../../tools/program/stacks";

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const named = (command: Command): [string, Command][] =>
  command.commands.flatMap((inner): [string, Command][] => [
    [inner.name(), inner],
    ...named(inner).map(([name, one]): [string, Command] => [`${inner.name()} ${name}`, one]),
  ]);
let commands: Record<string, Command> = {};
beforeAll(async () => {
  commands = Object.fromEntries(named(await mmrv()));
});
const optionsOf = (name: string) => commands[name]?.options.map(({ long }) => long) ?? [];
const withOption = (flag: string) => Object.keys(commands).filter((name) => optionsOf(name).includes(flag));

let printed = "";
const print = (text: string) => {
  printed += text;
};
beforeEach(() => {
  printed = "";
  for (const stream of ["log", "error"] as const)
    vi.spyOn(console, stream).mockImplementation((line) => print(`${line}\n`));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What somebody is told who types this. */
async function typed(...args: string[]): Promise<string> {
  const program = await mmrv(args);
  for (const command of all(program)) command.exitOverride().configureOutput({ writeOut: print, writeErr: print });
  await program.parseAsync(args, { from: "user" }).catch((error: { readonly code?: string }) => {
    if (!error.code?.startsWith("commander.")) throw error;
  });
  return printed;
}

describe("one convention", () => {
  it("previews with --dry-run whatever changes something, and asks with no other word", () => {
    expect(withOption("--dry-run").sort()).toEqual([
      "adopt",
      "apply",
      "cutover adopt",
      "cutover back",
      "cutover next",
      "cutover prove",
      "deploy",
      "destroy",
      "drift",
      "gitops deploy",
      "handover back",
      "handover next",
      "images copy",
      "images pin",
      "images promote",
      "import amplify",
      "import ecs",
      "move-state",
      "rehearse",
      "render",
      "secrets copy",
      "secrets git-key",
      "secrets restart",
      "synth-hcl",
      "tools",
      "unlock",
    ]);
    expect(withOption("--yes")).toEqual([]);
  });

  it("goes on without a question with --auto-approve, where something is asked", () => {
    expect(withOption("--auto-approve").sort()).toEqual(["deploy", "destroy", "handover back", "unlock"]);
  });

  it("tells a program in JSON whatever is a list", () => {
    expect(withOption("--json").sort()).toEqual([
      "cutover adopt",
      "cutover back",
      "cutover next",
      "cutover status",
      "drift",
      "gitops diff",
      "gitops history",
      "handover status",
      "hcp variables",
      "images plan",
      "import amplify",
      "import ecs",
      "import verify",
      "plan-guard",
      "review",
      "secrets plan",
      "start",
    ]);
  });

  it("says its version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await typed("--version")).toBe(`${version}\n`);
  });
});

describe("a slip is guessed", () => {
  it.each([
    [["deplyo"], "error: unknown command 'deplyo'\n(Did you mean deploy?)\n"],
    [["render", "--chek"], "error: unknown option '--chek'\n(Did you mean --check?)\n"],
    [
      ["drift", "Prodution"],
      "Prodution: no such environment (did you mean production?); there are staging, production\n",
    ],
  ])("%j", async (args, told) => {
    expect(await typed(...args)).toBe(told);
  });

  it("in the name of a stack, and one that is none is shown as it is", () => {
    const stacks = ["bootstrap", "staging-infra"].map((id) => ({ id, producers: [] }));
    expect(() => withProducers(stacks, ["stagin-infra", "x\u001b[31m"])).toThrow(
      "no stack is called stagin-infra (did you mean staging-infra?), x\\u001b[31m; the stacks are bootstrap, staging-infra",
    );
  });
});

describe("where nobody can be asked", () => {
  it.each(["deploy bootstrap", "unlock staging-backend"])("%s wants to be told to go on", (what) => {
    expect(() => refuseUnasked(what, [], false)).toThrow(
      `${what}: nobody can be asked here, because standard input is no terminal; nothing was touched\n  next: --dry-run says what would happen, --auto-approve goes on without a question`,
    );
    expect(() => refuseUnasked(what, ["--parallelism", "5", "--auto-approve"], false)).not.toThrow();
    expect(() => refuseUnasked(what, [], true)).not.toThrow();
  });
});

it("a dry run of drift goes with its issues: without them nothing is written anyway", async () => {
  expect(await typed("drift", "staging", "--dry-run")).toBe(
    "--dry-run: goes with --issues; without them nothing is written anyway\n",
  );
  expect(process.exitCode).toBe(1);
});
