import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Edit } from "./values-documents";

/** Where the folders are that an import writes to, by the name that a user knows. */
export type Folders = Readonly<Record<string, string>>;

/** @returns undefined for a file that is not there */
export function readText(folders: Folders, file: string): string | undefined {
  const path = pathOf(folders, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Writes all of them, or none when one cannot be written: each under another name first. */
export function writeTogether(folders: Folders, edits: readonly Edit[]): void {
  const paths = edits.map(({ after, file }) => ({ path: pathOf(folders, file), after }));
  for (const { after, path } of paths) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp`, after);
  }
  for (const { path } of paths) renameSync(`${path}.tmp`, path);
}

function pathOf(folders: Folders, file: string): string {
  const [first = "", ...rest] = file.split("/");
  const folder = folders[first];
  if (folder === undefined) throw new Error(`no folder of the name ${first}`);
  return join(folder, ...rest);
}
