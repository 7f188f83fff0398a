import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOCAL_STATE } from "../terraform/local-state";

/** Copies a stack to `folder` and puts its state there, whatever the program says: one override file, no other change. */
export async function layOut({ folder: from }: { readonly folder: string }, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(from, folder, { recursive: true });
  await writeFile(join(folder, LOCAL_STATE.file), LOCAL_STATE.text);
}
