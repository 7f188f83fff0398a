import { afterEach, describe, expect, it } from "vitest";
import { ENVIRONMENTS } from "../../environments/all";
import { gitHubEnvironmentsOf } from "../../environments/naming";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const nightly = workflow(".github/workflows/nightly.yml");
const drift = nightly.jobs["drift"] as unknown as {
  readonly environment: string;
  readonly strategy: { readonly matrix: { readonly environment: readonly string[] } };
};

let runner: Runner;
afterEach(() => runner?.remove());

describe("every night", () => {
  it("each environment is looked at, by the identity that plans it", () => {
    expect(drift.strategy.matrix.environment).toEqual(ENVIRONMENTS.map(({ name }) => name));
    for (const environment of ENVIRONMENTS)
      expect(drift.environment.replace("${{ matrix.environment }}", environment.name)).toBe(
        gitHubEnvironmentsOf(environment).plan,
      );
  });

  it("drift goes into issues, one run at a time, and is red", async () => {
    runner = createRunner({ programs: { node: "exit 1" }, env: { ARM_CLIENT_ID: "id" } });
    const given = { ENVIRONMENT: "staging", GH_TOKEN: "t" };
    expect(await runner.run(stepNamed(nightly, "Drift"), given)).toMatchObject({ exitCode: 1 });
    expect(runner.calls()).toEqual(["node --import tsx tools/cli/mmrv.ts drift staging --issues"]);
    expect(nightly.concurrency).toEqual({ group: "nightly", "cancel-in-progress": false });
  });

  it("an environment that is not set up yet is named in a warning", async () => {
    runner = createRunner({ programs: { node: "exit 1" }, env: { ARM_CLIENT_ID: "" } });
    const given = { ENVIRONMENT: "production", GH_TOKEN: "t" };
    expect(await runner.run(stepNamed(nightly, "Drift"), given)).toMatchObject({
      exitCode: 0,
      said: "::warning::could not run: drift of production: the GitHub environment production-plan has no AZURE_CLIENT_ID (npm run mmrv -- pipeline variables production)\n",
    });
    expect(runner.calls()).toEqual([]);
  });

  it("what has expired is red", () => {
    expect(nightly.jobs["review"]?.steps?.at(-1)?.run).toBe("npm run --silent mmrv -- review");
  });
});
