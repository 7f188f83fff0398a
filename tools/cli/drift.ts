import { Command } from "commander";
import { findEnvironment } from "../../environments/find-environment";
import { UserError } from "../../environments/user-error";
import { describe, judgeDrift } from "../pipeline/drift";
import { DriftIssues } from "../pipeline/drift-issues";
import type { At } from "../pipeline/open-stack";
import { refuseLocalState } from "../pipeline/refuse-local-state";
import { NO_TERRAFORM, Terraform } from "../terraform/terraform";
import { folderOf } from "./cdktf";
import { type StackInfo, synthesizeAll } from "./program";
import { run } from "./run";

interface Options {
  readonly issues?: boolean;
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
    .action((name: string, options: Options) =>
      run(async () => {
        if (options.repository !== undefined && !options.issues)
          throw new UserError(`--repository ${options.repository}: goes with --issues`);
        const { gitHub } = findEnvironment(name);
        const own = `${gitHub.owner}/${gitHub.infrastructure.repository}`;
        const repository = options.repository ?? process.env["GITHUB_REPOSITORY"] ?? own;
        const stacks = synthesizeAll().filter(({ settings }) => settings.name === name);
        for (const stack of stacks) refuseLocalState(stack);
        return drift(stacks, { issuesIn: options.issues ? repository : undefined });
      }),
    );

interface DriftOptions {
  readonly at?: At;
  readonly folder?: (stack: string) => string;
  /** The repository with the issues. @default none are written */
  readonly issuesIn?: string;
}

/**
 * Judges stacks one after the other, and says each in a line.
 * @returns 1 when one has drifted, could not be planned, or its issue could not be written
 * @throws UserError for a repository that is none, without Terraform, or without the GitHub CLI when issues are wanted
 */
export async function drift(
  stacks: readonly StackInfo[],
  { at, folder = folderOf, issuesIn }: DriftOptions,
): Promise<number> {
  if (issuesIn !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(issuesIn))
    throw new UserError(`--repository ${issuesIn}: must be such as owner/name`);
  if ((await Terraform.version()) === undefined) throw new UserError(NO_TERRAFORM);
  const issues = issuesIn === undefined ? undefined : await DriftIssues.read(issuesIn);
  let wrong = 0;
  for (const stack of stacks) {
    const judgement = await judgeDrift(stack, folder(stack.id), { at });
    console.log(`${stack.id}: ${describe(judgement)}`);
    if (judgement.is === "drifted" || judgement.is === "failed") wrong += 1;
    try {
      const done = await issues?.report(stack.id, judgement);
      if (done !== undefined) console.log(`${stack.id}: ${done}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      console.error(`${stack.id}: its issue could not be written: ${error.message}`);
      wrong += 1;
    }
  }
  return wrong > 0 ? 1 : 0;
}
