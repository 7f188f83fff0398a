import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliverableReleases, deployedBranch, PROBE } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { GITOPS } from "../../model/gitops/files";
import { printableLines } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import type { Checkout } from "./checkout";
import { compareRendered } from "./compare-objects";
import { type ProbeDifference, probeSentence, type ReleaseDifference, sentenceOf } from "./release-difference";
import { renderRelease } from "./render-release";

/** What changes on the cluster when a branch moves. */
export interface Difference {
  readonly branch: string;
  /** Null before the first deployment. */
  readonly from: string | null;
  readonly to: string;
  /** Whether anything that Flux applies would change, or the branch would be made. */
  readonly changes: boolean;
  readonly probe: ProbeDifference;
  readonly releases: readonly ReleaseDifference[];
  /** What people approve: the same for the same two commits, wherever it is made. */
  readonly text: string;
  /** Of the text. */
  readonly sha256: string;
}

type Of = Pick<Environment, "applications" | "gitOps" | "name">;

/** Of one folder of gitops/. */
interface Found extends ReleaseDifference {
  readonly lines: string;
}

/**
 * Renders what Flux would apply at two commits, and compares it object by object: of every release, and of the probe.
 * @param from what is deployed; undefined before the first time
 * @throws UserError when the new commit cannot be rendered
 */
export async function compareCommits(
  checkout: Checkout,
  environment: Of,
  from: string | undefined,
  to: string,
): Promise<Difference> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-gitops-"));
  try {
    const folders = [`${GITOPS}/${environment.name}`, "charts", "helm-values"];
    const trees = { before: join(folder, "tree-before"), after: join(folder, "tree-after") };
    if (from !== undefined) await checkout.extract(from, folders, trees.before);
    await checkout.extract(to, folders, trees.after);
    const found: Found[] = [];
    for (const name of await namesIn(Object.values(trees), environment))
      found.push(await compareFolder(trees, environment, name, folder));
    return difference(environment, from, to, found);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The probe, the releases of the environment, and whatever else a commit has: Flux may have been told of that before. */
async function namesIn(trees: readonly string[], environment: Of): Promise<string[]> {
  const lists = trees.map(async (tree) => {
    const place = join(tree, GITOPS, environment.name);
    const entries = existsSync(place) ? await readdir(place, { withFileTypes: true }) : [];
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  });
  return [...new Set([PROBE, ...deliverableReleases(environment), ...(await Promise.all(lists)).flat().sort()])];
}

async function compareFolder(
  trees: { readonly before: string; readonly after: string },
  environment: Of,
  release: string,
  folder: string,
): Promise<Found> {
  const after = await renderRelease(trees.after, environment, release, { folder });
  // What Flux does not release is the cluster's as it is, whatever a commit says of it.
  const options = { folder, isReleased: after?.delivery === "flux" };
  const { rendered: before, why } = await orWhy(() => renderRelease(trees.before, environment, release, options));
  const compared = await compareRendered(before, after, { folder, isKnown: why === null });
  return { release, before: before?.delivery ?? null, delivery: after?.delivery ?? null, why, ...compared };
}

/** What is deployed and cannot be rendered is about to be mended: that stops nothing. */
async function orWhy<T>(render: () => Promise<T>) {
  try {
    return { rendered: await render(), why: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { rendered: undefined, why: flat(error.message) };
  }
}

function difference(environment: Of, from: string | undefined, to: string, found: readonly Found[]): Difference {
  const releases = found.filter(({ release }) => release !== PROBE).map(({ lines: _, ...release }) => release);
  if (releases.every(({ delivery }) => delivery === null))
    throw new UserError(
      `${to}: has nothing in gitops/${environment.name}/, so Flux would find nothing\n  next: npx mmrv render, and merge what it writes`,
    );
  const { objects, why } = found.find(({ release }) => release === PROBE) ?? { objects: [], why: null };
  const branch = deployedBranch(environment);
  const text = printableLines(
    [
      from === undefined ? `${branch}: made at ${to}` : `${branch}: from ${from} to ${to}`,
      probeSentence({ objects, why }),
      ...releases.map(sentenceOf),
      `A chart, a digest, a value: the branch moves all releases of ${environment.name} that Flux delivers, at once.`,
      ...found.flatMap(({ lines }) => (lines === "" ? [] : ["", lines.trimEnd()])),
      "",
    ]
      .join("\n")
      .replaceAll("\r", "\\r"),
  );
  return {
    branch,
    from: from ?? null,
    to,
    changes: from === undefined || found.some((one) => one.objects.length > 0),
    probe: { objects, why },
    releases,
    text,
    sha256: createHash("sha256").update(text).digest("hex"),
  };
}
