import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CopyTool } from "../../../tools/images/copy-tool";
import type { Artifact } from "../../../tools/images/desired-artifacts";
import { copyArtifacts, isComplete, planArtifacts } from "../../../tools/images/plan";
import { regctl } from "../../../tools/images/regctl";
import { skopeo } from "../../../tools/images/skopeo";
import { type Registries, startRegistries } from "../../support/registries";
import { addReferrer, loseManifest, type PushedImage, Pusher, treeOf } from "../../support/registry-images";
import { requires } from "../../support/requires";
import { tries } from "../../support/tries";

const BOTH = ["linux/amd64", "linux/arm64"];
let registries: Registries;
let env: NodeJS.ProcessEnv;
let push: Pusher;

const REQUIRED = requires("docker-registry", "regctl", "skopeo");
beforeAll(async () => {
  registries = await startRegistries();
  env = { ...process.env, SSL_CERT_FILE: registries.certificate };
  push = new Pusher(registries.aws);
});
afterAll(() => registries?.stop());

/** An image of ECR that our registry wants under a tag. */
function wanted({ repository, digest }: PushedImage, tag: string, kind: Artifact["kind"] = "image"): Artifact {
  const { aws, ours } = registries;
  const [from, to] = [`${aws.host}/${repository}@${digest}`, `${ours.host}/mmrv/${repository}:${tag}`];
  return { kind, origin: "ECR", ifTaken: "give the new one a tag of its own in ECR", from, digest, to };
}

/** What a command printed for these artifacts, and whether all is well. */
async function printed(command: typeof copyArtifacts, tool: CopyTool, ...artifacts: readonly Artifact[]) {
  const lines: string[] = [];
  const isAll = isComplete(
    await command({ artifacts, faults: [], notes: [] }, tool, (line) => lines.push(line), tries(0)),
  );
  return { isAll, lines };
}

const plan = (tool: CopyTool, ...artifacts: readonly Artifact[]) => printed(planArtifacts, tool, ...artifacts);
const copy = (tool: CopyTool, ...artifacts: readonly Artifact[]) => printed(copyArtifacts, tool, ...artifacts);

describe("images copied by regctl", REQUIRED, () => {
  it("end with equal digests of the index and of each platform, and with equal referrers", async () => {
    const image = await push.index("whole", "1", BOTH);
    const source = `${registries.aws.host}/whole`;
    await addReferrer(`${source}:1`, "application/spdx+json", '{"spdxVersion":"SPDX-2.3"}', env);
    await addReferrer(`${source}@${image.platforms[1]}`, "application/x.signature", '{"signature":1}', env);
    const artifact = wanted(image, "1");
    const before = await plan(regctl(env), artifact);
    expect(before).toEqual({ isAll: false, lines: [`to copy  ${artifact.to}  not there`, "1 to copy"] });

    const { isAll, lines } = await copy(regctl(env), artifact);

    expect([isAll, lines]).toEqual([
      true,
      [
        expect.stringMatching(
          new RegExp(`^copied {3}${artifact.to} {2}${image.digest} {2}in [0-9.]+ s, 2 platforms, 2 referrers$`),
        ),
        "1 copied",
      ],
    ]);
    const tree = await treeOf(`${source}:1`, env);
    expect(tree.length).toBeGreaterThan(4);
    expect(await treeOf(artifact.to, env)).toEqual(tree);
  });

  it("are left alone when they are there with all that belongs to them", async () => {
    const artifact = wanted(await push.index("twice", "1", BOTH), "1");
    await copy(regctl(env), artifact);
    registries.ours.requests.length = 0;
    const again = await copy(regctl(env), artifact);
    expect(again).toEqual({ isAll: true, lines: [`there    ${artifact.to}  ${artifact.digest}`, "1 there"] });
    expect(registries.ours.requests.filter((request) => !/^(GET|HEAD) /.test(request))).toEqual([]);
  });

  it("get a referrer that came later", async () => {
    const image = await push.index("later", "1", BOTH);
    const artifact = wanted(image, "1");
    await copy(regctl(env), artifact);
    await addReferrer(artifact.from, "application/x.signature", '{"signature":2}', env);
    expect((await plan(regctl(env), artifact)).lines[0]).toBe(
      `to copy  ${artifact.to}  without 1 of its referrers (signatures, SBOMs)`,
    );
    expect((await copy(regctl(env), artifact)).isAll).toBe(true);
    expect(await treeOf(artifact.to, env)).toEqual(await treeOf(artifact.from, env));
  });

  it("may have more referrers in ours than at the source", async () => {
    const artifact = wanted(await push.index("more", "1", BOTH), "1");
    await copy(regctl(env), artifact);
    await addReferrer(artifact.to, "application/x.signature", '{"signature":"ours"}', env);
    expect(await plan(regctl(env), artifact)).toMatchObject({ isAll: true });
  });

  it("are repaired when ours has lost a platform", async () => {
    const image = await push.index("repaired", "1", BOTH);
    const artifact = wanted(image, "1");
    await copy(regctl(env), artifact);
    loseManifest(registries.ours, "mmrv/repaired", image.platforms[1] ?? "");
    expect((await plan(regctl(env), artifact)).lines[0]).toBe(
      `to copy  ${artifact.to}  half of it: linux/arm64 is not there`,
    );
    expect((await copy(regctl(env), artifact)).isAll).toBe(true);
    expect(await treeOf(artifact.to, env)).toEqual(await treeOf(artifact.from, env));
  });
});

describe("a referrer that the source has lost", REQUIRED, () => {
  it("is a fault, and no platform is blamed for it", async () => {
    const image = await push.index("lost-referrer", "1", BOTH);
    const { host } = registries.aws;
    const [first = ""] = image.platforms;
    const referrer = await addReferrer(`${host}/lost-referrer@${first}`, "application/x.signature", "1", env);
    loseManifest(registries.aws, "lost-referrer", referrer);
    const { isAll, lines } = await copy(regctl(env), wanted(image, "1"));
    expect(isAll).toBe(false);
    expect(lines[0]).toMatch(/^fault {4}\S+ {2}the source is gone, or a part of it: push it again/);
    expect(lines[0]).toContain(referrer);
  });
});

describe("images copied by skopeo", REQUIRED, () => {
  it("end with equal digests, and the user hears that referrers are not copied", async () => {
    const artifact = wanted(await push.index("skopeo", "1", BOTH), "1");
    const tool = skopeo(env);
    expect(tool.limits).toBe("skopeo copies no signatures and other referrers, and compares none; regctl does both");
    const { isAll, lines } = await copy(tool, artifact);
    expect(isAll, lines.join("\n")).toBe(true);
    expect(lines[0]).toMatch(/ in [0-9.]+ s, 2 platforms$/);
    expect(await treeOf(artifact.to, env)).toEqual(await treeOf(artifact.from, env));
    expect((await copy(tool, artifact)).lines).toEqual([`there    ${artifact.to}  ${artifact.digest}`, "1 there"]);
  });
});

describe.each([
  ["regctl", regctl],
  ["skopeo", skopeo],
] as const)("with %s", REQUIRED, (name, toolWith) => {
  const named = (repository: string) => `${name}-${repository}`;

  it("a tag that leads to another image is never moved, and the rest goes on", async () => {
    const other = await push.index(named("moved"), "1", BOTH);
    await copy(toolWith(env), wanted(other, "1"));
    const image = await push.index(named("moved"), "1", BOTH);
    const next = wanted(await push.index(named("next"), "1", BOTH), "1");
    const { isAll, lines } = await copy(toolWith(env), wanted(image, "1"), next);
    const { to } = wanted(image, "1");
    expect([isAll, lines]).toEqual([
      false,
      [
        expect.stringMatching(new RegExp(`^copied {3}${next.to} `)),
        `differs  ${to}  ours is ${other.digest}, and ECR has ${image.digest}; a tag is never moved, because an image without one is deleted: give the new one a tag of its own in ECR; or, when helm-values/ names ours nowhere, az acr repository untag --name 127 --image mmrv/${named("moved")}:1 and again`,
        "1 copied, 1 different",
      ],
    ]);
    expect(await toolWith(env).digest(to)).toBe(other.digest);
  });

  it("a tag that moves at its source stays here, once the image that it leads to is here under its own", async () => {
    const first = await push.index(named("latest"), "latest", BOTH);
    await copy(toolWith(env), wanted(first, "latest"));
    const second = await push.index(named("latest"), "2", BOTH);
    const [latest, own] = [wanted(second, "latest"), wanted(second, "2")];
    const { isAll, lines } = await copy(toolWith(env), latest, own);
    expect([isAll, lines]).toEqual([
      true,
      [
        expect.stringMatching(new RegExp(`^copied {3}${own.to} `)),
        `there    ${latest.to}  ${second.digest}  as 2: the tag moved at its source, and stays here`,
        "1 copied, 1 there",
      ],
    ]);
    expect(await toolWith(env).digest(latest.to)).toBe(first.digest);
  });

  it("an index with a platform that the source has lost is a fault, and nothing of it is copied", async () => {
    const image = await push.index(named("lost"), "1", BOTH);
    loseManifest(registries.aws, named("lost"), image.platforms[1] ?? "");
    const { to, from } = wanted(image, "1");
    expect(await copy(toolWith(env), wanted(image, "1"))).toEqual({
      isAll: false,
      lines: [
        `fault    ${to}  the index lists linux/arm64 (${image.platforms[1]}), and the source has no such manifest: push ${from} again`,
        "1 at fault",
      ],
    });
    expect(await toolWith(env).digest(to)).toBeUndefined();
  });

  it.each([
    [
      "an index",
      () => push.index(named("arm"), "1", ["linux/arm64", "windows/amd64", "unknown/unknown"]),
      "linux/arm64, windows/amd64",
    ],
    ["one image", () => push.image(named("arm-only"), "1", "linux/arm64"), "linux/arm64"],
  ])("%s without linux/amd64 is a fault that says which platforms it has", async (_, make, platforms) => {
    const artifact = wanted(await make(), "1");
    expect((await plan(toolWith(env), artifact)).lines).toEqual([
      `fault    ${artifact.to}  it is for ${platforms}, and our nodes are linux/amd64: build it for that too`,
      "1 at fault",
    ]);
  });

  it("an index whose entries name no platform is copied: what each is for stands in its own configuration", async () => {
    const repository = named("unnamed");
    const [intel, arm] = [
      await push.image(repository, undefined, "linux/amd64"),
      await push.image(repository, undefined, "linux/arm64"),
    ];
    // No image, such as an SBOM that a build has put beside them.
    const other = await push.chart(repository, "beside");
    const image = await push.indexOf(repository, "1", [{ of: arm }, { of: other }, { of: intel }]);
    const artifact = wanted(image, "1");
    const { isAll, lines } = await copy(toolWith(env), artifact);
    expect(isAll, lines.join("\n")).toBe(true);
    expect(await toolWith(env).contents(artifact.to, "image")).toMatchObject({
      digest: image.digest,
      platforms: [
        { name: "linux/arm64", digest: arm.digest },
        { name: "unknown/unknown", digest: other.digest },
        { name: "linux/amd64", digest: intel.digest },
      ],
    });
  });

  it("an index of images for other machines is a fault also when its entries do not say so", async () => {
    const repository = named("unnamed-arm");
    const image = await push.indexOf(repository, "1", [{ of: await push.image(repository, undefined, "linux/arm64") }]);
    const artifact = wanted(image, "1");
    expect((await plan(toolWith(env), artifact)).lines).toEqual([
      `fault    ${artifact.to}  it is for linux/arm64, and our nodes are linux/amd64: build it for that too`,
      "1 at fault",
    ]);
  });

  it("one image without an index and a chart, which has no platform, are copied", async () => {
    const image = wanted(await push.image(named("single"), "1", "linux/amd64"), "1");
    const chart = wanted(await push.chart(named("chart"), "v1.0.0"), "v1.0.0", "chart");
    const { isAll, lines } = await copy(toolWith(env), image, chart);
    expect(isAll, lines.join("\n")).toBe(true);
    expect(await plan(toolWith(env), image, chart)).toMatchObject({ isAll: true });
  });

  it("a digest that the source has not is a fault in one line", async () => {
    const image = await push.index(named("gone"), "1", BOTH);
    const artifact = wanted({ ...image, digest: `sha256:${"0".repeat(64)}` }, "2");
    const { lines } = await copy(toolWith(env), artifact);
    expect(lines[0]).toMatch(
      new RegExp(
        `^fault {4}${artifact.to} {2}the source is gone, or a part of it: push it again.* \\(${name}: [^\\n]+\\)$`,
      ),
    );
  });
});
