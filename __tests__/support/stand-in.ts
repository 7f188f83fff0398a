import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Puts a shell script in front of everything on the PATH, under a tool's name; returns the folder. */
export function standIn(folder: string, tool: string, script: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, tool);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const first = `${folder}${delimiter}`;
  if (!process.env["PATH"]?.startsWith(first)) process.env["PATH"] = first + process.env["PATH"];
  return folder;
}
