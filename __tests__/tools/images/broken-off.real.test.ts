import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Artifact } from "../../../tools/images/desired-artifacts";
import { copyArtifacts, isComplete } from "../../../tools/images/plan";
import { regctl } from "../../../tools/images/regctl";
import { skopeo } from "../../../tools/images/skopeo";
import type { Pauses } from "../../../tools/images/state";
import { type Registries, type RegistryFault, startRegistries } from "../../support/registries";
import { Pusher, treeOf } from "../../support/registry-images";
import { requires } from "../../support/requires";
import { tries } from "../../support/tries";

const BOTH = ["linux/amd64", "linux/arm64"];
/** Layers of each platform: with its config, what one platform sends. */
const LAYERS = 4;
let registries: Registries;
let env: NodeJS.ProcessEnv;
let artifact: Artifact;

const REQUIRED = requires("docker-registry", "regctl", "skopeo");
beforeAll(async () => {
  registries = await startRegistries();
  env = { ...process.env, SSL_CERT_FILE: registries.certificate };
});
afterAll(() => registries?.stop());

let images = 0;
beforeEach(async () => {
  const { aws, ours } = registries;
  for (const registry of [aws, ours]) registry.fault = () => undefined;
  images += 1;
  const { digest, repository } = await new Pusher(aws).index(`app-${images}`, "1", BOTH, LAYERS);
  const [from, to] = [`${aws.host}/${repository}@${digest}`, `${ours.host}/mmrv/${repository}:1`];
  artifact = { kind: "image", origin: "ECR", ifTaken: "give it another tag", from, digest, to };
  ours.requests.length = 0;
});

const isUpload = (request: string) => request.startsWith("PUT ") && request.includes("/blobs/uploads/");
const isManifest = (request: string) => request.startsWith("PUT ") && request.includes("/manifests/");

/** Fails the second to the last time that a request of a kind comes. */
function failAfter(
  good: number,
  kind: (request: string) => boolean,
  fault: RegistryFault,
  times = Number.POSITIVE_INFINITY,
) {
  let seen = 0;
  return (request: string) => {
    if (!kind(request)) return undefined;
    seen += 1;
    return seen > good && seen <= good + times ? fault : undefined;
  };
}

async function copied(tool: typeof regctl, pauses: Pauses) {
  const lines: string[] = [];
  const wanted = { artifacts: [artifact], faults: [], notes: [] };
  const isAll = isComplete(await copyArtifacts(wanted, tool(env), (line) => lines.push(line), pauses));
  return { isAll, lines };
}

const until = (is: () => boolean): Promise<void> => expect.poll(is, { interval: 50 }).toBe(true);

/** A copy in a process group of its own. */
function start(folder: string): ChildProcess {
  const logins = [{ host: "registry.invalid", user: "nobody", password: "a-password" }];
  const args = [
    "tools/load.mjs",
    "__tests__/support/copy-images.ts",
    JSON.stringify({ logins, artifacts: [artifact] }),
  ];
  mkdirSync(folder, { recursive: true });
  return spawn(process.execPath, args, { env: { ...env, TMPDIR: folder }, detached: true, stdio: "ignore" });
}

describe("a copy that is stopped in the middle", REQUIRED, () => {
  it("has moved nothing under the tag when it is killed, and the next one sends only what is missing", async () => {
    const { ours } = registries;
    ours.fault = failAfter(3, isUpload, "hang");
    const child = start(join(registries.folder, "killed"));
    await until(() => ours.requests.filter(isUpload).length > 3);
    process.kill(-(child.pid ?? 0), "SIGKILL");
    await once(child, "close");
    const sent = ours.requests.filter(isUpload).length;
    ours.fault = () => undefined;
    expect(await regctl(env).digest(artifact.to)).toBeUndefined();
    ours.requests.length = 0;

    expect((await copied(regctl, tries(0))).isAll).toBe(true);

    expect(await treeOf(artifact.to, env)).toEqual(await treeOf(artifact.from, env));
    const all = BOTH.length * (LAYERS + 1);
    expect(sent).toBeLessThan(all);
    expect(ours.requests.filter(isUpload)).toHaveLength(all - 3);
  });

  it("takes its logins and its tools along on a signal that reached it alone", async () => {
    const { ours } = registries;
    const folder = join(registries.folder, "stopped");
    ours.fault = failAfter(0, isUpload, "hang");
    const child = start(folder);
    await until(() => ours.requests.some(isUpload));
    const hasLogins = () => readdirSync(folder).some((name) => name.startsWith("mmrv-images-"));
    expect(hasLogins()).toBe(true);
    child.kill("SIGTERM");
    const [, signal] = await once(child, "close");
    expect(signal).toBe("SIGTERM");
    expect(hasLogins()).toBe(false);
    // regctl would hold its connections for ever.
    await until(() => ours.connections === 0);
  });
});

describe.each([
  ["regctl", regctl],
  ["skopeo", skopeo],
] as const)("%s", (_, tool) => {
  it("gets over a registry that throttles for a moment", async () => {
    registries.ours.fault = failAfter(2, isUpload, { status: 429, code: "TOOMANYREQUESTS" }, 2);
    const { isAll, lines } = await copied(tool, tries(2, 10));
    expect(isAll, lines.join("\n")).toBe(true);
  });

  it("gets over a connection that is dropped half-way", async () => {
    registries.ours.fault = failAfter(2, isUpload, "drop", 2);
    const { isAll, lines } = await copied(tool, tries(2, 10));
    expect(isAll, lines.join("\n")).toBe(true);
    expect(await treeOf(artifact.to, env)).toEqual(await treeOf(artifact.from, env));
  });

  it("says so in one line when it does not pass, and the tag stays free", async () => {
    registries.ours.fault = failAfter(1, isManifest, { status: 429, code: "TOOMANYREQUESTS" });
    const { isAll, lines } = await copied(tool, tries(0));
    expect([isAll, lines]).toEqual([
      false,
      [
        expect.stringMatching(
          /^fault {4}\S+ {2}the registry throttles us: wait some minutes, then again; what was copied stays \([^\n]+\)$/,
        ),
        "1 at fault",
      ],
    ]);
    registries.ours.fault = () => undefined;
    expect(await tool(env).digest(artifact.to)).toBeUndefined();
  });

  it("says in one line that a permission is missing, without trying again", async () => {
    registries.ours.fault = failAfter(0, (request) => request.startsWith("POST "), { status: 403, code: "DENIED" });
    const { lines } = await copied(tool, tries(1, 60_000));
    expect(lines[0]).toMatch(
      /^fault {4}\S+ {2}missing permission: ECR needs [^,]+, ours the role AcrPush, or for az [^(]+ \([^\n]+\)$/,
    );
  });
});
