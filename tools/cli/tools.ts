import { writeSync } from "node:fs";
import { Command } from "commander";
import pLimit, { type LimitFunction } from "p-limit";
import { UserError } from "../../model/user-error";
import { complain, isOnTerminal, say } from "../output";
import { sideBySide } from "../progress";
import { removeUnfinished, stopInstallation } from "../setup/install";
import { cacheFolder, tool, toolNames } from "../setup/locate";
import { type Failure, groupByReason, type Job, planInstallation } from "../setup/plan";
import { run } from "./run";

/** `mmrv tools`. */
export const toolsCommand = (): Command =>
  new Command("tools")
    .description(
      `Installs the pinned tools that the tests and some commands call into ${cacheFolder()} ($MMRV_TOOLS). What is there already, in this cache or on the PATH in the pinned version, is left as it is.`,
    )
    .argument("[name...]", `tools that are made on demand beside the others: ${ON_DEMAND.join(", ")}`)
    .option("--dry-run", "say what would be installed, and stop")
    .addHelpText("after", "\nExit code: 0 everything is there, 1 something could not be had.")
    .action((names: string[], options: { dryRun?: boolean }) => run(() => tools(names, options.dryRun === true)));

const ON_DEMAND = toolNames.filter((name) => tool(name).onDemand !== undefined);

async function tools(names: readonly string[], dryRun: boolean): Promise<number> {
  const { there, jobs, failures } = await planInstallation(names);
  if (!dryRun) removeUnfinished();
  if (dryRun) for (const { title, how } of jobs) say(`${title}: would be installed ${how}`);
  const all = [...failures, ...(dryRun ? [] : await installAll(jobs))];
  for (const { names, reason } of groupByReason(all)) complain(`not installed: ${names.join(", ")}: ${reason}`);
  const missing = all.flatMap(({ names }) => names).length;
  if (missing > 0) complain(`tools missing: ${missing}; mend what is said above, then: npm run tools`);
  else if (jobs.length === 0) say(`all ${there.length} tools are there: ${cacheFolder()}`);
  return missing > 0 ? 1 : 0;
}

/** Go compiles on every core by itself, but waits for the network between. */
const AT_ONCE = 3;

/** With live progress on a terminal; in a log with a line for each beginning and end. */
async function installAll(jobs: readonly Job[]): Promise<Failure[]> {
  if (jobs.length === 0) return [];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, stop);
  const isTerminal = isOnTerminal();
  const failures: Failure[] = [];
  const bugs: unknown[] = [];
  const atOnce = pLimit(AT_ONCE);
  const lanes = new Map<string, LimitFunction>();
  const laneOf = ({ lane }: Job): LimitFunction => {
    const limit = lanes.get(lane) ?? pLimit(1);
    lanes.set(lane, limit);
    return limit;
  };
  const install = async ({ how, names, run, title }: Job, show: (line: string) => void) => {
    show(`${title}: installing ${how}`);
    const begun = performance.now();
    const seconds = () => `${Math.round((performance.now() - begun) / 1000)} s`;
    try {
      await run();
      show(`${title}: installed in ${seconds()}`);
    } catch (error) {
      if (error instanceof UserError) failures.push({ names, reason: error.message });
      else bugs.push(error);
      show(`${title}: failed after ${seconds()}`);
      throw error;
    }
  };
  const tasks = jobs.map((job) => ({
    title: `${job.title}: waits for its turn`,
    run: (task: { title: string }) => {
      const show = (line: string) => {
        task.title = line;
        if (!isTerminal) say(line);
      };
      return laneOf(job)(() => atOnce(() => install(job, show)));
    },
  }));
  await sideBySide(tasks);
  if (bugs.length > 0) throw bugs[0];
  return failures;
}

function stop(signal: NodeJS.Signals): void {
  stopInstallation();
  writeSync(2, `\nstopped by ${signal}: nothing half is left; npm run tools goes on with the rest\n`);
  process.exit(130);
}
