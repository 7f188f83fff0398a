import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deliverableReleases, deployedBranch } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { printableLines } from "../../model/printable";
import type { Delivery } from "../../model/schema/git-ops";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { run } from "../processes";
import type { Checkout } from "./checkout";
import { type Rendered, renderRelease } from "./render-release";

/** What becomes of one release. */
export interface ReleaseDifference {
  readonly release: string;
  /** Who delivers it at the commit before; null where the commit says nothing of it. */
  readonly before: Delivery | null;
  readonly delivery: Delivery | null;
  /** Of what changes on the cluster, by kind, namespace and name. */
  readonly objects: readonly ChangedObject[];
  /** Why what is deployed could not be rendered: all of it is shown as new then. */
  readonly why: string | null;
}

export interface ChangedObject {
  readonly object: string;
  readonly is: "added" | "changed" | "removed";
}

/** What changes on the cluster when a branch moves. */
export interface Difference {
  readonly branch: string;
  /** Null before the first deployment. */
  readonly from: string | null;
  readonly to: string;
  /** Whether anything that runs would change, or the branch would be made. */
  readonly changes: boolean;
  readonly releases: readonly ReleaseDifference[];
  /** What people approve: the same for the same two commits, wherever it is made. */
  readonly text: string;
  /** Of the text. */
  readonly sha256: string;
}

type Of = Pick<Environment, "applications" | "gitOps" | "name">;

/**
 * Renders what Flux would apply at two commits, and compares it object by object.
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
    const folders = [`gitops/${environment.name}`, "charts", "helm-values"];
    const trees = { before: join(folder, "tree-before"), after: join(folder, "tree-after") };
    if (from !== undefined) await checkout.extract(from, folders, trees.before);
    await checkout.extract(to, folders, trees.after);
    const releases: (ReleaseDifference & { readonly lines: string })[] = [];
    for (const release of deliverableReleases(environment)) {
      const after = await renderRelease(trees.after, environment, release, { folder });
      // What Flux does not release is the cluster's as it is, whatever a commit says of it.
      const isReleased = after?.delivery === "flux";
      const options = { folder, isReleased };
      const { rendered: before, why } = await orWhy(() => renderRelease(trees.before, environment, release, options));
      const { lines, objects } = await compareRendered(before, after, folder);
      releases.push({
        release,
        before: before?.delivery ?? null,
        delivery: after?.delivery ?? null,
        objects,
        why,
        lines,
      });
    }
    return difference(environment, from, to, releases);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is deployed and cannot be rendered is about to be mended: that stops nothing. */
async function orWhy(render: () => Promise<Rendered | undefined>) {
  try {
    return { rendered: await render(), why: null };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { rendered: undefined, why: flat(error.message) };
  }
}

function difference(
  environment: Of,
  from: string | undefined,
  to: string,
  found: readonly (ReleaseDifference & { readonly lines: string })[],
): Difference {
  if (found.every(({ delivery }) => delivery === null))
    throw new UserError(
      `${to}: has nothing in gitops/${environment.name}/, so Flux would find nothing\n  next: npx mmrv render, and merge what it writes`,
    );
  const branch = deployedBranch(environment);
  const releases = found.map(({ lines: _, ...release }) => release);
  const text = printableLines(
    [
      from === undefined ? `${branch}: made at ${to}` : `${branch}: from ${from} to ${to}`,
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
    changes: from === undefined || releases.some(({ objects }) => objects.length > 0),
    releases,
    text,
    sha256: createHash("sha256").update(text).digest("hex"),
  };
}

/** What becomes of a release, in a line. */
export function sentenceOf({ before, delivery, objects, release, why }: ReleaseDifference): string {
  const { length } = objects;
  const differ = length === 0 ? "nothing changes" : length === 1 ? "1 object changes" : `${length} objects change`;
  const broken = why === null ? "" : ` (what is deployed cannot be rendered, so all of it is shown as new: ${why})`;
  const moved = before !== null && delivery !== null && before !== delivery ? `${before} → ${delivery}; ` : "";
  const isAdopted = delivery === "flux" && before !== null && before !== "flux";
  const adopted = isAdopted
    ? "; taking it over is one upgrade, so its migration runs, and it is compared with what the commit before says"
    : "";
  return `${release}: ${moved}${now(delivery, differ)}${adopted}${broken}`;
}

function now(delivery: Delivery | null, differ: string): string {
  switch (delivery) {
    case "terraform":
      return "Terraform delivers it, and Flux reads nothing of it";
    case "handover":
      return `handed over and suspended, so nothing is released: ${differ}`;
    case "flux":
      return `Flux delivers it: ${differ}`;
    case null:
      return "the commit says nothing of it, and Flux takes nothing away";
  }
}

/** Compares objects by their names; git writes the difference, with nothing of the user's own settings. */
async function compareRendered(before: Rendered | undefined, after: Rendered | undefined, folder: string) {
  const one = before?.objects ?? new Map<string, string>();
  const other = after?.objects ?? new Map<string, string>();
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const objects: ChangedObject[] = [];
  const lines: string[] = [];
  for (const object of names) {
    const was = one.get(object);
    const is = other.get(object);
    if (was === is) continue;
    objects.push({ object, is: was === undefined ? "added" : is === undefined ? "removed" : "changed" });
    lines.push(await unifiedDiff(folder, object, was, is));
  }
  return { objects, lines: lines.join("") };
}

/** Neither a file of settings nor a variable says how a difference looks: two people who compare it compare the same. */
const NO_SETTINGS = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", LC_ALL: "C" };

async function unifiedDiff(folder: string, name: string, before = "", after = ""): Promise<string> {
  const sides = await Promise.all(
    [before, after].map(async (text, index) => {
      const file = join(folder, "compare", String(index));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    }),
  );
  const args = [
    "diff",
    "--no-index",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-algorithm=myers",
    "--unified=3",
    "--text",
  ];
  const env = { PATH: process.env["PATH"], ...NO_SETTINGS };
  const { stdout } = await run("git", [...args, "--", ...sides], { cwd: folder, env });
  // What stands before the first hunk are names of temporary files.
  const hunks = stdout.slice(stdout.indexOf("\n@@") + 1);
  return `--- ${before === "" ? "(none)" : name}\n+++ ${after === "" ? "(none)" : name}\n${hunks}`;
}
