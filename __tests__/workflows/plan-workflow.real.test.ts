import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const plan = workflow(".github/workflows/plan.yml");

/** A program that plans as it is told to: the text by $TEXT, the exit code by $CODE. */
const NODE = `while (($# > 0)); do [[ $1 == --text ]] && printf '%b' "$TEXT" >"$2"; shift; done; exit "$CODE"`;
/** A GitHub with or without a comment, which keeps what it is sent. */
const GH = `[[ $* == *--paginate* ]] && printf '%s' "$COMMENTS"; [[ $* == *comment.md* ]] && cp comment.md "$RUNNER_TEMP/sent"; exit 0`;

let runner: Runner;
afterEach(() => runner?.remove());
const written = (name: string) => readFileSync(join(runner.workspace, "plans", name), "utf8");

describe("a plan on a pull request", () => {
  const step = stepNamed(plan, "Plan");
  const job = { ARM_CLIENT_ID: "id", CODE: "2", TEXT: "Plan: 1 to add.\\n" };
  const stackOf = (environment: string, stack: string, aws = false) => ({ stack, environment, aws });
  const HERE = [stackOf("staging", "staging-infra"), stackOf("production", "production-infra")];
  const values = { AWS_ROLE: "", ENVIRONMENT: "staging", HERE: JSON.stringify(HERE) };
  const run = (env: Record<string, string> = {}, more: Record<string, string> = {}) => {
    runner = createRunner({ programs: { node: NODE }, env: { ...job, ...env } });
    return runner.run(step, { ...values, ...more });
  };

  it("gets its token from a name that stands in the workflow: the pull request's code can only take one away", () => {
    const job = plan.jobs["plan"] as { environment?: string; strategy?: { matrix?: object } };
    expect(job.environment).toBe("${{ matrix.environment }}-plan");
    expect(job.strategy?.matrix).toEqual({
      environment: expect.arrayContaining([expect.stringMatching(/^[a-z]+$/)]),
      exclude: "${{ fromJSON(needs.changed.outputs.unchanged) }}",
    });
    const named = Object.values(plan.jobs).flatMap((one) => (one as { environment?: string }).environment ?? []);
    expect(named).toEqual([job.environment]);
  });

  it("is made of every stack of its environment, and one that fails stops no other", async () => {
    const both = JSON.stringify([...HERE, stackOf("staging", "staging-aws-access", true)]);
    expect(await run({ CODE: "1" }, { HERE: both, AWS_ROLE: "arn" })).toMatchObject({ exitCode: 1 });
    expect(runner.calls()).toEqual(
      ["staging-infra", "staging-aws-access"].map(
        (stack) => `node tools/cli/mmrv.mjs plan ${stack} --read-only --text plans/${stack}.txt`,
      ),
    );
  });

  it("reads only, and keeps the text and its sum", async () => {
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(runner.calls()).toEqual([
      "node tools/cli/mmrv.mjs plan staging-infra --read-only --text plans/staging-infra.txt",
    ]);
    expect([written("staging-infra.txt"), written("staging-infra.outcome")]).toEqual([
      "Plan: 1 to add.\n",
      "Plan: 1 to add.\n",
    ]);
  });

  it.each([
    [
      "without changes",
      "0",
      "No changes. Your infrastructure matches.\\n",
      "No changes. Your infrastructure matches.\n",
    ],
    ["with changes to outputs alone", "2", "Changes to Outputs:\\n", "changes to outputs\n"],
  ])("is green %s", async (_, CODE, TEXT, outcome) => {
    expect(await run({ CODE, TEXT })).toMatchObject({ exitCode: 0 });
    expect(written("staging-infra.outcome")).toBe(outcome);
  });

  it("is red when it fails or is refused", async () => {
    expect(await run({ CODE: "1" })).toMatchObject({ exitCode: 1 });
    expect(written("staging-infra.outcome")).toBe("failed, or refused by the plan guard\n");
  });

  it.each([
    ["an Azure login", { ARM_CLIENT_ID: "" }, {}, "AZURE_CLIENT_ID (npx mmrv pipeline variables staging)"],
    [
      "an AWS login that it needs",
      {},
      { HERE: JSON.stringify([stackOf("staging", "staging-infra", true)]) },
      "AWS_ROLE_ARN (docs/pipelines.md)",
    ],
  ])("says in a line that it has not %s, and ends green", async (_, env, more, missing) => {
    const { exitCode, said } = await run(env, more);
    const line = `not planned: the GitHub environment staging-plan has no ${missing}`;
    expect([exitCode, said]).toEqual([0, `::notice::staging-infra: ${line}\n`]);
    expect([runner.calls(), written("staging-infra.outcome")]).toEqual([[], `${line}\n`]);
  });
});

describe("what a pull request changes", () => {
  it("is a list of all stacks, and one of those that are planned at once; a failure is no empty list", async () => {
    const STACKS =
      '[{"stack":"a","environment":"staging","planned":"pullRequest"},{"stack":"b","environment":"production","planned":"afterMerge"}]';
    const ENVIRONMENTS = "staging production";
    const env = { STACKS, ENVIRONMENTS, CODE: "0" };
    runner = createRunner({ programs: { node: 'printf "%s\\n" "$STACKS"; exit "$CODE"' }, env });
    expect((await runner.run(stepNamed(plan, "Compare"))).outputs).toEqual({
      stacks: STACKS,
      here: '[{"stack":"a","environment":"staging","planned":"pullRequest"}]',
      unchanged: '[{"environment":"production"}]',
    });
    runner.remove();
    runner = createRunner({ programs: { node: "echo some words; exit 1" } });
    expect(await runner.run(stepNamed(plan, "Compare"))).toMatchObject({ exitCode: 1, outputs: {} });
  });

  it("is nothing of a fork's, and nothing of Dependabot's", () => {
    const { changed, unplanned } = plan.jobs as Record<string, { if?: string; permissions?: object }>;
    const [isFork, isBot] = [
      "github.event.pull_request.head.repo.full_name != github.repository",
      "github.event.pull_request.user.login == 'dependabot[bot]'",
    ];
    expect([unplanned?.if, unplanned?.permissions]).toEqual([`${isFork} || ${isBot}`, {}]);
    expect(changed?.if).toBe(`${isFork.replace("!=", "==")} && ${isBot.replace("==", "!=")}`);
  });
});

describe("the comment", () => {
  const STACKS = [
    { stack: "staging-infra", planned: "pullRequest" },
    { stack: "production-infra", planned: "pullRequest" },
    { stack: "staging-backend", planned: "afterMerge" },
    { stack: "production-backend", planned: "onceAnswered" },
    { stack: "staging-old", planned: "removed" },
    { stack: "bootstrap", planned: "byOwner" },
  ];
  const given = { GH_TOKEN: "t", HEAD_SHA: "c0ffee", NUMBER: "7", RUN: "https://run" };
  const NODE = `exec ${process.execPath} ${process.cwd()}/"$@"`;
  const comment = async (stacks: object[], COMMENTS = "", plans: Record<string, string> = {}) => {
    runner = createRunner({ programs: { gh: GH, node: NODE }, env: { COMMENTS } });
    mkdirSync(join(runner.workspace, "plans"));
    for (const [name, text] of Object.entries(plans)) writeFileSync(join(runner.workspace, "plans", name), text);
    const result = await runner.run(stepNamed(plan, "Comment"), { ...given, STACKS: JSON.stringify(stacks) });
    expect(result).toMatchObject({ exitCode: 0, said: "" });
  };
  const sent = () => readFileSync(join(runner.temp, "sent"), "utf8");

  it("is written by what was merged, and quotes the plans", async () => {
    await comment(STACKS, "", { "staging-infra.outcome": "Plan: 1 to add.\n", "staging-infra.txt": "a plan\n" });
    expect(sent()).toContain(
      "**staging-infra**: `Plan: 1 to add.`\n\n<details><summary>plan</summary>\n\n```text\na plan\n",
    );
    expect(runner.calls().at(-1)).toMatch(/^gh api --method POST repos\/acme\/backend\/issues\/7\/comments /);
    const [checkout, program] = plan.jobs["comment"]?.steps ?? [];
    expect([checkout?.with?.["ref"], program?.uses]).toEqual(["main", "./.github/actions/program"]);
  });

  it("takes the place of the one before", async () => {
    await comment(STACKS, "11\n12\n");
    expect(runner.calls().at(-1)).toMatch(/^gh api --method PATCH repos\/acme\/backend\/issues\/comments\/11 /);
    await comment([], "11\n");
    expect(sent()).toBe("<!-- mmrv plan -->\nNo stack changes with `c0ffee`.\n\n");
  });

  it("is not made where no stack changes", async () => {
    await comment([]);
    expect(runner.calls().filter((call) => call.startsWith("gh"))).toHaveLength(1);
  });
});
