import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../model/user-error";
import { stopAll } from "../processes";
import { cacheFolder, folderOf, installedPath } from "./locate";
import type { ToolName } from "./tools";

const POLL_MS = 200;

/**
 * Makes a tool beside its place in the cache, and moves it there once it is whole: nobody ever finds half a tool. What
 * another run of this command is making already is waited for.
 * @param make gets an empty folder that is thrown away, and returns one inside with the tool in it
 * @throws UserError of `make`, and when the cache cannot be written
 */
export async function install(name: ToolName, make: (work: string) => Promise<string>): Promise<void> {
  const place = folderOf(name);
  if (place === undefined) throw new Error(`${name} has no place in the cache`);
  while (unfinished().some((one) => one.name === name && isAlive(one.pid))) await sleep(POLL_MS);
  if (installedPath(name) !== undefined) return;
  const work = join(cacheFolder(), `.installing-${process.pid}-${name}`);
  await mkdir(work, { recursive: true }).catch((error) => {
    throw asUserError(error);
  });
  try {
    const made = await make(work);
    // What stands there and is not whole: a Python environment whose Python is gone.
    if (installedPath(name) === undefined) rmSync(place, { recursive: true, force: true });
    await rename(made, place).catch((error: unknown) => {
      // Two that began in the same moment.
      if (installedPath(name) === undefined) throw error;
    });
  } catch (error) {
    throw asUserError(error);
  } finally {
    rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A folder that cannot be written is a user's to mend. */
function asUserError(error: unknown): unknown {
  const { code = "", path = cacheFolder() } = error as NodeJS.ErrnoException;
  if (!["EACCES", "EROFS", "EPERM", "ENOTDIR", "ENOSPC"].includes(code)) return error;
  return new UserError(
    `${dirname(path)} cannot be written (${code}); set MMRV_TOOLS, and GOPATH and GOCACHE if they are there too, to folders that can`,
  );
}

/** Removes what earlier runs of this command left that were killed. */
export function removeUnfinished(isOver: (pid: number) => boolean = (pid) => !isAlive(pid)): void {
  for (const { path, pid } of unfinished())
    if (isOver(pid)) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}

/** What is being made in the cache, or was when its process was killed. */
function unfinished(): { readonly path: string; readonly pid: number; readonly name: string }[] {
  const folder = cacheFolder();
  // What cannot be read cannot be written either, and each installation says that.
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).flatMap((entry) => {
    const [, pid, name = ""] = /^\.installing-(\d+)-(.+)$/.exec(entry) ?? [];
    return pid === undefined ? [] : [{ path: join(folder, entry), pid: Number(pid), name }];
  });
}

/** Ends what runs and leaves nothing half: for a signal. */
export function stopInstallation(): void {
  stopAll();
  removeUnfinished((pid) => pid === process.pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
