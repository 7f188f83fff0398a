import { afterEach, describe, expect, it } from "vitest";
import { imagesCommand } from "../../tools/cli/images";
import { secretsCommand } from "../../tools/cli/secrets";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const content = workflow(".github/workflows/migrate.yml");
const { inputs } = content.on["workflow_dispatch"] as {
  inputs: Record<"what", { options: string[] }>;
};
const COPY = content.jobs["migrate"]?.steps?.at(-1);

let runner: Runner;
afterEach(() => runner?.remove());

describe("migrate", () => {
  it("offers commands that exist", () => {
    const commands = [imagesCommand(), secretsCommand()].flatMap((group) =>
      group.commands.map((command) => `${group.name()} ${command.name()}`),
    );
    expect(inputs.what.options.filter((one) => !commands.includes(one))).toEqual([]);
    expect(inputs.what.options.filter((one) => one.startsWith("secrets"))).toHaveLength(3);
  });

  it.each([
    ["images plan", "false", "images plan production"],
    ["secrets verify", "false", "secrets verify production"],
    ["secrets copy", "false", "secrets copy production"],
    ["secrets copy", "true", "secrets copy production --force"],
  ])("runs %s, force %s", async (what, force, command) => {
    runner = createRunner({ programs: { npx: "exit 0" } });
    const step = { ...COPY, name: "copy", run: COPY?.run ?? "" };
    const { exitCode } = await runner.run(step, { ENVIRONMENT: "production", WHAT: what, FORCE: force });
    expect(exitCode).toBe(0);
    expect(runner.calls()).toEqual([`npx mmrv ${command}`]);
  });

  it("ends as the command ends", async () => {
    runner = createRunner({ programs: { npx: "exit 1" } });
    const step = { ...COPY, name: "copy", run: COPY?.run ?? "" };
    expect(await runner.run(step, { ENVIRONMENT: "staging", WHAT: "images copy", FORCE: "false" })).toMatchObject({
      exitCode: 1,
    });
  });

  it("says at once what makes no sense", async () => {
    runner = createRunner({ env: { GITHUB_REF: "refs/heads/try" } });
    const { exitCode, said } = await runner.run(stepNamed(content, "Does it make sense"), {
      FORCE: "true",
      WHAT: "images copy",
    });
    expect(exitCode).toBe(1);
    expect(said.trim().split("\n")).toEqual([
      expect.stringContaining("start this workflow from main"),
      expect.stringContaining("force is for secrets copy only, and this is images copy"),
    ]);
  });
});
