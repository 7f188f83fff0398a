import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { didYouMean } from "../../model/did-you-mean";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { installFromDebian, whyNotDebian } from "./debian";
import { buildFromGo } from "./go";
import { install } from "./install";
import { environmentOf, folderOf, isFrom, locate, saysVersion, tool, toolNames, whatItSays } from "./locate";
import { installFromPyPI } from "./python";
import type { ToolName } from "./tools";

/** What is installed in one go: a Go program, a Python environment, all of Debian. */
export interface Job {
  readonly names: readonly ToolName[];
  readonly title: string;
  /** For people, of what takes its time. */
  readonly how: string;
  /** Jobs of one lane run one after the other: programs of one Go module would compile the same packages twice. */
  readonly lane: string;
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
  /** What is known to fail before anything is begun. */
  readonly failures: readonly Failure[];
}

interface Way {
  readonly by: "go" | "pypi" | "debian" | "npm";
  readonly whyNot: (names: readonly ToolName[]) => Promise<string | undefined>;
  readonly jobs: (names: readonly ToolName[]) => readonly Job[];
}

/** First what mostly waits for the network. */
const WAYS: readonly Way[] = [
  {
    by: "debian",
    whyNot: async (names) => whyNotDebian(names.map(packageOf)),
    jobs: (names) => [debianJob(names)],
  },
  { by: "pypi", whyNot: () => whyNotWith("python3"), jobs: pythonJobs },
  { by: "go", whyNot: () => whyNotWith("go"), jobs: (names) => names.map(goJob) },
  { by: "npm", whyNot: async () => "it is a package of this repository; run: npm ci", jobs: () => [] },
];

/**
 * What is there, what is to do, and what cannot be done. Those that the user installs are left out.
 * @param named what is wanted of those that are made on demand
 * @throws UserError on Windows, and for a name that is no such tool's
 */
export async function planInstallation(named: readonly string[] = []): Promise<Plan> {
  if (process.platform === "win32")
    throw new UserError(
      "the tools are not installed on Windows itself, where the tests that call them do not run; open the repository in its devcontainer or in WSL, then: npm run tools",
    );
  const ours = toolNames.filter((name) => !isFrom(name, "user"));
  const strangers = named.filter((name) => !ours.some((one) => one === name));
  if (strangers.length > 0)
    throw new UserError(
      strangers
        .map((name) => `${printable(name)}: must be one of ${ours.join(", ")}${didYouMean(name, ours)}`)
        .join("\n"),
    );
  const wanted = ours.filter((name) => tool(name).onDemand === undefined || named.includes(name));
  const found = await Promise.all(wanted.map(async (name) => ({ name, at: await locate(name) })));
  const there = found.filter(({ at }) => at !== undefined && "path" in at).map(({ name }) => name);
  const jobs: Job[] = [];
  const failures: Failure[] = [];
  for (const way of WAYS) {
    const names = wanted.filter((name) => isFrom(name, way.by) && !there.includes(name));
    if (names.length === 0) continue;
    const reason = await way.whyNot(names);
    if (reason === undefined) jobs.push(...way.jobs(names));
    else failures.push({ names, reason });
  }
  return { there, jobs, failures };
}

/** Why nothing can be built with a tool of the user's. */
async function whyNotWith(builder: "go" | "python3"): Promise<string | undefined> {
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
  const make = async (work: string) => {
    const program = await buildFromGo(source, version, work);
    const said = await whatItSays(program, says);
    if (said === undefined || !saysVersion(said, version))
      throw new UserError(`what was built of ${source.module} does not say that it is ${version}`);
    const folder = join(work, "folder");
    await mkdir(folder);
    await rename(program, join(folder, name));
    return folder;
  };
  const run = () => install(name, make);
  return { names: [name], title: labelOf(name), how: `from the Go module ${source.module}`, lane: source.module, run };
}

/** One for each environment, which is made whole. */
function pythonJobs(names: readonly ToolName[]): Job[] {
  const folders = names.map(folderOf);
  const firsts = names.filter((_, index) => folders.indexOf(folders[index]) === index);
  return firsts.map((first) => {
    const tools = environmentOf(first);
    const run = () => install(first, (work) => installFromPyPI(tools, work));
    return { names: tools, title: tools.map(labelOf).join(", "), how: "from PyPI", lane: "pypi", run };
  });
}

function debianJob(names: readonly ToolName[]): Job {
  const packages = names.map(packageOf);
  const run = () => installFromDebian(packages);
  return { names, title: names.join(", "), how: `as root: apt-get install ${packages.join(" ")}`, lane: "debian", run };
}

/** One line for each cause, however many tools it keeps away. */
export function groupByReason(failures: readonly Failure[]): Failure[] {
  return [...new Set(failures.map(({ reason }) => reason))].map((reason) => {
    const names = failures.filter((failure) => failure.reason === reason).flatMap((failure) => failure.names);
    return { names: toolNames.filter((name) => names.includes(name)), reason };
  });
}
