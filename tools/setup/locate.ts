import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { run } from "../processes";
import { TOOLS, type Tool, type ToolName } from "./tools";

/**
 * Where `npm run tools` installs: $MMRV_TOOLS, or a cache of the user that all working copies share. Each version has a
 * folder of its own, which appears whole or not at all; so a changed pin is simply not there yet.
 */
export const cacheFolder = (): string => resolve(process.env["MMRV_TOOLS"] || join(homedir(), ".cache", "mmrv-tools"));

export const tool = (name: ToolName): Tool => TOOLS[name];

export const toolNames = Object.keys(TOOLS) as ToolName[];

export const isFrom = (name: ToolName, by: Tool["source"]["by"]): boolean => tool(name).source.by === by;

/** The tools that share the Python environment of this one, itself among them. */
export const environmentOf = (name: ToolName): readonly ToolName[] =>
  isApart(name) ? [name] : toolNames.filter((other) => isFrom(other, "pypi") && !isApart(other));

function isApart(name: ToolName): boolean {
  const { source } = tool(name);
  return source.by === "pypi" && source.apart === true;
}

/** What pip is asked for, all at once, so that it finds versions which fit one another. */
export const requirementsOf = (names: readonly ToolName[]): readonly string[] =>
  names.flatMap((name) => {
    const { source, version } = tool(name);
    return source.by === "pypi" ? [`${source.package}==${version}`] : [];
  });

/** The folder of the cache that is this tool's in the pinned version; undefined for what is installed elsewhere. */
export function folderOf(name: ToolName): string | undefined {
  const { source, version } = tool(name);
  if (source.by === "go" || isApart(name)) return join(cacheFolder(), `${name}-${version}`);
  if (source.by !== "pypi") return undefined;
  const requirements = requirementsOf(environmentOf(name)).join("\n");
  return join(cacheFolder(), `python-${createHash("sha256").update(requirements).digest("hex").slice(0, 12)}`);
}

/** The pinned tool in the cache, or what npm installed; asks no process. */
export function installedPath(name: ToolName): string | undefined {
  if (isFrom(name, "npm")) return existing(resolve("node_modules/.bin", name));
  const folder = folderOf(name);
  // An environment whose Python has been uninstalled has a link that leads nowhere.
  const isWhole = folder !== undefined && (!isFrom(name, "pypi") || existsSync(join(folder, PYTHON)));
  return isWhole ? existing(join(folder, name)) : undefined;
}

/** Inside the folder of the Python tools. */
export const PYTHON = "venv/bin/python";

const existing = (path: string): string | undefined => (existsSync(path) ? path : undefined);

interface Located {
  readonly path: string;
  readonly version: string;
}

/** A tool that is on the PATH and will not do. */
interface Unfit {
  readonly unfit: string;
}

/**
 * Where a tool is in a version that will do: in the cache, or on the PATH in exactly the pinned version, which need not
 * be built then. undefined when it is nowhere.
 */
export async function locate(name: ToolName): Promise<Located | Unfit | undefined> {
  const { fits, says, version = "" } = tool(name);
  const installed = installedPath(name);
  if (installed !== undefined) return { path: installed, version: version.replace(/^v/, "") };
  const said = says && (await whatItSays(name, says));
  if (said === undefined) return undefined;
  const found = /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? "of unknown version";
  const willDo = fits ? fits.pattern.test(found) : version === "" || saysVersion(said, version);
  return willDo ? { path: name, version: found } : { unfit: found };
}

/** What a tool prints when it is asked for its version; undefined when it cannot be run. */
export async function whatItSays(path: string, says: readonly string[]): Promise<string | undefined> {
  // No limit of time: on a busy machine the first run of a large tool takes seconds, and a tool that hangs is seen.
  return run(path, says).then(
    ({ exitCode, stdout }) => (exitCode === 0 ? stdout : undefined),
    () => undefined,
  );
}

/** Whether this version is among the words, with or without its v and what a build adds to it. */
export const saysVersion = (said: string, version: string): boolean =>
  said.split(/[\s+]+/).some((word) => word.replace(/^v/, "") === version.replace(/^v/, ""));

/** The folders of the cache that hold a pinned tool, for a PATH. */
export const toolFolders = (): string[] => [
  ...new Set(
    toolNames.flatMap((name) => {
      const folder = folderOf(name);
      return folder !== undefined && installedPath(name) !== undefined ? [folder] : [];
    }),
  ),
];

/** A PATH for tests: the pinned versions are the ones that they know. */
export const pinnedFirst = (path = process.env["PATH"] ?? ""): string => [...toolFolders(), path].join(delimiter);

/** A PATH for commands: an operator's own tools come first, because they hold logins and what their platform asks for. */
export const pinnedLast = (path = process.env["PATH"] ?? ""): string => [path, ...toolFolders()].join(delimiter);
