import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { askGitHub } from "../github/call-gh";
import { Checkout } from "../gitops/checkout";
import { type Commits, type Deployment, deployReleases, gitOpsDifference, refuseWithoutGitOps } from "../gitops/deploy";
import { deployedBefore, historyLines } from "../gitops/history";
import { answer, JSON_OPTION, say, sayAll } from "../output";
import { findEnvironment } from "../program/find-environment";
import { run } from "./run";
import { typedPath } from "./typed-path";

interface DiffOptions extends Commits {
  readonly json?: boolean;
  readonly text?: string;
}

/** `mmrv gitops`: what a release is that Flux delivers, and how it gets there. */
export function gitopsCommand(): Command {
  const gitops = new Command("gitops").description(
    "Shows and moves what Flux delivers: the branch deployed/<environment> (docs/gitops.md).",
  );
  gitops
    .command("diff")
    .description(
      "Shows what changes on the cluster when the branch that Flux reads moves: exit 0 when nothing does, 2 with changes, 1 when a commit cannot be rendered.",
    )
    .argument("<environment>", "such as staging")
    .option("--from <commit>", "compare with this commit instead of the one that is deployed")
    .option("--ref <commit>", "what would be deployed; what is merged (origin/main) when not given")
    .option("--back", "refuse what gitops deploy --back would refuse: a way back across a step of a handover")
    .option("--text <file>", "write what is to be approved", typedPath)
    .option(...JSON_OPTION)
    .action((name: string, options: DiffOptions) => run(() => diff(name, options)));
  gitops
    .command("deploy")
    .description(
      "Moves the branch that Flux reads to a commit of main, if the difference is the one that was approved; exit 1 when it is another.",
    )
    .argument("<environment>", "such as staging")
    .requiredOption("--expect <sha256>", "what gitops diff ended with, after sha256:")
    .option("--ref <commit>", "what is deployed; what is merged (origin/main) when not given")
    .option("--back", "to a commit before the one that is deployed")
    .option("--dry-run", "the same checks, and stop before the branch moves")
    .action((name: string, options: Deployment) =>
      run(async () => deployReleases(new Checkout("."), findEnvironment(name), options)),
    );
  gitops
    .command("history")
    .description(
      "Lists what was deployed and when, the newest first: where GitHub saw the branch that Flux reads. Needs gh and its login.",
    )
    .argument("<environment>", "such as staging")
    .option(...JSON_OPTION)
    .action((name: string, options: { readonly json?: boolean }) => run(() => history(name, options)));
  return gitops;
}

async function history(name: string, { json = false }: { readonly json?: boolean }): Promise<number> {
  const environment = findEnvironment(name);
  refuseWithoutGitOps(environment);
  const found = await deployedBefore(askGitHub, environment);
  answer(json, found, () => sayAll(historyLines(found).join("\n")));
  return 0;
}

async function diff(name: string, { json = false, text: file, ...commits }: DiffOptions): Promise<number> {
  const { text, ...difference } = await gitOpsDifference(new Checkout("."), findEnvironment(name), commits);
  if (file !== undefined) await writeFile(file, text);
  answer(json, difference, () => {
    sayAll(text);
    say(`${name}: ${difference.changes ? "changes" : "no changes"}, sha256:${difference.sha256}`);
  });
  return difference.changes ? 2 : 0;
}
