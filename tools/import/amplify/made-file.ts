import { basename } from "node:path";
import type { Statement } from "./shell";

/** A file's name that a statement makes out of what it prints; undefined for none, and for what nobody reads later. */
export function madeFileOf({ pipeline, to }: Statement): string | undefined {
  const tee = pipeline.find(([program]) => program === "tee");
  const path = tee ? tee.slice(1).find((word) => !word.startsWith("-")) : to;
  if (path === undefined || path.startsWith("/dev/")) return undefined;
  const name = basename(path)
    .replace(/[^\w.-]+/g, "-")
    .slice(0, 60);
  return name === "" || /\.(example|sample|template|log)$/.test(name) ? undefined : name;
}
