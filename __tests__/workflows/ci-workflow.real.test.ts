import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { TOOLS, type Tool } from "../../tools/setup/tools";
import { stepNamed, stepsOf, workflow, workflows } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const ci = workflow(".github/workflows/ci.yml");

let runner: Runner;
afterEach(() => runner?.remove());

describe("the check of a pull request", () => {
  it("is the one that a clean machine runs, and can neither write nor log in anywhere", () => {
    expect(ci.jobs["check"]?.steps?.at(-1)?.run).toBe(".ci/run");
    expect(ci.jobs["check"]?.permissions).toEqual({ contents: "read" });
    expect(ci.jobs["oldest-node"]?.permissions).toEqual({ contents: "read" });
    expect(Object.keys(ci.jobs)).toEqual(["check", "history", "oldest-node"]);
    expect(ci.jobs["history"]?.permissions).toEqual({ contents: "read" });
  });

  it("has root install what npm run tools leaves to root, and goes on with a warning when it cannot", async () => {
    const step = stepNamed(ci, "Install what npm run tools installs as root only");
    const packages = Object.values<Tool>(TOOLS).flatMap(({ source }) => (source.by === "debian" ? source.package : []));
    runner = createRunner({ programs: { sudo: "" } });
    expect(await runner.run(step)).toMatchObject({ exitCode: 0, said: "" });
    expect(runner.calls().at(-1)).toBe(`sudo apt-get install -qq --yes --no-install-recommends ${packages.join(" ")}`);
    runner.remove();
    runner = createRunner({ programs: { sudo: "exit 100" } });
    expect(await runner.run(step)).toMatchObject({
      exitCode: 0,
      said: `::warning::not installed: ${packages.join(", ")}\n`,
    });
  });

  it("compares with what was there before, and with nothing on the very first push", async () => {
    const step = stepNamed(ci, "No step that was taken is changed, and none is jumped");
    runner = createRunner({ programs: { node: "" } });
    const of = (BASE: string) => runner.run(step, { BASE });
    expect(await of("HEAD^1")).toMatchObject({ exitCode: 0, said: "" });
    expect(runner.calls()).toEqual([
      "node tools/cli/mmrv.mjs cutover history HEAD^1",
      "node tools/cli/mmrv.mjs handover check --base HEAD^1",
    ]);
    expect(await of("0".repeat(40))).toMatchObject({
      exitCode: 0,
      said: "::notice::nothing was there before this push\n",
    });
    expect(runner.calls()).toHaveLength(2);
    const [checkout] = ci.jobs["history"]?.steps ?? [];
    expect(checkout?.with).toMatchObject({ "fetch-depth": 0 });
  });

  it.each(["cutover", "handover"])("asks both when %s finds something, and fails", async (which) => {
    const step = stepNamed(ci, "No step that was taken is changed, and none is jumped");
    runner = createRunner({ programs: { node: `[[ $2 != ${which} ]]` } });
    expect(await runner.run(step, { BASE: "HEAD^1" })).toMatchObject({ exitCode: 1 });
    expect(runner.calls()).toHaveLength(2);
  });

  it("tries the oldest Node.js that package.json promises", () => {
    const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
    const steps = ci.jobs["oldest-node"]?.steps ?? [];
    const setup = steps.find(({ uses }) => uses?.startsWith("actions/setup-node@"));
    expect(engines.node).toBe(`>=${setup?.with?.["node-version"]}`);
  });

  it("uses the Terraform that every other workflow uses, without its wrapper", () => {
    const setups = workflows
      .flatMap(({ content }) => stepsOf(content))
      .filter(({ uses }) => uses?.startsWith("hashicorp/setup-terraform@"));
    expect(setups.length).toBeGreaterThan(4);
    for (const setup of setups) expect(setup.with).toEqual({ terraform_version: "1.11.4", terraform_wrapper: false });
    expect(readFileSync(".nvmrc", "utf8").trim()).toMatch(/^22\.\d+\.\d+$/);
  });
});
