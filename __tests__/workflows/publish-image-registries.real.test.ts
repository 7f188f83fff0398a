import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Registries, startRegistries } from "../support/registries";
import { type PushedImage, Pusher } from "../support/registry-images";
import { requires } from "../support/requires";
import { stepNamed, workflow } from "../support/workflow-files";
import { createRunner, type Runner, type RunnerOptions } from "../support/workflow-steps";

const content = workflow(".github/workflows/publish-image.yml");
const SHA = "c0ffee".padEnd(40, "0");
const PLATFORMS = ["linux/amd64", "linux/arm64"];

let runner: Runner;
afterEach(() => runner?.remove());
/** One step of the workflow, on a runner of its own. */
async function run(name: string, values: Readonly<Record<string, string>>, options: RunnerOptions = {}) {
  runner = createRunner(options);
  return runner.run(stepNamed(content, name), values);
}

describe("with two registries, publish-image", requires("regctl", "docker-registry"), () => {
  let registries: Registries;
  let built: PushedImage;
  let layout = "";
  let env: Record<string, string> = {};
  const image = (name: "ours" | "aws", of: string) => `${registries[name].host}/${of}`;
  const regctl = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)("regctl", args, {
      env: { ...process.env, ...env },
    });
    return stdout.trim();
  };

  beforeAll(async () => {
    registries = await startRegistries();
    env = { SSL_CERT_FILE: registries.certificate, REGCTL_CONFIG: join(registries.folder, "regctl.json") };
    // What BuildKit writes: an index of the platforms, with an attestation for each that is for no platform.
    built = await new Pusher(registries.aws).index("build", "latest", [...PLATFORMS, "unknown/unknown"]);
    layout = `ocidir://${join(registries.folder, "image")}`;
    await regctl("image", "copy", image("aws", `build@${built.digest}`), `${layout}:latest`);
  });
  afterAll(() => registries?.stop());

  describe("judges", () => {
    const evaluate = (exitCode: number) => {
      const docker = `for word; do [[ $word != *:/image:ro ]] || cp -r "\${word%:/image:ro}" "$RUNNER_TEMP/seen-$RANDOM"; done; exit ${exitCode}`;
      return run(
        "Judge",
        { BUILT: `${layout}@${built.digest}` },
        { programs: { docker }, env: { ...env, SCANNER: content.env?.["SCANNER"] ?? "" } },
      );
    };

    it("what the nodes run and nothing around it, by the scanner's digest", async () => {
      expect(await evaluate(0)).toMatchObject({ exitCode: 0 });
      const calls = runner.calls();
      expect(calls).toHaveLength(1);
      for (const call of calls)
        expect(call).toMatch(
          /^docker run --rm .* anchore\/grype:v[\d.]+@sha256:\w{64} oci-dir:\/image --fail-on high --only-fixed$/,
        );
      const seen = readdirSync(runner.temp).filter((name) => name.startsWith("seen-"));
      const manifests = seen.map(
        (name) => JSON.parse(readFileSync(join(runner.temp, name, "index.json"), "utf8")).manifests,
      );
      expect(manifests.map((list) => list.map(({ digest }: { digest: string }) => digest))).toEqual([
        [built.platforms[0]],
      ]);
    });

    it("with the exceptions of the application's repository", async () => {
      runner = createRunner({ programs: { docker: "" }, env: { ...env, SCANNER: "scanner" } });
      writeFileSync(join(runner.workspace, ".grype.yaml"), "ignore: []\n");
      await runner.run(stepNamed(content, "Judge"), { BUILT: `${layout}@${built.digest}` });
      expect(runner.calls()[0]).toContain(`--volume ${runner.workspace}/.grype.yaml:/tmp/.grype.yaml:ro`);
    });

    it.each([
      [2, "is severe and has a fix, so nothing was pushed"],
      [1, "the scanner did not judge (exit code 1), so nothing was pushed"],
    ])("and stops on exit code %i of the scanner", async (code, sentence) => {
      const { exitCode, said } = await evaluate(code);
      expect(exitCode).toBe(1);
      expect(said).toContain(sentence);
    });
  });

  it("pushes what was built, with its attestations, and sends the same bytes to ECR", async () => {
    const [ours, ecr] = [image("ours", "mmrv/same"), image("aws", "same")];
    const pushed = await run("Push to our registry", { BUILT: built.digest, IMAGE: ours, LAYOUT: layout }, { env });
    expect(pushed).toMatchObject({ exitCode: 0 });
    const values = { DIGEST: built.digest, FROM: `${ours}@${built.digest}`, TO: ecr };
    expect(await run("The same bytes to ECR", values, { env })).toMatchObject({ exitCode: 0 });
    // Started again, it changes nothing.
    expect(await run("The same bytes to ECR", values, { env })).toMatchObject({ exitCode: 0 });

    for (const reference of [`${ours}:${SHA}`, `${ecr}:${SHA}`]) {
      expect(await regctl("image", "digest", reference)).toBe(built.digest);
      expect(await regctl("manifest", "get", "--format", "raw-body", reference)).toBe(built.text);
    }
    // Every part of it is there.
    for (const platform of built.platforms) await regctl("manifest", "head", `${ecr}@${platform}`);
  });

  it("does not take an image away from ECR that another pipeline pushed", async () => {
    const theirs = await new Pusher(registries.aws).index("taken", SHA, PLATFORMS);
    const values = {
      DIGEST: built.digest,
      FROM: `${image("aws", "build")}@${built.digest}`,
      TO: image("aws", "taken"),
    };
    const { exitCode, said } = await run("The same bytes to ECR", values, { env });
    expect(exitCode).toBe(1);
    expect(said).toContain(`is ${theirs.digest} already, and this image is ${built.digest}`);
    expect(await regctl("image", "digest", `${image("aws", "taken")}:${SHA}`)).toBe(theirs.digest);
  });

  describe("asks whether the commit was published before", () => {
    const ask = (repository: string, cosign: string) =>
      run(
        "before",
        { IMAGE: image("ours", repository), IDENTITY: "https://github.com/acme/w@main" },
        { env, programs: { cosign } },
      );

    it("and builds when it was not", async () => {
      expect(await ask("mmrv/nothing", "exit 99")).toMatchObject({ exitCode: 0, outputs: {} });
      expect(runner.calls()).toEqual([]);
    });

    it("and takes the image that it signed then, after cosign has said so for this commit", async () => {
      const { digest } = await new Pusher(registries.ours).index("mmrv/signed", SHA, PLATFORMS);
      expect(await ask("mmrv/signed", "exit 0")).toMatchObject({ exitCode: 0, outputs: { digest } });
      expect(runner.calls()).toEqual([
        `cosign verify --certificate-identity https://github.com/acme/w@main --certificate-oidc-issuer https://token.actions.githubusercontent.com --certificate-github-workflow-repository acme/backend --certificate-github-workflow-sha ${SHA} ${image("ours", "mmrv/signed")}@${digest}`,
      ]);
    });

    it("and builds anew what nobody signed", async () => {
      await new Pusher(registries.ours).index("mmrv/unsigned", SHA, PLATFORMS);
      expect(await ask("mmrv/unsigned", "exit 10")).toMatchObject({ exitCode: 0, outputs: {} });
    });

    it("and stops at somebody else's signature", async () => {
      await new Pusher(registries.ours).index("mmrv/foreign", SHA, PLATFORMS);
      const { exitCode, said } = await ask("mmrv/foreign", "echo none of the expected identities >&2; exit 1");
      expect(exitCode).toBe(1);
      expect(said).toMatch(/its signature is not accepted.*none of the expected identities/);
    });

    it("and stops at a registry that does not let us in", async () => {
      registries.ours.fault = () => ({ status: 403, code: "DENIED" });
      const { exitCode, said } = await ask("mmrv/signed", "exit 0");
      registries.ours.fault = () => undefined;
      expect(exitCode).toBe(1);
      expect(said).toMatch(/::error::.*mmrv\/signed does not answer: .*403.*\(docs\/pipelines\.md\)/);
      expect(existsSync("docs/pipelines.md")).toBe(true);
    });
  });
});
