import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { carryOut, planMove } from "../../../tools/deploy/move-state";
import { Terraform } from "../../../tools/terraform/terraform";
import { copyProject } from "../../support/project-copy";
import { requires } from "../../support/requires";

const AZURERM = { backend: { azurerm: { storage_account_name: "st", container_name: "c", key: "it.tfstate" } } };
const SECRET = "a value of an attribute";

/** A state with these resources of one type, each with an attribute that nobody may read. */
function state(names: readonly string[], lineage = "ours"): string {
  const resources = names.map((name) => ({
    mode: "managed",
    type: "terraform_data",
    name,
    instances: [{ attributes: { input: SECRET } }],
  }));
  return JSON.stringify({ version: 4, serial: 3, lineage, resources });
}

/** Keeps the state of the other place in a file beside it, notes how it was called, and fails as it is told to. */
const FAKE_TERRAFORM = `#!/bin/sh
echo "$@" >> calls
if [ "$1 $2" = "$FAIL_ON" ] || [ "$1" = "$FAIL_ON" ]; then echo "$FAIL_WITH" >&2; exit 1; fi
case "$1 $2" in
  "state pull") cat there ;;
  "state push") [ -n "$LOSES" ] || cat "$4" > there ;;
esac
`;

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-move-"));
  for (const folder of ["bin", "stack/.terraform", "local"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "bin", "terraform"), FAKE_TERRAFORM);
  chmodSync(join(root, "bin", "terraform"), 0o755);
  writeFileSync(note(), NOTE);
  synthesized(AZURERM);
  thereIs(state([]));
  hereIs(state(["a", "b"]));
});
afterEach(() => rmSync(root, { recursive: true }));

const synthesized = (terraform: object) =>
  writeFileSync(join(root, "stack", "cdk.tf.json"), JSON.stringify({ terraform }));
const hereIs = (text: string) => writeFileSync(join(root, "local", "terraform.tfstate"), text);
const thereIs = (text: string) => writeFileSync(join(root, "stack", "there"), text);
const there = () => readFileSync(join(root, "stack", "there"), "utf8");
const here = () => readdirSync(join(root, "local")).sort();
const calls = () =>
  readFileSync(join(root, "stack", "calls"), "utf8")
    .trim()
    .split("\n");

const plan = () =>
  planMove({ stack: "it", file: join(root, "local", "terraform.tfstate"), folder: join(root, "stack") });

/** Moves, and returns the lines of progress. */
async function move(environment: Record<string, string> = {}): Promise<string[]> {
  const lines: string[] = [];
  const terraform = new Terraform(join(root, "stack"), {
    PATH: `${join(root, "bin")}:${process.env.PATH}`,
    ...environment,
  });
  await carryOut(await plan(), terraform, (line) => lines.push(line));
  return lines;
}

const NOTE = "where the state was";
const note = () => join(root, "stack", ".terraform", "terraform.tfstate");

/** The message of the refusal; whatever it is, no value of the state is in it and nothing local has changed. */
async function refusal(doing: () => Promise<unknown> = move): Promise<string> {
  const before = here();
  const message = await doing().then(
    () => "not refused",
    (error: Error) => `${error.name}: ${error.message}`,
  );
  expect(message).not.toContain(SECRET);
  expect(here()).toEqual(before);
  expect(readFileSync(note(), "utf8")).toBe(NOTE);
  return message;
}

describe("a move", () => {
  it("prepares, looks, writes, reads back, and only then puts the local file aside", async () => {
    writeFileSync(join(root, "local", "terraform.tfstate.backup"), "");
    const lines = await move();
    expect(lines.slice(0, 3)).toEqual([
      "preparing c/it.tfstate in the storage account st",
      "writing",
      "read back: all 2 resources are there",
    ]);
    expect(lines.join()).not.toContain(SECRET);
    expect(calls()).toEqual([
      "init -no-color -input=false",
      "state pull -no-color",
      `state push -no-color ${join(root, "local", "terraform.tfstate")}`,
      "state pull -no-color",
    ]);
    expect(here()).toEqual(["terraform.tfstate.backup.moved", "terraform.tfstate.moved"]);
    expect(existsSync(note())).toBe(false);
  });

  it("keeps what was put aside before", async () => {
    writeFileSync(join(root, "local", "terraform.tfstate.moved"), "the first");
    writeFileSync(join(root, "local", "terraform.tfstate.moved-2"), "the second");
    await move();
    expect(here()).toEqual(["terraform.tfstate.moved", "terraform.tfstate.moved-2", "terraform.tfstate.moved-3"]);
    expect(readFileSync(join(root, "local", "terraform.tfstate.moved"), "utf8")).toBe("the first");
  });

  it("counts each instance of a resource, and no data", async () => {
    const instances = [{ index_key: "x" }, { index_key: 0 }, { deposed: "1f" }];
    const resource = { mode: "managed", module: "module.m", type: "t", name: "n", instances };
    const data = { ...resource, mode: "data" };
    hereIs(JSON.stringify({ version: 4, serial: 1, lineage: "ours", resources: [resource, data] }));
    expect((await plan()).addresses).toEqual(['module.m.t.n["x"]', "module.m.t.n[0]", "module.m.t.n (deposed 1f)"]);
  });

  it("goes to a new workspace of HCP Terraform too", async () => {
    synthesized({ cloud: { organization: "mmrv", workspaces: { name: "mmrv-it" } } });
    thereIs("");
    expect(await move()).toContain("preparing workspace mmrv-it of mmrv (HCP Terraform)");
  });
});

describe("a move is refused", () => {
  it("when state is still kept locally", async () => {
    synthesized({ backend: { local: { path: "terraform.tfstate" } } });
    expect(await refusal()).toMatch(
      /^UserError: it: cdktf\.json still keeps state locally, nothing was touched\n {2}next: /,
    );
  });

  it("when there is no local state, with the place where it was looked for", async () => {
    rmSync(join(root, "local", "terraform.tfstate"));
    expect(await refusal()).toMatch(
      /^UserError: it: there is no local state to move, nothing was touched; looked for .*local\/terraform\.tfstate\n {2}next: /,
    );
  });

  it("when somebody works with the local state", async () => {
    writeFileSync(join(root, "local", ".terraform.tfstate.lock.info"), "");
    expect(await refusal()).toMatch(
      /^UserError: it: somebody works with the local state, nothing was touched\n {2}next: /,
    );
  });

  it.each([
    ["holds no resources", state([])],
    ["is no state of Terraform", "{}"],
    ["is no state of Terraform", "<html>"],
  ])("when the local file %s", async (what, text) => {
    hereIs(text);
    expect(await refusal()).toContain(what);
  });

  it("when the other place holds resources, of this state or of another", async () => {
    thereIs(state(["a"], "theirs"));
    expect(await refusal()).toMatch(
      /holds 1 resources already, nothing was overwritten\n {2}next: it is another state/,
    );
    thereIs(state(["a", "b"]));
    expect(await refusal()).toMatch(
      /holds 2 resources already, nothing was overwritten\n {2}next: it is the same state/,
    );
    expect([calls().some((call) => call.startsWith("state push")), there()]).toEqual([false, state(["a", "b"])]);
  });

  it("when what is read back is not what was written", async () => {
    expect(await refusal(() => move({ LOSES: "all" }))).toMatch(
      /holds 0 resources and not the 2 that were written; the local state is as it was\n {2}missing: terraform_data\.a\n {2}missing: terraform_data\.b\n {2}next: /,
    );
  });

  it.each([
    [
      "init",
      "unexpected status 403 (403 Forbidden) with AuthorizationPermissionMismatch",
      "you may not read or write the state",
      "roles take some minutes to spread; run it again. If it stays so, are you in a group of administratorGroupObjectIds (environments/bootstrap.ts)?",
    ],
    [
      "state push",
      "Error acquiring the state lock: state blob is already locked",
      "somebody else holds the state",
      "wait until that Terraform has ended, then run it again; docs/break-the-glass.md says what to do when none runs",
    ],
    ["state pull", "something else", "Terraform refuses", "mend what it says, then run it again"],
  ])("when Terraform fails: %s, %s", async (on, says, why, next) => {
    expect(await refusal(() => move({ FAIL_ON: on, FAIL_WITH: says }))).toBe(
      [
        `UserError: it: ${why}, so it is not moved to c/it.tfstate in the storage account st; the local state is as it was`,
        `  next: ${next}`,
        `  Terraform said: ${says}`,
      ].join("\n"),
    );
  });
});

describe("mmrv move-state", () => {
  let project = "";
  beforeAll(() => {
    project = copyProject();
  });
  afterAll(() => rmSync(project, { recursive: true }));

  async function run(environment: Record<string, string>, ...args: string[]) {
    const command = promisify(execFile)(process.execPath, ["tools/cli/mmrv.mjs", "move-state", "bootstrap", ...args], {
      cwd: project,
      env: { ...process.env, ...environment },
    });
    return command.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
    );
  }

  function keepStateIn(shape: object): void {
    const file = join(project, "cdktf.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), context: { state: shape } }));
  }

  it("says that Terraform is missing", async () => {
    const { code, stderr } = await run({ PATH: join(root, "local") });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^terraform is not on the PATH; install/)]);
  });

  it("says that cdktf.json still says local", requires("terraform"), async () => {
    const { code, stderr } = await run({});
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^bootstrap: cdktf\.json still keeps state locally/)]);
  });

  it("--dry-run says from where to where, and touches nothing", requires("terraform"), async () => {
    keepStateIn({ type: "azurerm" });
    expect(await run({}, "--dry-run")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("looked for terraform.tfstate.d/bootstrap/terraform.tfstate\n"),
    });
    const folder = join(project, "terraform.tfstate.d", "bootstrap");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "terraform.tfstate"), state(["a", "b"]));
    expect(await run({}, "--dry-run")).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^bootstrap: 2 resources, from terraform\.tfstate\.d\/bootstrap\/terraform\.tfstate to bootstrap\/bootstrap\.tfstate in the storage account stmmrvstate\w+\n$/,
      ),
      stderr: "",
    });
    expect(readdirSync(folder)).toEqual(["terraform.tfstate"]);
    expect(existsSync(join(project, "cdktf.out", "stacks", "bootstrap", ".terraform"))).toBe(false);
  });
});
