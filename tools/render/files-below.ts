import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Every file below a folder, in the same order everywhere.
 * @param root the folder of the repository
 * @returns paths from the root, with slashes; none for a folder that is not there
 */
export function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, file) : [file];
    });
}
