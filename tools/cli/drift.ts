import { Command } from "commander";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { folderOf } from "../deploy/cdktf";
import { describe, type Judgement, judgeDrift } from "../deploy/drift";
import type { At } from "../deploy/open-stack";
import { refuseLocalState } from "../deploy/refuse-local-state";
import { flat } from "../flat";
import { answer, complain, JSON_OPTION, remarks } from "../output";
import { DriftIssues } from "../pipeline/drift-issues";
import { findEnvironment } from "../program/find-environment";
import { type StackInfo, synthesizeAll } from "../program/stacks";
import { NO_TERRAFORM, Terraform } from "../terraform/terraform";
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
        const stacks = synthesizeAll().filter(({ settings }) => settings.name === name);
        for (const stack of stacks) refuseLocalState(stack);
        return drift(stacks, { ...options, issuesIn: options.issues ? repository : undefined });
      }),
    );

function refuseWithoutIssues({ dryRun, issues, repository }: Options): void {
  if (issues) return;
  if (repository !== undefined) throw new UserError(`--repository ${printable(repository)}: goes with --issues`);
  if (dryRun) throw new UserError("--dry-run: goes with --issues; without them nothing is written anyway");
}

interface DriftOptions extends Pick<Options, "dryRun" | "json"> {
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
  { at, dryRun, folder = folderOf, issuesIn, json = false }: DriftOptions,
): Promise<number> {
  if (issuesIn !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(issuesIn))
    throw new UserError(`--repository ${printable(issuesIn)}: must be such as owner/name`);
  if ((await Terraform.version()) === undefined) throw new UserError(NO_TERRAFORM);
  const issues = issuesIn === undefined ? undefined : await DriftIssues.read(issuesIn, dryRun);
  const remark = remarks(json);
  const told: object[] = [];
  let wrong = 0;
  for (const stack of stacks) {
    const judgement = await judgeDrift(stack, folder(stack.id), { at });
    remark(`${stack.id}: ${describe(judgement)}`);
    if (judgement.is === "drifted" || judgement.is === "failed") wrong += 1;
    let issue: string | undefined;
    try {
      issue = await issues?.report(stack.id, judgement);
      if (issue !== undefined) remark(`${stack.id}: ${issue}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(`${stack.id}: its issue could not be written: ${flat(error.message)}`);
      wrong += 1;
    }
    told.push({ stack: stack.id, ...asAnswer(judgement), issue: issue ?? null });
  }
  answer(json, told, () => {});
  return wrong > 0 ? 1 : 0;
}

/** Without the plan itself, which holds values in clear. */
const asAnswer = (judgement: Judgement) => ({
  is: judgement.is,
  why: "why" in judgement ? judgement.why : "summary" in judgement ? judgement.summary : null,
  sha256: "plan" in judgement ? judgement.plan.sha256 : null,
});
