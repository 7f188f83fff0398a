import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Promotion, promoteImage } from "../../../tools/images/promote";
import { regctl } from "../../../tools/images/regctl";
import { type Registries, startRegistries } from "../../support/registries";
import { addReferrer, Pusher, treeOf } from "../../support/registry-images";
import { requires } from "../../support/requires";
import { cloneWithBranch, Sigstore } from "../../support/sigstore";
import { standIn } from "../../support/stand-in";

const WORKFLOW = "https://github.com/mmrv/infra/.github/workflows/publish-image.yml";
let registries: Registries;
let env: NodeJS.ProcessEnv;
let clone: string;
let sigstore: Sigstore;
let commits: ReturnType<typeof cloneWithBranch>;
const { PATH } = process.env;

beforeAll(async () => {
  registries = await startRegistries();
  clone = join(registries.folder, "clone");
  commits = cloneWithBranch(clone);
  sigstore = Sigstore.create(join(registries.folder, "sigstore"));
});
afterAll(() => {
  process.env["PATH"] = PATH;
  registries?.stop();
});

let promotion: Promotion;
let source: string;
let target: string;
beforeEach(async () => {
  process.env["PATH"] = PATH;
  env = { ...process.env, SSL_CERT_FILE: registries.certificate };
  const { aws: from, ours: to } = registries;
  const { digest } = await new Pusher(from).index("mmrv/backend", "1.0", ["linux/amd64", "linux/arm64"]);
  const signer = { owner: "mmrv", infrastructure: "infra", repository: "backend" };
  const tag = `promoted-${digest.slice(7, 19)}`;
  promotion = { application: "backend", digest, tag, from: from.host, to: to.host, signer, clone };
  source = `${from.host}/mmrv/backend@${digest}`;
  target = `${to.host}/mmrv/backend:${tag}`;
});

/** A cosign that writes down what it is asked, and accepts or not. */
function cosignThat(script = `echo '[{"critical":{"image":{"docker-manifest-digest":"${promotion.digest}"}}}]'`) {
  const bin = join(registries.folder, "bin");
  rmSync(join(bin, "asked"), { force: true });
  standIn(bin, "cosign", `printf '%s\\n' "$@" "" >> ${bin}/asked\n${script}`);
  env = { ...env, PATH: process.env["PATH"] };
  return () => (existsSync(join(bin, "asked")) ? readFileSync(join(bin, "asked"), "utf8") : "");
}

/** Signs as a workflow that the backend's main branch called. */
const sign = (identity: string) =>
  sigstore.sign(source, { identity, repository: "mmrv/backend", ref: "refs/heads/main" }, env);

async function promoted(): Promise<{ isDone: boolean; lines: string[] }> {
  const lines: string[] = [];
  return { isDone: await promoteImage(promotion, env, (line) => lines.push(line)), lines };
}

const nothingIsCopied = async () => expect(await regctl(env).digest(target)).toBeUndefined();

describe("promoteImage", requires("docker-registry", "regctl", "cosign", "openssl"), () => {
  it("verifies, copies with all referrers, compares, and verifies again", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    await addReferrer(source, "application/spdx+json", "{}", env);
    const asked = cosignThat();
    const { isDone, lines } = await promoted();
    const { digest, to } = promotion;
    const by = ".github/workflows/publish-image.yml@refs/heads/main for mmrv/backend, refs/heads/main";
    expect([isDone, lines]).toEqual([
      true,
      [
        `verified  ${source}: signed by ${by}`,
        `copied    ${target}: the same ${digest} on both sides, 2 platforms, 2 referrers`,
        `verified  ${to}/mmrv/backend@${digest}: signed by ${by}`,
      ],
    ]);
    expect(await treeOf(target, env)).toEqual(await treeOf(source, env));
    const identity = `--certificate-identity\n${WORKFLOW}@refs/heads/main\n`;
    const issuer = "--certificate-oidc-issuer\nhttps://token.actions.githubusercontent.com\n";
    const caller =
      "--certificate-github-workflow-repository\nmmrv/backend\n--certificate-github-workflow-ref\nrefs/heads/main\n";
    const verify = (image: string) => `verify\n--output\njson\n${identity}${issuer}${caller}${image}\n\n`;
    expect(asked()).toBe(verify(source) + verify(`${to}/mmrv/backend@${digest}`));
  });

  it("verifies and compares in a dry run, and copies nothing", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    const asked = cosignThat();
    const lines: string[] = [];
    expect(await promoteImage({ ...promotion, dryRun: true }, env, (line) => lines.push(line))).toBe(true);
    expect(lines).toEqual([expect.stringMatching(/^verified {2}\S+: signed by /), `to copy   ${target}: not there`]);
    expect(asked().match(/^verify$/gm)).toHaveLength(1);
    await nothingIsCopied();
  });

  it("can be run again: what is there is left alone, and the signatures are looked at again", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    cosignThat();
    await promoted();
    registries.ours.requests.length = 0;
    const { isDone, lines } = await promoted();
    expect([isDone, lines[1]?.split(" ")[0]]).toEqual([true, "there"]);
    expect(registries.ours.requests.filter((request) => !/^(GET|HEAD) /.test(request))).toEqual([]);
  });

  it("takes a commit of main for the workflow's version", async () => {
    await sign(`${WORKFLOW}@${commits.merged}`);
    const asked = cosignThat();
    expect((await promoted()).isDone).toBe(true);
    expect(asked()).toContain(`--certificate-identity\n${WORKFLOW}@${commits.merged}\n`);
  });

  it("refuses a commit that is not on main, as a fork's is, before cosign is asked", async () => {
    await sign(`${WORKFLOW}@${commits.stray}`);
    const asked = cosignThat();
    await expect(promoted()).rejects.toThrow(
      `${source}: it was signed by .github/workflows/publish-image.yml at ${commits.stray}, which is not on main: a commit of a branch or of a fork, which nobody reviewed; nothing is copied`,
    );
    expect(asked()).toBe("");
    await nothingIsCopied();
  });

  it("says what to do when git does not know the commit", async () => {
    await sign(`${WORKFLOW}@${"1".repeat(40)}`);
    cosignThat();
    await expect(promoted()).rejects.toThrow(
      /which this clone does not know: git fetch origin main \(in a workflow: fetch-depth: 0\), then again \(git: [^\n]+\); nothing is copied$/,
    );
  });

  it.each([
    ["another workflow", "https://github.com/mmrv/infra/.github/workflows/other.yml@refs/heads/main"],
    [
      "the same file of another repository",
      "https://github.com/someone/infra/.github/workflows/publish-image.yml@refs/heads/main",
    ],
    ["a branch", `${WORKFLOW}@refs/heads/branch`],
    ["a tag", `${WORKFLOW}@refs/tags/v1`],
  ])("refuses a signature of %s, and says whose it is", async (_, identity) => {
    await sign(identity);
    const asked = cosignThat();
    await expect(promoted()).rejects.toThrow(
      `${source}: the signature is of "${identity}", and must be of ${WORKFLOW}@, followed by refs/heads/main or a commit of main; nothing is copied`,
    );
    expect(asked()).toBe("");
    await nothingIsCopied();
  });

  it("looks for the signature that counts among others", async () => {
    await sign("https://github.com/mmrv/infra/.github/workflows/other.yml@refs/heads/main");
    await sign(`${WORKFLOW}@${commits.stray}`);
    await sign(`${WORKFLOW}@refs/heads/main`);
    cosignThat();
    expect((await promoted()).isDone).toBe(true);
  });

  it("copies nothing when cosign does not accept the signature", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    cosignThat("echo 'Error: no matching signatures: invalid signature' >&2; exit 10");
    await expect(promoted()).rejects.toThrow(
      `${source}: cosign does not accept the signature of ${WORKFLOW}@refs/heads/main for mmrv/backend (no matching signatures: invalid signature); nothing is copied`,
    );
    await nothingIsCopied();
  });

  it("does not take cosign's word for another image", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    cosignThat(`echo '[{"critical":{"image":{"docker-manifest-digest":"sha256:${"0".repeat(64)}"}}}]'`);
    await expect(promoted()).rejects.toThrow("cosign verified something else; nothing is copied");
  });

  it("says that what was copied must not be pinned when its signature does not count there", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    cosignThat(
      `case "$*" in *${promotion.to}*) echo no >&2; exit 1;; esac; echo '[{"critical":{"image":{"docker-manifest-digest":"${promotion.digest}"}}}]'`,
    );
    await expect(promoted()).rejects.toThrow("it is there without a signature that counts: do not pin it");
  });

  it("never moves a tag that leads to another image", async () => {
    await sign(`${WORKFLOW}@refs/heads/main`);
    cosignThat();
    const other = await new Pusher(registries.ours).index("mmrv/backend", promotion.tag, ["linux/amd64"]);
    const { isDone, lines } = await promoted();
    expect(isDone).toBe(false);
    expect(lines[1]).toMatch(
      new RegExp(
        `^differs   ${target}: ours is ${other.digest}, and ${promotion.from} has ${promotion.digest}; a tag is never moved`,
      ),
    );
    expect(await regctl(env).digest(target)).toBe(other.digest);
  });

  it("says that the image is not there when it is not", async () => {
    promotion = { ...promotion, digest: `sha256:${"0".repeat(64)}` };
    await expect(promoted()).rejects.toThrow(/@sha256:0{64}: the registry has no such image; nothing is copied$/);
  });
});
