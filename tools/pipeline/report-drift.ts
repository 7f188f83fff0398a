import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { folderOf } from "../deploy/cdktf";
import { evaluateDrift } from "../deploy/drift";
import { describe, type Evaluation } from "../deploy/evaluation";
import type { At } from "../deploy/open-stack";
import { flat } from "../flat";
import { answer, complain, remarks } from "../output";
import type { SynthesizedStack } from "../program/stacks";
import { Terraform } from "../terraform/terraform";
import { DriftIssues } from "./drift-issues";

interface DriftOptions {
  /** Says what would become of the issues, and writes none. */
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly at?: At;
  readonly folder?: (stack: string) => string;
  /** The repository with the issues. @default none are written */
  readonly issuesIn?: string;
}

/**
 * Plans stacks one after the other, and says of each in a line whether it has drifted.
 * @returns 1 when one has drifted, could not be planned, or its issue could not be written
 * @throws UserError for a repository that is none, without Terraform, or without the GitHub CLI when issues are wanted
 */
export async function drift(
  stacks: readonly SynthesizedStack[],
  { at, dryRun, folder = folderOf, issuesIn, json = false }: DriftOptions,
): Promise<number> {
  if (issuesIn !== undefined && !/^[\w.-]+\/[\w.-]+$/.test(issuesIn))
    throw new UserError(`--repository ${printable(issuesIn)}: must be such as owner/name`);
  await Terraform.require();
  const issues = issuesIn === undefined ? undefined : await DriftIssues.read(issuesIn, dryRun);
  const remark = remarks(json);
  const told: object[] = [];
  let wrong = 0;
  for (const stack of stacks) {
    const evaluation = await evaluateDrift(stack, folder(stack.id), { at });
    remark(`${stack.id}: ${describe(evaluation)}`);
    if (WRONG.includes(evaluation.is)) wrong += 1;
    let issue: string | undefined;
    try {
      issue = await issues?.report(stack.id, evaluation);
      if (issue !== undefined) remark(`${stack.id}: ${issue}`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      complain(`${stack.id}: its issue could not be written: ${flat(error.message)}`);
      wrong += 1;
    }
    told.push({ stack: stack.id, ...asAnswer(evaluation), issue: issue ?? null });
  }
  answer(json, told, () => {});
  return wrong > 0 ? 1 : 0;
}

const WRONG: readonly Evaluation["is"][] = ["drifted", "failed", "unfinished"];

/** Without the plan itself, which holds values in clear. */
const asAnswer = (evaluation: Evaluation) => ({
  is: evaluation.is,
  why: "why" in evaluation ? (evaluation.why ?? null) : "summary" in evaluation ? evaluation.summary : null,
  sha256: "shown" in evaluation ? evaluation.shown.sha256 : null,
});
