import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { chmod, mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../../environments/user-error";
import { stopCommands } from "./command";
import { installFromDebian, whyNotDebian } from "./debian";
import { buildFromGo } from "./go";
import {
  cacheFolder,
  folderOf,
  installedPath,
  isFrom,
  locate,
  saysVersion,
  tool,
  toolNames,
  whatItSays,
} from "./locate";
import { installFromPyPI } from "./python";
import type { ToolName } from "./tools";

/** What is installed in one go: a Go program, all of PyPI, all of Debian. */
export interface Job {
  readonly names: readonly ToolName[];
  readonly title: string;
  /** For people, of what takes its time. */
  readonly how: string;
  /** Go uses every core by itself, so its jobs run one after the other; the rest waits for the network beside them. */
  readonly lane: "go" | "other";
  /** @throws UserError in one line */
  readonly run: () => Promise<void>;
}

/** Tools that cannot be had, and in one sentence why, and what to do. */
export interface Failure {
  readonly names: readonly ToolName[];
  readonly reason: string;
}

export interface Plan {
  readonly there: readonly ToolName[];
  readonly jobs: readonly Job[];
  readonly failures: readonly Failure[];
}

/**
 * What is there, what is to do, and what is known to fail before anything is begun. Those that the user installs are left out.
 * @throws UserError on Windows
 */
export async function planInstallation(): Promise<Plan> {
  if (process.platform === "win32")
    throw new UserError(
      "the tools are not installed on Windows itself, where the tests that call them do not run; open the repository in its devcontainer or in WSL, then: npm run tools",
    );
  const wanted = toolNames.filter((name) => !isFrom(name, "user"));
  const found = await Promise.all(wanted.map(async (name) => ({ name, at: await locate(name) })));
  const isThere = (at: (typeof found)[number]["at"]) => at !== undefined && "path" in at;
  const missing = found.filter(({ at }) => !isThere(at)).map(({ name }) => name);
  const from = (by: Parameters<typeof isFrom>[1]) => missing.filter((name) => isFrom(name, by));
  const [byGo, byPyPI, byDebian, byNpm] = [from("go"), from("pypi"), from("debian"), from("npm")];
  const reasons = {
    npm: byNpm.length > 0 ? "it is a package of this repository; run: npm ci" : undefined,
    go: byGo.length > 0 ? await whyNot("go") : undefined,
    python: byPyPI.length > 0 ? await whyNot("python3") : undefined,
    debian: byDebian.length > 0 ? whyNotDebian(byDebian.map(packageOf)) : undefined,
  };
  const jobs = [
    ...(reasons.go === undefined ? byGo.map(goJob) : []),
    ...(byPyPI.length > 0 && reasons.python === undefined ? [pythonJob(byPyPI)] : []),
    ...(byDebian.length > 0 && reasons.debian === undefined ? [debianJob(byDebian)] : []),
  ];
  const failures = [
    { names: byNpm, reason: reasons.npm },
    { names: byGo, reason: reasons.go },
    { names: byPyPI, reason: reasons.python },
    { names: byDebian, reason: reasons.debian },
  ].flatMap(({ names, reason }) => (reason === undefined ? [] : [{ names, reason }]));
  return { there: found.filter(({ at }) => isThere(at)).map(({ name }) => name), jobs, failures };
}

/** Why nothing can be built with a tool of the user's. */
async function whyNot(builder: "go" | "python3"): Promise<string | undefined> {
  const { fits, source } = tool(builder);
  const must = `${builder} ${fits?.must}: ${source.by === "user" ? source.from : ""}`;
  const at = await locate(builder);
  if (at === undefined) return `${builder} is not on the PATH; install ${must}`;
  return "unfit" in at ? `${builder} ${at.unfit} is too old; install ${must}` : undefined;
}

function packageOf(name: ToolName): string {
  const { source } = tool(name);
  return "package" in source ? source.package : name;
}

const labelOf = (name: ToolName): string => [name, tool(name).version].filter((word) => word !== undefined).join(" ");

function goJob(name: ToolName): Job {
  const { says = [], source, version = "" } = tool(name);
  if (source.by !== "go") throw new Error(`${name} is no Go module`);
  const run = () =>
    install(name, async (work) => {
      const folder = join(work, "folder");
      const program = await buildFromGo(source, version, work);
      const said = await whatItSays(program, says);
      if (said === undefined || !saysVersion(said, version))
        throw new UserError(`what was built of ${source.module} does not say that it is ${version}`);
      await mkdir(folder);
      await rename(program, join(folder, name));
      return folder;
    });
  return { names: [name], title: labelOf(name), how: `from the Go module ${source.module}`, lane: "go", run };
}

function pythonJob(names: readonly [ToolName, ...ToolName[]] | readonly ToolName[]): Job {
  const [first] = names;
  const run = () =>
    install(first as ToolName, async (work) => {
      const folder = join(work, "folder");
      await installFromPyPI(folder, work);
      return folder;
    });
  return { names, title: names.map(labelOf).join(", "), how: "from PyPI", lane: "other", run };
}

function debianJob(names: readonly ToolName[]): Job {
  const packages = names.map(packageOf);
  return {
    names,
    title: names.join(", "),
    how: `as root: apt-get install ${packages.join(" ")}`,
    lane: "other",
    run: () => installFromDebian(packages),
  };
}

/** Beside its place, and moved there once it is whole: nobody ever finds half a tool. */
async function install(name: ToolName, make: (work: string) => Promise<string>): Promise<void> {
  const place = folderOf(name) ?? "";
  const work = join(cacheFolder(), `${WORK}${process.pid}-${name}`);
  await mkdir(work, { recursive: true }).catch((error) => {
    throw asUserError(error);
  });
  try {
    const made = await make(work);
    await chmod(made, 0o755);
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

const WORK = ".installing-";

/** A folder that cannot be written is a user's to mend. */
function asUserError(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  return code === undefined || !["EACCES", "EROFS", "EPERM", "ENOTDIR", "ENOSPC"].includes(code)
    ? error
    : new UserError(cannotWrite(code, path ?? cacheFolder()));
}

const cannotWrite = (code: string, path: string): string =>
  `${dirname(path)} cannot be written (${code}); set MMRV_TOOLS, and GOPATH and GOCACHE if they are there too, to folders that can`;

/** Removes what earlier runs of this command left that were killed, and at a signal what this one has begun. */
export function removeUnfinished(isOurs = (pid: number) => !isAlive(pid)): void {
  const folder = cacheFolder();
  // What cannot be read cannot be written either, and each installation says that.
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return;
  for (const entry of readdirSync(folder)) {
    const pid = new RegExp(`^\\${WORK}(\\d+)-`).exec(entry)?.[1];
    if (pid !== undefined && isOurs(Number(pid)))
      rmSync(join(folder, entry), { recursive: true, force: true, maxRetries: 5 });
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

/** One line for each cause, however many tools it keeps away. */
export function groupByReason(failures: readonly Failure[]): Failure[] {
  const byReason = new Map<string, ToolName[]>();
  for (const { names, reason } of failures) byReason.set(reason, [...(byReason.get(reason) ?? []), ...names]);
  return [...byReason].map(([reason, names]) => ({ names: toolNames.filter((name) => names.includes(name)), reason }));
}
