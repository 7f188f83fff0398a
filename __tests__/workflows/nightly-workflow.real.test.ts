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

  it("every state is copied, by the identity that does nothing else", async () => {
    runner = createRunner({ programs: { node: "exit 1" }, env: { ARM_CLIENT_ID: "id" } });
    expect(await runner.run(stepNamed(nightly, "Copy"), {})).toMatchObject({ exitCode: 1 });
    expect(runner.calls()).toEqual(["node tools/cli/mmrv.mjs state copy"]);
    expect(nightly.jobs["states"]).toMatchObject({
      environment: "state-copy",
      permissions: { contents: "read", "id-token": "write" },
    });
  });

  it("where nobody has set up the copy, a warning says so", async () => {
    runner = createRunner({ programs: { node: "exit 1" }, env: { ARM_CLIENT_ID: "" } });
    expect(await runner.run(stepNamed(nightly, "Copy"), {})).toMatchObject({
      exitCode: 0,
      said: "::warning::could not run: no state was copied: the GitHub environment state-copy has no AZURE_CLIENT_ID (npx mmrv pipeline variables ENVIRONMENT)\n",
    });
    expect(runner.calls()).toEqual([]);
  });

  it.each([
    [0, "ready 13 of 13: 0 missing, 0 unknown", 0, ""],
    [
      2,
      "ready 3 of 13: 8 missing, 2 unknown",
      0,
      "::warning::failover of production: ready 3 of 13: 8 missing, 2 unknown\n",
    ],
    [1, "", 1, ""],
  ])(
    "readiness for a failover that ends with %i is a number, and red when nobody could say it",
    async (code, said, exitCode, warning) => {
      runner = createRunner({ programs: { node: `printf '%s\\n' "1. a step" "${said}"; exit ${code}` } });
      const ended = await runner.run(stepNamed(nightly, "Readiness"), { ENVIRONMENT: "production" });
      expect([ended.exitCode, ended.said]).toEqual([exitCode, `1. a step\n${said}\n${warning}`]);
      expect(runner.calls()).toEqual(["node tools/cli/mmrv.mjs failover plan production"]);
    },
  );

  it("readiness is not asked where no environment has a standby", async () => {
    runner = createRunner({ programs: { node: "exit 1" } });
    expect(await runner.run(stepNamed(nightly, "Readiness"), { ENVIRONMENT: "none" })).toMatchObject({ exitCode: 0 });
    expect(runner.calls()).toEqual([]);
  });

  it("what has expired is red", () => {
    expect(nightly.jobs["review"]?.steps?.at(-1)?.run).toBe("npx mmrv review");
  });
});
