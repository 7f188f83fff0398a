import { afterEach, describe, expect, it } from "vitest";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const nightly = workflow(".github/workflows/nightly.yml");

let runner: Runner;
afterEach(() => runner?.remove());

describe("every night", () => {
  it("drift goes into issues, one run at a time, and is red", async () => {
    runner = createRunner({ programs: { node: "exit 1" }, env: { ARM_CLIENT_ID: "id" } });
    const given = { ENVIRONMENT: "staging", GH_TOKEN: "t" };
    expect(await runner.run(stepNamed(nightly, "Drift"), given)).toMatchObject({ exitCode: 1 });
    expect(runner.calls()).toEqual(["node tools/cli/mmrv.mjs drift staging --issues"]);
    expect(nightly.concurrency).toEqual({ group: "nightly", "cancel-in-progress": false });
  });

  it("an environment that is not set up yet is named in a warning", async () => {
    runner = createRunner({ programs: { node: "exit 1" }, env: { ARM_CLIENT_ID: "" } });
    const given = { ENVIRONMENT: "production", GH_TOKEN: "t" };
    expect(await runner.run(stepNamed(nightly, "Drift"), given)).toMatchObject({
      exitCode: 0,
      said: "::warning::could not run: drift of production: the GitHub environment production-plan has no AZURE_CLIENT_ID (npx mmrv pipeline variables production)\n",
    });
    expect(runner.calls()).toEqual([]);
  });

  it("what has expired is red", () => {
    expect(nightly.jobs["review"]?.steps?.at(-1)?.run).toBe("npx mmrv review");
  });
});
