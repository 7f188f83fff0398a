import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../processes";
import type { Objects, Rendered } from "./render-release";

export interface ChangedObject {
  readonly object: string;
  /** Kept is what has left Git and was Flux's own to apply: nothing takes it off the cluster. */
  readonly is: "added" | "changed" | "removed" | "kept";
}

interface Compared {
  readonly objects: readonly ChangedObject[];
  /** For a person. */
  readonly lines: string;
}

const NOTHING: Objects = new Map();

/**
 * Compares what the cluster would hold by two commits.
 * @param isKnown false where the commit before could not be rendered
 */
export async function compareRendered(
  before: Rendered | undefined,
  after: Rendered | undefined,
  { folder, isKnown }: { readonly folder: string; readonly isKnown: boolean },
): Promise<Compared> {
  // What Terraform delivers, Flux is not told of. Once it has been, it applies what stands there until it is told to forget the folder.
  const wasTold = !isKnown || isTold(before);
  const isOwn = wasTold || isTold(after);
  const own = await compareObjects(
    isTold(before) ? before?.own : NOTHING,
    isOwn ? after?.own : NOTHING,
    "kept",
    folder,
  );
  const released = await compareObjects(before?.released, after?.released, "removed", folder);
  return { objects: [...own.objects, ...released.objects], lines: own.lines + released.lines };
}

const isTold = (rendered: Rendered | undefined): boolean => rendered !== undefined && rendered.delivery !== "terraform";

/** By their names; git writes the difference, with nothing of the user's own settings. */
async function compareObjects(
  one: Objects = NOTHING,
  other: Objects = NOTHING,
  gone: "kept" | "removed",
  folder: string,
): Promise<Compared> {
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const objects: ChangedObject[] = [];
  const lines: string[] = [];
  for (const object of names) {
    const was = one.get(object);
    const now = other.get(object);
    if (was === now) continue;
    const is = was === undefined ? "added" : now === undefined ? gone : "changed";
    objects.push({ object, is });
    lines.push(is === "kept" ? keptLines(object) : await unifiedDiff(folder, object, was, now));
  }
  return { objects, lines: lines.join("") };
}

/** Lines that go would look like a deletion. */
const keptLines = (object: string): string =>
  `--- ${object}\n+++ (left Git, and stays on the cluster: Flux takes nothing away)\n`;

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
