import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { DrillName } from "../../model/recovery/plan";
import { UserError } from "../../model/user-error";
import { parseJson } from "../parse-json";

/** Every folder of a drill begins so, and nothing else is ever removed for one. */
const PREFIX = "mmrv-drill-";

const journalSchema = z.object({ pid: z.int().positive(), folder: z.string() });

/** A drill that is being walked; its journal is there until it ends, however it ends. */
export interface Journal {
  /** Empty, and this user's alone. */
  readonly folder: string;
  /** What one that was killed had left, in one line; undefined when there was none. */
  readonly cleaned: string | undefined;
  readonly end: () => Promise<void>;
}

/** Where it is kept, on the machine that walks it; git ignores the folder. */
const journalFile = (drill: DrillName): string => `.mmrv/drill/${drill}.json`;

/**
 * Notes that a drill begins, before anything of it is there. What one that was killed (kill -9, a machine that went down) had
 * left is removed first.
 * @param root the folder of the program
 * @throws UserError when that drill runs already, or its journal is none
 */
export async function beginJournal(drill: DrillName, root: string): Promise<Journal> {
  const path = join(root, journalFile(drill));
  const cleaned = await cleanUp(drill, path);
  // Short: sockets of providers are made below it, and Linux takes 107 characters for one.
  const folder = join(tmpdir(), `${PREFIX}${randomUUID().slice(0, 8)}`);
  const beside = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(beside, `${JSON.stringify({ pid: process.pid, folder })}\n`);
    // Of two that begin together one finds the other's.
    await link(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UserError(`drill ${drill}: another one has just begun; wait for it`);
  } finally {
    await rm(beside, { force: true });
  }
  const end = async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(path, { force: true });
  };
  await mkdir(folder, { mode: 0o700 });
  return { folder, cleaned, end };
}

async function cleanUp(drill: DrillName, path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { data } = journalSchema.safeParse(parseJson(text));
  if (data === undefined || !basename(data.folder).startsWith(PREFIX))
    throw new UserError(`${journalFile(drill)}: is no journal of a drill; nothing was removed; remove it by hand`);
  if (isAlive(data.pid))
    throw new UserError(
      `drill ${drill}: runs already, as process ${data.pid}; wait for it (if that is another program: remove ${journalFile(drill)})`,
    );
  await rm(data.folder, { recursive: true, force: true });
  await rm(path, { force: true });
  return `drill ${drill}: the last one was killed half-way; what it had left is removed, and it begins anew`;
}

/** Also when it is somebody else's. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
