import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { applicationNames } from "../../model/applications";
import { imageRepositoryOf } from "../../model/naming";
import { UserError } from "../../model/user-error";
import type { CopyTool } from "../images/copy-tool";
import type { Artifact } from "../images/desired-artifacts";
import { requireTools } from "../images/find-tool";
import { copyArtifacts, isComplete, planArtifacts } from "../images/plan";
import { regctl } from "../images/regctl";
import { makeCertificate } from "../local-registry/certificate";
import { addReferrer, type PushedImage, Pusher } from "../local-registry/pusher";
import { Registry } from "../local-registry/registry";
import type { Ground, LocalDrill, Walked } from "./local-drill";
import { digestsOf, lose, TAG } from "./registry-contents";

/** Of what the images are: one for the nodes, and one that comes along. */
const PLATFORMS = ["linux/amd64", "linux/arm64"];

/** What refers to an image: a signature and a list of its parts, as a pipeline attaches them. */
const REFERRERS = ["application/vnd.dev.sigstore.bundle.v0.3+json", "application/spdx+json"];

/** Deletes images by their digests in a registry of this machine, and copies them back. */
export const registryDrill: LocalDrill = {
  steps: [
    "start three registries on this machine (ECR, ours, the other environment's), and push an image of nobody for every application, with what refers to it",
    "copy them into ours as mmrv images copy does, and on into the other",
    "delete each digest in ours, its platforms and what refers to it; see that mmrv images plan misses it",
    "copy them back from ECR: the same digests, with everything that refers to them",
    "delete them in ours once more, and in ECR too; copy them back from the other registry: the same again",
  ],
  walk: async (ground) => {
    requireTools("regctl");
    const folder = join(ground.folder, "registries");
    await mkdir(folder);
    const certificate = await makeCertificate(folder);
    const started: Registry[] = [];
    try {
      for (const name of ["ecr", "ours", "other"]) started.push(await Registry.start(join(folder, name), certificate));
      const [ecr, ours, other] = started;
      if (!ecr || !ours || !other) throw new Error("no registries");
      const { DOCKER_AUTH_CONFIG: _, ...rest } = process.env;
      // Nobody's logins: these registries ask for none.
      const env = {
        ...rest,
        SSL_CERT_FILE: certificate.file,
        DOCKER_CONFIG: folder,
        REGCTL_CONFIG: join(folder, "regctl.json"),
      };
      return await walk(ground, { ecr, ours, other, env, tool: regctl(env) });
    } finally {
      await Promise.all(started.map((registry) => registry.stop()));
    }
  },
};

interface Three {
  readonly ecr: Registry;
  readonly ours: Registry;
  readonly other: Registry;
  readonly env: NodeJS.ProcessEnv;
  readonly tool: CopyTool;
}

async function walk({ environment, tell }: Ground, three: Three): Promise<Walked> {
  const { ecr, other, ours } = three;
  const pushed = await push(applicationNames(environment), three);
  tell(`pushed ${pushed.length} images of nobody, each with ${REFERRERS.length} referrers`);
  const repositories = pushed.map(({ repository }) => repository);
  const fromEcr = pushed.map((image) => artifact(image, ecr, ours));
  await copy(three, fromEcr, tell);
  await copy(
    three,
    pushed.map((image) => artifact(image, ours, other)),
    tell,
  );
  const before = await digestsOf(ours, repositories, three.env);

  await loseAll(three, ours, fromEcr, tell);
  await copy(three, fromEcr, tell);
  const again = await digestsOf(ours, repositories, three.env);

  await loseAll(three, ours, fromEcr, tell);
  for (const repository of repositories) await lose(ecr, repository);
  await copy(
    three,
    pushed.map((image) => artifact(image, other, ours)),
    tell,
  );
  const fromOther = await digestsOf(ours, repositories, three.env);

  for (const [from, now] of [
    ["ECR", again],
    ["the other registry", fromOther],
  ] as const)
    if (now.join() !== before.join())
      throw new UserError(`drill registry: what came back from ${from} has other digests than what was lost`);
  const digests = pushed.map(({ digest, repository }) => `${repository}@${digest}`);
  return {
    lost: [`in our registry, twice: ${digests.join(", ")}, with platforms and referrers`, "the second time in ECR too"],
    done: [
      "copied back from ECR, as mmrv images copy does",
      "copied back from the other registry, which had got them from ours",
    ],
    back: ["the same digests of every index, platform and referrer, both times"],
    counts: {
      images: { before: pushed.length, after: pushed.length },
      "digests, from ECR": { before: before.length, after: again.length },
      "digests, from the other registry": { before: before.length, after: fromOther.length },
    },
  };
}

/** An image of nobody for each application, in ECR, with what refers to it. */
async function push(applications: readonly string[], { ecr, env }: Three): Promise<PushedImage[]> {
  const pusher = new Pusher(ecr);
  const images: PushedImage[] = [];
  for (const application of applications) {
    const image = await pusher.index(imageRepositoryOf(application), TAG, PLATFORMS);
    for (const type of REFERRERS)
      await addReferrer(`${ecr.host}/${image.repository}@${image.digest}`, type, `{"of":"${application}"}`, env);
    images.push(image);
  }
  return images;
}

const artifact = ({ digest, repository }: PushedImage, from: Registry, to: Registry): Artifact => ({
  kind: "image",
  origin: from.host,
  ifTaken: "begin the drill anew",
  from: `${from.host}/${repository}@${digest}`,
  digest,
  to: `${to.host}/${repository}:${TAG}`,
});

async function copy({ tool }: Three, artifacts: readonly Artifact[], tell: Ground["tell"]): Promise<void> {
  const outcome = await copyArtifacts({ artifacts, faults: [], notes: [] }, tool, tell);
  if (!isComplete(outcome)) throw new UserError("drill registry: not everything was copied, as the lines above say");
}

/** Deletes all of them, and sees that whoever asks would know. */
async function loseAll(
  { tool }: Three,
  registry: Registry,
  artifacts: readonly Artifact[],
  tell: Ground["tell"],
): Promise<void> {
  let count = 0;
  for (const { to } of artifacts) count += await lose(registry, to.slice(registry.host.length + 1, -`:${TAG}`.length));
  const { tally } = await planArtifacts({ artifacts, faults: [], notes: [] }, tool, () => {});
  if (tally["to copy"] !== artifacts.length)
    throw new UserError(`drill registry: of ${artifacts.length} deleted images ${tally["to copy"]} are missed`);
  tell(`deleted ${count} digests in ours; images plan misses all ${artifacts.length} images`);
}
