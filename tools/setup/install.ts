import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../environments/user-error";
import { stopCommands } from "./command";
import { cacheFolder, folderOf, installedPath } from "./locate";
import type { ToolName } from "./tools";

/** Followed by the process that makes something there, and what. */
const WORK = ".installing-";

/**
 * Makes a tool beside its place in the cache, and moves it there once it is whole: nobody ever finds half a tool.
 * @param make gets an empty folder that is thrown away, and returns one inside with the tool in it
 * @throws UserError of `make`, and when the cache cannot be written
 */
export async function install(name: ToolName, make: (work: string) => Promise<string>): Promise<void> {
  const place = folderOf(name);
  if (place === undefined) throw new Error(`${name} has no place in the cache`);
  const work = join(cacheFolder(), `${WORK}${process.pid}-${name}`);
  await mkdir(work, { recursive: true }).catch((error) => {
    throw asUserError(error);
  });
  try {
    const made = await make(work);
    // What stands there and is not whole: a Python environment whose Python is gone.
    if (installedPath(name) === undefined) rmSync(place, { recursive: true, force: true });
    await rename(made, place).catch((error: unknown) => {
      // Another run of this command was faster.
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
  const folder = cacheFolder();
  // What cannot be read cannot be written either, and each installation says that.
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  for (const entry of readdirSync(folder)) {
    const pid = entry.startsWith(WORK) ? Number.parseInt(entry.slice(WORK.length), 10) : undefined;
    if (pid !== undefined && isOver(pid)) rmSync(join(folder, entry), { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Ends what runs and leaves nothing half: for a signal. */
export function stopInstallation(): void {
  stopCommands();
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
