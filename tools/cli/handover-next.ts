import { Command } from "commander";
import { kubectlFor } from "../deploy/kubernetes/own-kubectl";
import { ClusterView } from "../handover/cluster-view";
import { linesOfCondition } from "../handover/conditions";
import { next } from "../handover/next";
import { releaseStack } from "../handover/release-stack";
import { findRelease } from "../handover/steps";
import { coloursOf, complain, say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { nowText } from "./now-text";
import { run } from "./run";

interface Options {
  readonly acceptGap?: boolean;
  readonly dryRun?: boolean;
}

/** `mmrv handover next`. */
export const handoverNextCommand = (): Command =>
  new Command("next")
    .description(
      "Takes one step towards Flux in the environment's file, when every condition is good: terraform, handover, flux. Nothing in the cluster changes until that is merged and deployed. Exit 1 when a condition is not good, or could not be asked.",
    )
    .argument("<environment>", "such as staging")
    .argument("<release>", "platform, or an application such as backend")
    .option("--accept-gap", "take it although a workload has one pod alone, which nothing would stand in for")
    .option("--dry-run", "say how every condition stands and what would be written, and stop")
    .action((environment: string, release: string, options: Options) =>
      run(() => handoverNext(environment, release, options)),
    );

async function handoverNext(name: string, wanted: string, { acceptGap, dryRun = false }: Options): Promise<number> {
  const environment = findEnvironment(name);
  const release = findRelease(environment, wanted);
  const asked = {
    view: ClusterView.by(() => kubectlFor(environment)),
    stack: releaseStack(name, release),
    acceptsGap: acceptGap === true,
  };
  const taken = await next(environment, release, asked, { at: nowText(), dryRun, tell: say });
  if (taken === undefined) return 0;
  const paint = coloursOf(process.stdout);
  for (const condition of taken.conditions)
    for (const line of linesOfCondition(condition)) say(line, condition.isGood ? undefined : paint.red);
  const { from, isTaken, notes, remaining, to } = taken;
  if (!taken.conditions.every(({ isGood }) => isGood)) {
    complain(`${release}: ${from} → ${to} waits; nothing was written`);
    return 1;
  }
  for (const note of notes) say(`note: ${note}`);
  if (!isTaken) say(`would write environments/${name}.ts: ${release} ${from} → ${to}`);
  for (const line of remaining) say(`next: ${line}`);
  return 0;
}
