import { execFile } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { copyProject } from "../../support/project-copy";

let folder = "";
let good = "";
beforeAll(() => {
  folder = copyProject();
  good = copyProject();
});
/** Whatever a test broke is whole again. */
afterEach(() => {
  for (const part of ["environments", "helm-values", "cdktf.json", "cdktf.out"])
    rmSync(join(folder, part), { recursive: true, force: true });
  for (const part of ["environments", "helm-values", "cdktf.json"])
    cpSync(join(good, part), join(folder, part), { recursive: true });
});
afterAll(() => {
  for (const copy of [folder, good]) rmSync(copy, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const started = (file: string, args: readonly string[]): Promise<Ended> =>
  promisify(execFile)(file, [...args], { cwd: folder, env: { ...process.env, CHECKPOINT_DISABLE: "1" } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
const node = (...args: readonly string[]) => started(process.execPath, args);
const change = (file: string, from: string | RegExp, to: string) => {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  expect(text).toMatch(from);
  writeFileSync(path, text.replace(from, to));
};

/** Every way into the program: as cdktf's app and by hand; and the commands, which load it themselves. */
const MAIN = ["tools/load.mjs", "main.ts"];
const COMMAND = ["tools/cli/mmrv.mjs", "review"];
const SYNTHESIS = ["tools/cli/mmrv.mjs", "start"];

const MEND =
  "; nothing was touched\n  next: mend it there, or just before: a comma, a quote or a bracket may be missing\n";

describe("main.ts and the commands tell alike, with file and line, of", () => {
  it.each<[string, string, string, string, string]>([
    [
      "a missing comma",
      "environments/staging.ts",
      'code: "stg",\n',
      'code: "stg"\n',
      `environments/staging.ts:8: Expected "}" but found "suffix"${MEND}`,
    ],
    [
      "a missing bracket in another file of the user's",
      "environments/third-party.ts",
      "} satisfies",
      "satisfies",
      `environments/third-party.ts:15: Expected "}" but found "ThirdPartyPins"${MEND}`,
    ],
    [
      "a name that nobody declared",
      "environments/staging.ts",
      'code: "stg"',
      "code: stg",
      "environments/staging.ts:7: stg is not defined; nothing was touched\n  next: put a text in quotes, or import the name\n",
    ],
    [
      "an import of nothing",
      "environments/all.ts",
      '"./staging"',
      '"./stagin"',
      'environments/all.ts:4: Could not resolve "./stagin"; nothing was touched\n  next: mend the name, or take the import out\n',
    ],
  ])("%s", async (_, file, from, to, sentence) => {
    change(file, from, to);
    const told = { code: 1, stdout: "", stderr: sentence };
    expect(await Promise.all([node(...MAIN), node(...COMMAND)])).toEqual([told, told]);
    expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
  });
});

describe("synthesis tells of", () => {
  it.each<[string, () => void, string]>([
    [
      "an environment that is exported under another name",
      () => change("environments/staging.ts", "export const staging", "export const stagin"),
      'environments/all.ts:4: No matching export in "environments/staging.ts" for import "staging"; nothing was touched\n  next: mend the name, or take the import out\n',
    ],
    [
      "a cdktf.json that is no JSON",
      () => change("cdktf.json", /",\n {2}"projectId"/, '"\n  "projectId"'),
      "cdktf.json:4: is no JSON (comma expected), nothing was touched\n  next: mend that line, or the end of the one before it\n",
    ],
    [
      "a context that is none: state would be local without a word",
      () => writeFileSync(join(folder, "cdktf.json"), '{"app": "node tools/load.mjs main.ts", "context": "azurerm"}'),
      'cdktf.json: context must be an object, got "azurerm", nothing was touched\n  next: write it as in README.md, "Where state lives"\n',
    ],
    [
      "a shape of state with a slip in it",
      () => writeFileSync(join(folder, "cdktf.json"), '{"context": {"state": {"type": "azurem"}}}'),
      'cdktf.json: context.state is not one of the three shapes, nothing was touched\n  context.state.type: got "azurem", must be one of local, hcp, azurerm (did you mean azurerm?)\n  the shapes: {"type":"local"}, {"type":"hcp","organization":…}, {"type":"azurerm"}\n',
    ],
    [
      "a folder that takes nothing: /sys is nobody's to write, whoever runs this",
      () => symlinkSync("/sys/kernel", join(folder, "cdktf.out")),
      expect.stringMatching(/^cdktf\.out\/\S+ cannot be written \(E[A-Z]+\); [^\n]+\n$/),
    ],
    [
      "a file where a folder must be",
      () => writeFileSync(join(folder, "cdktf.out"), ""),
      "cdktf.out/stacks cannot be written (ENOTDIR); a part of its path is a file, and must be a folder\n",
    ],
  ])("%s", async (_, breakIt, sentence) => {
    breakIt();
    expect(await node(...SYNTHESIS)).toEqual({ code: 1, stdout: "", stderr: sentence });
  });
});

it("the cdktf CLI passes the sentence on, without a trace", async () => {
  change("environments/staging.ts", 'code: "stg"', "code: stg");
  const { code, stdout, stderr } = await started("npx", ["--no-install", "cdktf", "synth"]);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("environments/staging.ts:7: stg is not defined; nothing was touched");
  expect(stdout + stderr).not.toMatch(/^ +at /m);
});

it("a bug keeps its trace, and still fails", async () => {
  change(
    "model/check.ts",
    "const ground = evaluateFile(",
    'throw new TypeError("a bug");\n  const ground = evaluateFile(',
  );
  for (const { code, stderr } of await Promise.all([node(...MAIN), node(...SYNTHESIS)]))
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/TypeError: a bug\n +at checkEnvironments \(.*check\.ts:\d+:/),
    ]);
});
