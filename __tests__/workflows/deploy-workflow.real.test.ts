import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sha256 } from "../support/small-stack";
import { type Step, stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const deploy = workflow(".github/workflows/deploy.yml");

/** What a step is given where GitHub guards what the stack trusts. */
const PROTECTED = { GH_TOKEN: "t", UNPROTECTED_BECAUSE: "" };

let runner: Runner | undefined;
afterEach(() => runner?.remove());

/** Plans $TEXT and ends with $CODE; what writes Markdown is the program itself. */
const NODE = `if [[ $2 == pipeline ]]; then exec ${process.execPath} ${process.cwd()}/"$@"; fi
while (($# > 0)); do [[ $1 == --text ]] && printf '%b' "$TEXT" >"$2"; shift; done; exit "$CODE"`;

function run(step: Step & { readonly run: string }, env: Record<string, string>, values: Record<string, string> = {}) {
  runner = createRunner({ programs: { node: NODE }, env: { STACK: "staging-infra", ...env } });
  return runner.run(step, values);
}
/** A step of one of the two jobs, which share most of them. */
const stepOf = (job: string, name: string) => {
  const step = deploy.jobs[job]?.steps?.find((one) => one.name === name);
  if (step?.run === undefined) throw new Error(`${job} has no step ${name}`);
  return { ...step, run: step.run };
};

describe("what can be deployed", () => {
  it("is what was merged", async () => {
    const step = stepNamed(deploy, "From main only");
    expect(step.if).toBe("github.ref != 'refs/heads/main'");
    expect(await run(step, {})).toMatchObject({ exitCode: 1, said: expect.stringMatching(/^::error::.*from main\n$/) });
    expect(deploy.jobs["choose"]?.steps?.[0]?.name).toBe("From main only");
  });

  it("is asked of the program, and a refusal ends the run", async () => {
    const step = stepNamed(deploy, "Who plans and deploys it, and where");
    runner = createRunner({ programs: { node: "printf 'runner=it\\nplan-in=staging-plan\\n'" } });
    const given = { STACK: "staging-infra" };
    expect((await runner.run(step, given)).outputs).toEqual({ runner: "it", "plan-in": "staging-plan" });
    runner.remove();
    runner = createRunner({ programs: { node: "echo no >&2; exit 1" } });
    expect(await runner.run(step, given)).toMatchObject({ exitCode: 1, outputs: {} });
  });
});

describe("one deployment of a stack", () => {
  it("is planned by whom the program says and applied after an approval", () => {
    const { apply, plan } = deploy.jobs as Record<string, { environment?: string; if?: string }>;
    expect([plan?.environment, apply?.environment]).toEqual([
      "${{ needs.choose.outputs.plan-in }}",
      "${{ needs.choose.outputs.deploy }}",
    ]);
    expect(apply?.if).toBe("needs.plan.outputs.changes == 'true'");
    expect(deploy.concurrency).toEqual({ group: "deploy-${{ inputs.stack }}", "cancel-in-progress": false });
  });

  it.each([
    ["an Azure login", { ARM_CLIENT_ID: "" }, "false", "AZURE_CLIENT_ID"],
    ["an AWS login", { ARM_CLIENT_ID: "id" }, "true", "AWS_ROLE_ARN"],
    ["either", { ARM_CLIENT_ID: "" }, "true", "AZURE_CLIENT_ID AWS_ROLE_ARN"],
  ])("says at its start that it has not %s", async (_, env, AWS, missing) => {
    const given = { AWS, AWS_ROLE: "", ENVIRONMENT: "staging" };
    expect(await run(stepOf("plan", "Is this environment set up"), env, given)).toMatchObject({
      exitCode: 1,
      said: `::error::this job's GitHub environment has no ${missing}: npx mmrv pipeline variables staging prints what sets it\n`,
    });
  });

  it("goes on where it has both", async () => {
    const given = { AWS: "true", AWS_ROLE: "arn", ENVIRONMENT: "staging" };
    const step = stepOf("apply", "Is this environment set up");
    expect(await run(step, { ARM_CLIENT_ID: "id" }, given)).toMatchObject({ exitCode: 0, said: "" });
  });

  it("shows its plan and hands on the sum of the text", async () => {
    const step = stepOf("plan", "Plan");
    const { exitCode, outputs, summary } = await run(step, { CODE: "2", TEXT: "a plan\\n" }, PROTECTED);
    expect([exitCode, outputs]).toEqual([0, { changes: "true", sha256: sha256("a plan\n") }]);
    expect(summary).toBe(`### staging-infra\n\n\`\`\`text\na plan\n\`\`\`\n\nsha256:${sha256("a plan\n")}\n`);
    expect(runner?.calls()).toEqual([
      "node tools/cli/mmrv.mjs plan staging-infra --read-only --text plans/staging-infra.txt",
      "node tools/cli/mmrv.mjs pipeline block plans/staging-infra.txt",
    ]);
  });

  it("shows values that would end their block and go on as a summary of their own, as text", async () => {
    const forged = "  + tag = x\\r\\n`````````````\\n## No changes\\n<!-- \\u2028``````````````text\\n";
    const { exitCode, summary } = await run(stepOf("plan", "Plan"), { CODE: "2", TEXT: forged }, PROTECTED);
    expect(exitCode).toBe(0);
    const fence = "`".repeat(15);
    expect(summary).toMatch(
      new RegExp(`^### staging-infra\n\n${fence}text\n  \\+ tag = x\\\\r\n[^]*\n${fence}\n\nsha256:`),
    );
    expect(summary.split("\n").filter((line) => line.startsWith(fence))).toHaveLength(2);
    expect(summary).not.toMatch(/[\r\u2028]/);
  });

  it("hands on why somebody goes on without protection, to the plan that is approved and to the one that is applied", async () => {
    const because = { ...PROTECTED, UNPROTECTED_BECAUSE: "one person; $(touch owned)" };
    await run(stepOf("plan", "Plan"), { CODE: "2", TEXT: "a plan\\n" }, because);
    const option = "--unprotected-because=one person; $(touch owned)";
    expect(runner?.calls()[0]).toBe(
      `node tools/cli/mmrv.mjs plan staging-infra --read-only --text plans/staging-infra.txt ${option}`,
    );
    runner?.remove();
    const given = { ...because, APPROVED: "0".repeat(64) };
    await run(stepOf("apply", "Plan again, and only what was approved"), { CODE: "2", TEXT: "" }, given);
    expect(runner?.calls()[0]).toMatch(/ --out \S+\/plan --unprotected-because=one person; \$\(touch owned\)$/);
    for (const job of ["plan", "apply"]) expect(deploy.jobs[job]?.permissions).toMatchObject({ actions: "read" });
  });

  it("ends with a line when nothing changes, and red when it cannot be planned", async () => {
    const { exitCode, outputs, said } = await run(
      stepOf("plan", "Plan"),
      { CODE: "0", TEXT: "No changes.\\n" },
      PROTECTED,
    );
    expect([exitCode, outputs["changes"]]).toEqual([0, "false"]);
    expect(said).toContain("::notice::staging-infra: no changes, so nothing is deployed\n");
    runner?.remove();
    expect(await run(stepOf("plan", "Plan"), { CODE: "1", TEXT: "" }, PROTECTED)).toMatchObject({
      exitCode: 1,
      outputs: {},
    });
  });

  it("cuts a plan of megabytes for the summary", async () => {
    const step = stepOf("plan", "Plan");
    const NODE_LONG = `${NODE.split("\n")[0]}
while (($# > 0)); do [[ $1 == --text ]] && head --bytes 3000000 /dev/zero | tr '\\0' x >"$2"; shift; done; exit 2`;
    runner = createRunner({ programs: { node: NODE_LONG }, env: { STACK: "staging-addons" } });
    const { exitCode, summary } = await runner.run(step, PROTECTED);
    expect(exitCode).toBe(0);
    expect(summary).toContain("\n\nCut; the whole text is in the artifact of the run.\n");
    expect(summary.length).toBeLessThan(1_048_576);
  });

  it("applies only the plan that was approved", async () => {
    const step = stepOf("apply", "Plan again, and only what was approved");
    const given = { ...PROTECTED, APPROVED: "0".repeat(64) };
    expect(await run(step, { CODE: "2", TEXT: "" }, given)).toMatchObject({ exitCode: 0 });
    expect(runner?.calls()).toEqual([
      `node tools/cli/mmrv.mjs plan staging-infra --expect ${given.APPROVED} --out ${runner?.temp}/plan`,
    ]);
    for (const CODE of ["0", "1"]) {
      runner?.remove();
      expect(await run(step, { CODE, TEXT: "" }, given)).toMatchObject({ exitCode: 1 });
    }
  });

  it("leaves no plan on the machine, and no shell between a signal and Terraform", async () => {
    const { steps = [] } = deploy.jobs["apply"] ?? {};
    const [apply, forget] = steps.slice(-2);
    expect([apply?.run, forget?.if]).toEqual([
      'exec node tools/cli/mmrv.mjs apply "$STACK" "$RUNNER_TEMP/plan"',
      "always()",
    ]);
    runner = createRunner();
    writeFileSync(join(runner.temp, "plan"), "values in clear");
    expect(await runner.run(stepOf("apply", "Forget the plan"))).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(runner.temp, "plan"))).toBe(false);
  });

  it("lets Helm log in with a token that no argument shows", async () => {
    const programs = { az: "echo a-token", helm: 'cat >"$RUNNER_TEMP/stdin"' };
    runner = createRunner({ programs });
    const step = stepOf("apply", "Let Helm pull charts from our registry");
    expect(await runner.run(step, { REGISTRY: "crmmrvprdk3m7" })).toMatchObject({ exitCode: 0, said: "" });
    expect(runner.calls().sort()).toEqual([
      "az acr login --name crmmrvprdk3m7 --expose-token --query accessToken --output tsv",
      "helm registry login crmmrvprdk3m7.azurecr.io --username 00000000-0000-0000-0000-000000000000 --password-stdin",
    ]);
    expect(readFileSync(join(runner.temp, "stdin"), "utf8")).toBe("a-token\n");
  });
});
