import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { stepNamed, stepsOf, workflow, workflows } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const ci = workflow(".github/workflows/ci.yml");

let runner: Runner;
afterEach(() => runner?.remove());

describe("the check of a pull request", () => {
  it("is the one that a clean machine runs, and can neither write nor log in anywhere", () => {
    expect(ci.jobs["check"]?.steps?.at(-1)?.run).toBe(".ci/run");
    expect(ci.jobs["check"]?.permissions).toEqual({ contents: "read" });
    expect(Object.keys(ci.jobs)).toEqual(["check"]);
  });

  it("goes on without what cannot be installed, with a warning", async () => {
    const step = stepNamed(ci, "Install the servers of the tests");
    runner = createRunner({ programs: { sudo: "exit 100" } });
    expect(await runner.run(step)).toMatchObject({
      exitCode: 0,
      said: "::warning::not installed: etcd-server, docker-registry, skopeo\n",
    });
  });

  it("uses the Terraform that every other workflow uses, without its wrapper", () => {
    const setups = workflows
      .flatMap(({ content }) => stepsOf(content))
      .filter(({ uses }) => uses?.startsWith("hashicorp/setup-terraform@"));
    expect(setups.length).toBeGreaterThan(4);
    for (const setup of setups) expect(setup.with).toEqual({ terraform_version: "1.11.4", terraform_wrapper: false });
    expect(readFileSync(".nvmrc", "utf8").trim()).toMatch(/^20\.\d+\.\d+$/);
  });
});
