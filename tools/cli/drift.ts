import { Command } from "commander";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { refuseLocalState } from "../deploy/refuse-local-state";
import { JSON_OPTION } from "../output";
import { drift } from "../pipeline/report-drift";
import { findEnvironment } from "../program/find-environment";
import { synthesize } from "../program/stacks";
import { run } from "./run";

interface Options {
  readonly dryRun?: boolean;
  readonly issues?: boolean;
  readonly json?: boolean;
  readonly repository?: string;
}

export const driftCommand = (): Command =>
  new Command("drift")
    .description("Says for each stack of an environment whether what runs is what the program says; exit 1 when not.")
    .argument("<environment>", "such as staging")
    .option("--issues", "keep one GitHub issue for each stack that has drifted, by the GitHub CLI")
    .option(
      "--repository <owner/name>",
      "where the issues are; GITHUB_REPOSITORY, or the program's own, when not given",
    )
    .option("--dry-run", "with --issues: say what would become of the issues, and write none")
    .option(...JSON_OPTION)
    .action((name: string, options: Options) =>
      run(async () => {
        refuseWithoutIssues(options);
        const { gitHub } = findEnvironment(name);
        const own = `${gitHub.owner}/${gitHub.infrastructure.repository}`;
        const repository = options.repository ?? process.env["GITHUB_REPOSITORY"] ?? own;
        const stacks = synthesize().filter(({ settings }) => settings.name === name);
        for (const stack of stacks) refuseLocalState(stack);
        return drift(stacks, { ...options, issuesIn: options.issues ? repository : undefined });
      }),
    );

function refuseWithoutIssues({ dryRun, issues, repository }: Options): void {
  if (issues) return;
  if (repository !== undefined) throw new UserError(`--repository ${printable(repository)}: goes with --issues`);
  if (dryRun) throw new UserError("--dry-run: goes with --issues; without them nothing is written anyway");
}
