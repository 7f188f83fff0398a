import { Command } from "commander";
import { isConfirmed } from "../confirm";
import { AUTO_APPROVE, refuseUnasked } from "../deploy/cdktf";
import { kubectlFor } from "../deploy/kubernetes/own-kubectl";
import { back } from "../handover/back";
import { ClusterView } from "../handover/cluster-view";
import { findRelease } from "../handover/steps";
import { say } from "../output";
import { findEnvironment } from "../program/find-environment";
import { nowText } from "./now-text";
import { run } from "./run";

interface Options {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

/** `mmrv handover back`. */
export const handoverBackCommand = (): Command =>
  new Command("back")
    .description(
      "Takes one step towards Terraform in the environment's file: flux, handover, terraform. Once Terraform delivers, it takes the suspended HelmRelease away that is left over, after a question; the release stays as it is. Exit 1 when Flux still acts on it, and when there is nothing to take back.",
    )
    .argument("<environment>", "such as staging")
    .argument("<release>", "platform, or an application such as backend")
    .option("--dry-run", "say what would be written or deleted, and stop")
    .option(AUTO_APPROVE, "do not ask")
    .action((environment: string, release: string, options: Options) =>
      run(() => handoverBack(environment, release, options)),
    );

async function handoverBack(
  name: string,
  wanted: string,
  { autoApprove = false, dryRun = false }: Options,
): Promise<number> {
  const environment = findEnvironment(name);
  const release = findRelease(environment, wanted);
  const view = ClusterView.by(() => kubectlFor(environment));
  const ask = async (question: string): Promise<boolean> => {
    refuseUnasked(`handover back ${name} ${release}`, autoApprove ? [AUTO_APPROVE] : []);
    return autoApprove || isConfirmed(question);
  };
  const returned = await back(environment, release, view, { at: nowText(), dryRun, isConfirmed: ask, tell: say });
  if (returned === undefined) return 0;
  const { notes, remaining, step } = returned;
  if (step && dryRun) say(`would write environments/${name}.ts: ${release} ${step.from} → ${step.to}`);
  for (const note of notes) say(`note: ${note}`);
  for (const line of remaining) say(`next: ${line}`);
  return 0;
}
