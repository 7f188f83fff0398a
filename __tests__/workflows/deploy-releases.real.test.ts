import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { sha256 } from "../support/small-stack";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner } from "../support/workflow-steps";

const deploy = workflow(".github/workflows/deploy.yml");
const jobs = deploy.jobs as Record<string, { environment?: string; if?: string; permissions?: object }>;

/** Compares as $TEXT and ends with $CODE; what writes Markdown is the program itself. */
const NODE = `if [[ $2 == pipeline ]]; then exec ${process.execPath} ${process.cwd()}/"$@"; fi
while (($# > 0)); do [[ $1 == --text ]] && printf '%b' "$TEXT" >"$2"; shift; done; exit "$CODE"`;
const GIVEN = { BACK_TO: "", ENVIRONMENT: "staging", GH_TOKEN: "t" };
const COMMIT = "c0ffee".padEnd(40, "0");

let runner: Runner | undefined;
afterEach(() => runner?.remove());

const show = (env: Record<string, string>, given = {}) => {
  runner = createRunner({ programs: { node: NODE }, env });
  return runner.run(stepNamed(deploy, "Compare"), { ...GIVEN, ...given });
};
const move = (code: string, given = {}) => {
  runner = createRunner({ programs: { node: `echo "$GIT_SSH_COMMAND"; exit ${code}` } });
  const step = stepNamed(deploy, "Compare again, and move the branch only as it was approved");
  return runner.run(step, { ...GIVEN, APPROVED: "0".repeat(64), ...given });
};

describe("what Flux delivers", () => {
  it("is no stack: either is planned and applied, or compared and moved", () => {
    expect(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.if]))).toEqual({
      choose: undefined,
      plan: "needs.choose.outputs.releases != 'true'",
      apply: "needs.plan.outputs.changes == 'true'",
      show: "needs.choose.outputs.releases == 'true'",
      move: "needs.show.outputs.changes == 'true'",
    });
  });

  it("is compared by a job that may read alone, and moved after an approval by a key that no other job has", () => {
    expect([jobs["show"]?.permissions, jobs["move"]?.permissions]).toEqual([
      { contents: "read" },
      { contents: "read" },
    ]);
    expect([jobs["show"]?.environment, jobs["move"]?.environment]).toEqual([
      undefined,
      "${{ needs.choose.outputs.deploy }}",
    ]);
    const { move: ofMove, ...others } = deploy.jobs;
    expect(JSON.stringify(ofMove)).toContain("secrets.DEPLOYED_BRANCH_KEY");
    expect(JSON.stringify(others)).not.toContain("DEPLOYED_BRANCH_KEY");
  });

  it("is shown of the commit that the run is of, with the sum of the text", async () => {
    const { exitCode, outputs, summary } = await show({ CODE: "2", TEXT: "a difference\\n" });
    expect([exitCode, outputs]).toEqual([0, { changes: "true", sha256: sha256("a difference\n") }]);
    expect(summary).toBe(
      `### staging-releases\n\n\`\`\`text\na difference\n\`\`\`\n\nsha256:${sha256("a difference\n")}\n`,
    );
    expect(runner?.calls()).toEqual([
      `node tools/cli/mmrv.mjs gitops diff staging --ref=${COMMIT} --text plans/staging-releases.txt`,
      "node tools/cli/mmrv.mjs pipeline block plans/staging-releases.txt",
    ]);
  });

  it("ends with a line when nothing changes, and red when it cannot be rendered", async () => {
    const { exitCode, outputs, said } = await show({ CODE: "0", TEXT: "nothing\\n" });
    expect([exitCode, outputs["changes"]]).toEqual([0, "false"]);
    expect(said).toContain("::notice::staging: nothing changes on the cluster, so nothing is deployed\n");
    runner?.remove();
    expect(await show({ CODE: "1", TEXT: "" })).toMatchObject({ exitCode: 1, outputs: {} });
  });

  it("is moved only as it was approved, and back only where somebody said so", async () => {
    const { exitCode, said } = await move("0");
    expect([exitCode, said]).toEqual([
      0,
      `ssh -i ${runner?.temp}/key -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=${runner?.temp}/known_hosts\n`,
    ]);
    const command = "node tools/cli/mmrv.mjs gitops deploy staging";
    expect(runner?.calls()).toEqual([`${command} --ref=${COMMIT} --expect ${"0".repeat(64)}`]);
    runner?.remove();
    expect(await move("1", { BACK_TO: "--x" })).toMatchObject({ exitCode: 1 });
    expect(runner?.calls()).toEqual([`${command} --ref=--x --expect ${"0".repeat(64)} --back`]);
    runner?.remove();
    await show({ CODE: "2", TEXT: "" }, { BACK_TO: "abc" });
    expect(runner?.calls()[0]).toBe(
      "node tools/cli/mmrv.mjs gitops diff staging --ref=abc --text plans/staging-releases.txt --back",
    );
  });

  it("takes no commit to go back to for a stack", async () => {
    const step = stepNamed(deploy, "Only releases go back by themselves");
    expect(step.if).toBe("inputs.back-to != '' && steps.stack.outputs.releases != 'true'");
    runner = createRunner();
    expect(await runner.run(step)).toMatchObject({ exitCode: 1, said: expect.stringMatching(/^::error::back-to is /) });
  });
});

describe("the key that moves the branch", () => {
  const take = (KEY: string) => {
    const programs = { gh: "echo 'github.com ssh-ed25519 AAAA'", git: "" };
    runner = createRunner({ programs });
    return runner.run(stepNamed(deploy, "Take the key that moves the branch"), {
      ENVIRONMENT: "staging",
      GH_TOKEN: "t",
      KEY,
    });
  };

  it("is for its owner alone, goes to a host that GitHub names, and is gone at the end", async () => {
    expect(await take("a key")).toMatchObject({ exitCode: 0, said: "" });
    const key = join(runner?.temp ?? "", "key");
    expect([readFileSync(key, "utf8"), statSync(key).mode & 0o777]).toEqual(["a key\n", 0o600]);
    expect(readFileSync(join(runner?.temp ?? "", "known_hosts"), "utf8")).toBe("github.com ssh-ed25519 AAAA\n");
    expect(runner?.calls()).toEqual([
      'gh api meta --jq .ssh_keys[] | "github.com " + .',
      "git remote set-url --push origin git@github.com:acme/backend.git",
    ]);
    const step = stepNamed(deploy, "Forget the key");
    expect(step.if).toBe("always()");
    writeFileSync(key, "a key");
    await runner?.run(step);
    expect(existsSync(key)).toBe(false);
  });

  it("is asked for by its name when the environment has none", async () => {
    expect(await take("")).toMatchObject({
      exitCode: 1,
      said: "::error::this job's GitHub environment has no DEPLOYED_BRANCH_KEY: npx mmrv pipeline protect staging prints what makes it\n",
    });
  });
});
