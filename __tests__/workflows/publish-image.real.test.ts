import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner, type RunnerOptions } from "../support/workflow-steps";

const content = workflow(".github/workflows/publish-image.yml");
const SHA = "c0ffee".padEnd(40, "0");
const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;

let runner: Runner;
afterEach(() => runner?.remove());
/** One step of the workflow, on a runner of its own. */
async function run(name: string, values: Readonly<Record<string, string>>, options: RunnerOptions = {}) {
  runner = createRunner(options);
  return runner.run(stepNamed(content, name), values);
}

describe("before anything starts, publish-image", () => {
  const complete = {
    APPLICATION: "backend",
    ENVIRONMENT: "staging",
    BUILD_ARGS: `COMMIT=${SHA}\nNEXT_PUBLIC_NAME=MMRV\n`,
    WORKFLOW_REF: `acme/infrastructure/.github/workflows/publish-image.yml@${"a".repeat(40)}`,
    AZURE_CLIENT_ID: "client",
    AZURE_TENANT_ID: "tenant",
    AZURE_SUBSCRIPTION_ID: "subscription",
    REGISTRY: "crmmrvstgk3m7",
    MMRV_APP_CLIENT_ID: "app",
    HAS_APP_KEY: "true",
    AWS_ROLE_ARN: "",
    AWS_REGION: "",
    ECR_REPOSITORY: "",
  };
  const check = (change: Partial<typeof complete>, env = {}) =>
    run("check", { ...complete, ...change }, { env: { APPLICATIONS: "backend frontend", ...env } });

  it("lets pass what is complete", async () => {
    expect(await check({})).toMatchObject({ exitCode: 0, said: "" });
  });

  it("lets pass what goes to ECR as well", async () => {
    const ecr = { AWS_ROLE_ARN: "arn:aws:iam::1:role/push", AWS_REGION: "us-east-1", ECR_REPOSITORY: "host/backend" };
    expect(await check(ecr)).toMatchObject({ exitCode: 0, said: "" });
  });

  it("says every fault at once", async () => {
    const { exitCode, said } = await check(
      { APPLICATION: "worker", REGISTRY: "", HAS_APP_KEY: "false", AWS_REGION: "us-east-1" },
      { GITHUB_REF: "refs/heads/try" },
    );
    expect(exitCode).toBe(1);
    expect(said.trim().split("\n")).toEqual([
      expect.stringContaining("::error::application must be one of backend frontend, got worker"),
      expect.stringContaining("published from main, and this is refs/heads/try"),
      expect.stringMatching(/no variable REGISTRY AWS_ROLE_ARN ECR_REPOSITORY: npx mmrv pipeline variables staging/),
      expect.stringContaining("the secret MMRV_APP_PRIVATE_KEY is empty"),
    ]);
  });

  it.each([
    ["DATABASE_URL=postgres://mmrv:correct-horse@db/mmrv", "build argument DATABASE_URL:"],
    ["NEXT_SERVER_ACTIONS_ENCRYPTION_KEY=correct-horse", "build argument NEXT_SERVER_ACTIONS_ENCRYPTION_KEY:"],
  ])("refuses %s as a build argument, and does not print its value", async (line, sentence) => {
    const { exitCode, said } = await check({ BUILD_ARGS: `COMMIT=${SHA}\n${line}` });
    expect(exitCode).toBe(1);
    expect(said).toContain(sentence);
    expect(said).not.toContain("correct-horse");
  });

  it.each(["refs/tags/v1", "refs/heads/try", "refs/pull/7/merge"])(
    "refuses to be called as %s: a promotion would refuse the signature",
    async (ref) => {
      const { exitCode, said } = await check({ WORKFLOW_REF: complete.WORKFLOW_REF.replace(/@.*/, `@${ref}`) });
      expect(exitCode).toBe(1);
      expect(said).toContain(`called as ${ref}`);
    },
  );
});

describe("the tools of publish-image", () => {
  it("are not used when they are not what was expected", async () => {
    const curl = 'while [[ $1 != --output ]]; do shift; done; echo "something else" >"$2"';
    const { exitCode, said } = await run("Install regctl and cosign", {}, { programs: { curl } });
    expect(exitCode).not.toBe(0);
    expect(said).toContain("FAILED");
    expect(readFileSync(join(runner.temp, "path"), "utf8")).toBe("");
    expect(runner.calls()).toHaveLength(1);
  });
});

describe("when two digests differ, publish-image", () => {
  const lying = (digest: string) => ({ regctl: `[[ $2 != digest ]] || echo ${digest}` });

  it("does not go on after the push", async () => {
    const values = { BUILT: DIGEST, IMAGE: "ours/mmrv/backend", LAYOUT: "ocidir:///tmp/image" };
    const { exitCode, said } = await run("Push to our registry", values, { programs: lying(OTHER) });
    expect(exitCode).toBe(1);
    expect(said).toContain(`is ${OTHER}, and ${DIGEST} was built`);
  });

  it("does not go on after the copy to ECR", async () => {
    const values = { DIGEST, FROM: `ours/mmrv/backend@${DIGEST}`, TO: "ecr/backend" };
    const regctl = `case $2 in copy) touch "$RUNNER_TEMP/copied" ;; digest) [[ -f $RUNNER_TEMP/copied ]] || { echo "manifest not found" >&2; exit 1; }; echo ${OTHER} ;; esac`;
    const { exitCode, said } = await run("The same bytes to ECR", values, { programs: { regctl } });
    expect(exitCode).toBe(1);
    expect(said).toContain(`is ${OTHER}, and our registry has ${DIGEST}`);
  });

  it("copies nothing over a tag that ECR does not tell about", async () => {
    const values = { DIGEST, FROM: `ours/mmrv/backend@${DIGEST}`, TO: "ecr/backend" };
    const regctl = 'echo "request failed: http 500" >&2; exit 1';
    const { exitCode, said } = await run("The same bytes to ECR", values, { programs: { regctl } });
    expect(exitCode).toBe(1);
    expect(said).toContain(
      "::error::ecr/backend does not answer, so nobody knows what is under this tag: request failed: http 500 run it again",
    );
    expect(runner.calls().filter((call) => call.startsWith("regctl image copy"))).toEqual([]);
  });

  it("does not take an image for unsigned when its signatures cannot be listed", async () => {
    const regctl = `if [[ $1 == artifact ]]; then echo "http 500" >&2; exit 1; fi; echo ${DIGEST}`;
    const programs = { regctl, cosign: "exit 10" };
    const { exitCode, said } = await run("before", { IMAGE: "ours/mmrv/backend", IDENTITY: "w" }, { programs });
    expect(exitCode).toBe(1);
    expect(said).toContain(
      `::error::the signatures of ours/mmrv/backend@${DIGEST} cannot be listed: http 500 run it again`,
    );
  });

  it("goes on when they are the same", async () => {
    const values = { DIGEST, FROM: `ours/mmrv/backend@${DIGEST}`, TO: "ecr/backend" };
    expect(await run("The same bytes to ECR", values, { programs: lying(DIGEST) })).toMatchObject({ exitCode: 0 });
  });
});

describe("publish-image", () => {
  const image = content.jobs["image"]?.steps ?? [];
  const at = (name: string) => image.findIndex((step) => step.name === name);

  it("judges before it pushes, signs before ECR, and proposes last", () => {
    const order = [
      "Is everything there",
      "Build",
      "Judge",
      "Push to our registry",
      "Sign",
      "The same bytes to ECR",
    ].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((one, other) => one - other));
    expect(content.jobs["pull-request"]?.needs).toBe("image");
  });

  it("builds onto the disk, and pushes nothing while it builds", () => {
    const { with: inputs = {} } = image[at("Build")] ?? {};
    expect(inputs["outputs"]).toMatch(/^type=oci,dest=[^,]+,tar=false$/);
    expect(Object.keys(inputs)).not.toEqual(expect.arrayContaining(["push"]));
    expect(Object.keys(inputs)).not.toEqual(expect.arrayContaining(["tags"]));
    expect(inputs).toMatchObject({ provenance: "mode=max", sbom: "generator=${{ env.SBOM_GENERATOR }}" });
  });

  it("builds what it signs from nothing that others can write: whoever writes a cache says what a step built", () => {
    const { with: inputs = {} } = image[at("Build")] ?? {};
    expect(Object.keys(inputs).filter((name) => name.startsWith("cache-"))).toEqual([]);
    const text = JSON.stringify(content);
    expect(text).not.toMatch(/type=(gha|registry|local|s3|azblob)|actions\/cache|cache:buildkit|BUILDX_CACHE/);
    // Neither by the way of an action, whose caches are written by jobs with fewer rights.
    expect(image.find(({ uses }) => uses?.startsWith("docker/setup-buildx-action@"))?.with).toMatchObject({
      "cache-binary": false,
    });
    expect(image.filter(({ uses }) => /setup-(node|python|go)@/.test(uses ?? ""))).toEqual([]);
  });

  it("gives no way to sign or push to the job that runs packages of ours", () => {
    expect(content.jobs["pull-request"]?.permissions).toEqual({});
    expect(content.jobs["image"]?.permissions).toEqual({ contents: "read", "id-token": "write" });
    // Error messages name npx; no line starts with it.
    expect(image.filter(({ run = "" }) => /^\s*(npm|npx|node)\b/m.test(run))).toEqual([]);
  });
});
