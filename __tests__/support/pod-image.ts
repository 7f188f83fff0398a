import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

/** What a Dockerfile's last stage adds up to. */
export interface PodImage {
  /** The folder on this machine that holds what the image has in `workdir`. */
  readonly folder: string;
  readonly workdir: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/**
 * Carries out the last stage of a Dockerfile without Docker, as no base image can be pulled here: its COPY, ENV, USER and
 * CMD are what runs, so a line that is missing there is missing here.
 *
 * @param built What stands in the build stage's `/app`.
 */
export function assembleImage(dockerfile: string, built: string, folder: string): PodImage {
  const lines = readFileSync(dockerfile, "utf8")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n");
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
  const all = (instruction: string) =>
    last.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1).trim());
  const only = (instruction: string) => {
    const [value, ...others] = all(instruction);
    if (value === undefined || others.length > 0) throw new Error(`${dockerfile}: expected one ${instruction}`);
    return value;
  };
  mkdirSync(folder, { recursive: true });
  for (const copy of all("COPY")) {
    const [, source, target] = /^--from=build \/app\/(\S+) (\S+)$/.exec(copy) ?? [];
    if (source === undefined || target === undefined) throw new Error(`${dockerfile}: cannot carry out COPY ${copy}`);
    const from = join(built, source);
    const isIntoFolder = target.endsWith("/") && statSync(from).isFile();
    cpSync(from, resolve(folder, target, isIntoFolder ? basename(from) : ""), { recursive: true });
  }
  const environment = Object.fromEntries(
    all("ENV").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return { folder, workdir: only("WORKDIR"), user: only("USER"), environment, command: JSON.parse(only("CMD")) };
}
