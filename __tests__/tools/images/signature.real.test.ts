import { execFile, execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { regctl } from "../../../tools/images/regctl";
import { verifySignature } from "../../../tools/images/signature";
import { type Registries, startRegistries } from "../../support/registries";
import { addReferrer, Pusher } from "../../support/registry-images";
import { requires } from "../../support/requires";
import { cloneWithBranch, Sigstore, type Who } from "../../support/sigstore";
import { standIn } from "../../support/stand-in";

const WORKFLOW = "https://github.com/mmrv/infra/.github/workflows/publish-image.yml";
const { PATH } = process.env;
let registries: Registries;
let sigstore: Sigstore;
let commits: ReturnType<typeof cloneWithBranch>;
let env: NodeJS.ProcessEnv;
let real: string;
let image: string;

const REQUIRED = requires("docker-registry", "regctl", "cosign", "openssl");
beforeAll(async () => {
  process.env["PATH"] = PATH;
  real = execFileSync("sh", ["-c", "command -v cosign"], { encoding: "utf8", env: process.env }).trim();
  registries = await startRegistries();
  sigstore = Sigstore.create(join(registries.folder, "sigstore"));
  commits = cloneWithBranch(join(registries.folder, "clone"));
});
afterAll(() => registries?.stop());
beforeEach(async () => {
  process.env["PATH"] = PATH;
  const { aws, certificate, folder } = registries;
  // Sigstore itself is on the internet; the registries are not.
  const offline = { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1", HOME: join(folder, "home") };
  env = { ...process.env, ...offline, SSL_CERT_FILE: certificate, COSIGN_PASSWORD: "for a test" };
  const { digest } = await new Pusher(aws).index("mmrv/backend", "1.0", ["linux/amd64", "linux/arm64"]);
  image = `${aws.host}/mmrv/backend@${digest}`;
});

const GOOD: Who = { identity: `${WORKFLOW}@refs/heads/main`, repository: "mmrv/backend", ref: "refs/heads/main" };
const verified = () =>
  verifySignature({
    image,
    signer: { owner: "mmrv", infrastructure: "infra", repository: "backend" },
    env,
    clone: join(registries.folder, "clone"),
    otherwise: "nothing is copied",
  });

/** In one line, with cosign's reason. */
async function refused(why: string): Promise<void> {
  const told = await verified().catch(({ message }: Error) => message);
  expect(told).toMatch(
    new RegExp(
      `^${image}: cosign does not accept the signature of ${GOOD.identity} for mmrv/backend \\([^\n]+\\); nothing is copied$`,
    ),
  );
  expect(told).toContain(why);
}

describe("verifySignature, with a cosign that trusts an authority of the test", REQUIRED, () => {
  beforeEach(() => {
    // Everything that we ask of cosign stays as it is; only whom it trusts is another one, who keeps no log.
    const trust = `--trusted-root ${sigstore.trustedRoot} --insecure-ignore-sct --insecure-ignore-tlog`;
    standIn(join(registries.folder, "bin"), "cosign", `verb=$1; shift; exec ${real} $verb ${trust} "$@"`);
    env = { ...env, PATH: process.env["PATH"] };
  });

  it("accepts our workflow on main, called by the application's main branch", async () => {
    await sigstore.sign(image, GOOD, env);
    expect(await verified()).toBe(
      ".github/workflows/publish-image.yml@refs/heads/main for mmrv/backend, refs/heads/main",
    );
  });

  it("accepts our workflow at a commit of main", async () => {
    await sigstore.sign(image, { ...GOOD, identity: `${WORKFLOW}@${commits.merged}` }, env);
    expect(await verified()).toContain(`publish-image.yml@${commits.merged} for mmrv/backend`);
  });

  it.each([
    [
      "called by another repository",
      { repository: "mmrv/other" },
      'expected GithubWorkflowRepository to be "mmrv/backend"',
    ],
    ["called by a branch", { ref: "refs/heads/branch" }, 'expected GithubWorkflowRef to be "refs/heads/main"'],
    ["called by a pull request", { ref: "refs/pull/1/merge" }, 'got "refs/pull/1/merge"'],
  ])("refuses our workflow %s", async (_, other, why) => {
    await sigstore.sign(image, { ...GOOD, ...other }, env);
    await refused(why);
  });

  it("refuses a signature that was not made with the certificate's key", async () => {
    await sigstore.sign(image, GOOD, env, true);
    await refused("failed to verify signature");
  });

  it("refuses a signature of another authority", async () => {
    await Sigstore.create(join(registries.folder, "stranger")).sign(image, GOOD, env);
    await refused("leaf certificate verification failed");
  });

  it("refuses a good signature of another image", async () => {
    const { digest } = await new Pusher(registries.aws).image("mmrv/backend", "other", "linux/amd64");
    await sigstore.sign(image, GOOD, env, false, `${registries.aws.host}/mmrv/backend@${digest}`);
    await refused("provided artifact digest does not match any digest in statement");
  });

  it("is not disturbed by what is no signature", async () => {
    const type = "application/vnd.dev.sigstore.bundle.v0.3+json";
    const empty = { verificationMaterial: { certificate: { rawBytes: "bm8gY2VydGlmaWNhdGU=" } } };
    await addReferrer(image, type, "no JSON", env);
    await addReferrer(image, type, JSON.stringify(empty), env);
    await sigstore.sign(image, GOOD, env);
    expect(await verified()).toContain("@refs/heads/main for mmrv/backend");
  });

  it("accepts an image that others signed as well", async () => {
    await sigstore.sign(image, { ...GOOD, repository: "mmrv/other" }, env);
    await sigstore.sign(image, { ...GOOD, identity: `${WORKFLOW}@${commits.stray}` }, env);
    await sigstore.sign(image, GOOD, env);
    expect(await verified()).toContain("@refs/heads/main for mmrv/backend");
  });
});

describe("verifySignature, with cosign as it is", REQUIRED, () => {
  it("refuses in one line what nobody signed", async () => {
    await expect(verified()).rejects.toThrow(
      `${image}: nobody signed it: let .github/workflows/publish-image.yml build and sign it (docs/pipelines.md); nothing is copied`,
    );
  });

  it("does not count a signature by a key, which says nothing of who made it", async () => {
    await signByKey("nobody");
    await expect(verified()).rejects.toThrow(/: nobody signed it: /);
  });

  it("says in one line that Sigstore's roots cannot be fetched", async () => {
    await sigstore.sign(image, GOOD, env);
    await expect(verified()).rejects.toThrow(
      /: cosign cannot read Sigstore's roots, which this machine must fetch from tuf-repo-cdn\.sigstore\.dev \([^\n]+\); nothing is copied$/,
    );
  });
});

const cosign = async (...args: readonly string[]) =>
  (await promisify(execFile)("cosign", args, { cwd: registries.folder, env })).stdout;

/** As cosign 3 signs: without a log, because that is on the internet. */
async function signByKey(name: string): Promise<void> {
  await cosign("generate-key-pair", "--output-key-prefix", name);
  const config = join(registries.folder, "offline.json");
  writeFileSync(config, '{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}');
  await cosign("sign", "--yes", "--key", `${name}.key`, "--signing-config", config, image);
}

describe("a signature that cosign put beside an image", REQUIRED, () => {
  it("travels with a copy by regctl, and is valid on the other side", async () => {
    await signByKey("travels");
    const copy = `${registries.ours.host}/mmrv/backend`;
    await regctl(env).copy(image, `${copy}:1.0`);
    const verify = (digest: string) =>
      cosign("verify", "--key", "travels.pub", "--insecure-ignore-tlog", `${copy}@${digest}`);
    const digest = image.split("@")[1] ?? "";
    expect(await verify(digest)).toContain(`"docker-manifest-digest":"${digest}"`);
    const unsigned = await new Pusher(registries.ours).image("mmrv/backend", "unsigned", "linux/amd64");
    await expect(verify(unsigned.digest)).rejects.toThrow(/no signatures found|no matching/);
  });
});
