import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { DELIVERIES } from "../../model/schema/git-ops";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";
import { type ClusterView, newestOf } from "./cluster-view";
import { liveRelease } from "./live-objects";

const evidenceSchema = z.object({
  environment: z.string(),
  release: z.string(),
  /** The moment, in ISO 8601. */
  takenAt: z.string(),
  /** Who delivered when it was taken. */
  delivery: z.enum(DELIVERIES),
  revision: z.number(),
  objects: z.array(
    z.object({
      kind: z.string(),
      namespace: z.string(),
      name: z.string(),
      uid: z.string(),
      generation: z.number().nullable(),
    }),
  ),
});

/** What was live before a step: the objects of the release and its pods, each by what changes when somebody touches it. */
export type Evidence = z.infer<typeof evidenceSchema>;

/** Where it is kept, on the machine of whoever took the step: it proves a thing of minutes, and git ignores the folder. */
export const evidenceFile = ({ environment, release }: Pick<Evidence, "environment" | "release">): string =>
  `.mmrv/handover/${environment}-${release}.json`;

/**
 * What is live now.
 * @returns undefined when the release is not there
 */
export async function evidenceNow(
  view: ClusterView,
  of: Pick<Evidence, "delivery" | "environment" | "release" | "takenAt">,
): Promise<Evidence | undefined> {
  const newest = newestOf(await view.revisions(of.release));
  if (newest === undefined) return undefined;
  const record = await view.record(of.release, newest);
  const { objects } = await liveRelease(view.kubectl, of.release, record);
  return { ...of, revision: newest.revision, objects: [...objects] };
}

/** Keeps it in one move. */
export async function keepEvidence(evidence: Evidence, root: string): Promise<void> {
  const path = join(root, evidenceFile(evidence));
  const beside = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(beside, `${JSON.stringify(evidence, null, 2)}\n`);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}

/**
 * What was kept; undefined when nothing was.
 * @param file as it was typed, when it was. @default where a step keeps it
 * @throws UserError for a file that is none of them, or of another release
 */
export async function keptEvidence(
  of: Pick<Evidence, "environment" | "release">,
  root: string,
  file?: string,
): Promise<Evidence | undefined> {
  const name = file ?? evidenceFile(of);
  const text = await readFile(file ?? join(root, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && file === undefined) return undefined;
    if (error.code === "ENOENT") throw new UserError(`${name}: there is no such file`);
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = evidenceSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new UserError(`${name}: is not what handover keeps; remove it`);
  const { environment, release } = parsed.data;
  if (environment === of.environment && release === of.release) return parsed.data;
  throw new UserError(`${name}: is of ${environment} ${release}, not of ${of.environment} ${of.release}`);
}

/** What has been touched since: one sentence for each object, none when nothing was. */
export function touchedSince(before: Evidence, now: Pick<Evidence, "objects">): string[] {
  const keyOf = ({ kind, name, namespace }: Evidence["objects"][number]) =>
    `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
  const had = new Map(before.objects.map((one) => [keyOf(one), one]));
  const has = new Map(now.objects.map((one) => [keyOf(one), one]));
  const gone = [...had.keys()].filter((key) => !has.has(key)).map((key) => `${key} is gone`);
  const rest = [...has].flatMap(([key, { generation, uid }]) => {
    const old = had.get(key);
    if (old === undefined) return [`${key} is new`];
    if (old.uid !== uid) return [`${key} is another one of that name`];
    return old.generation === generation ? [] : [`${key} was changed (generation ${old.generation} → ${generation})`];
  });
  return [...gone, ...rest];
}
