import { z } from "zod";
import { deployedBranch } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { type AskGitHub, told } from "../github/call-gh";

/**
 * A move of a branch, as GitHub keeps it: docs.github.com/rest/repos/repos#list-repository-activities. A push of another commit is
 * `force_push` when it goes back, the first one `branch_creation`.
 */
const activity = z.array(
  z.looseObject({ after: z.string(), activity_type: z.string(), before: z.string(), timestamp: z.string() }),
);

/** What GitHub gives in one answer at most. */
const AT_MOST = 100;

/** One move of the branch that Flux reads. */
export interface Moved {
  /** What was deployed from then on. */
  readonly commit: string;
  /** What was deployed until then; null the first time. */
  readonly before: string | null;
  /** ISO 8601, as GitHub says it. */
  readonly at: string;
}

export interface History {
  readonly branch: string;
  /** The newest first, at most a hundred. */
  readonly moves: readonly Moved[];
}

/**
 * What was deployed, and when. Git keeps no history of where a branch was; GitHub does.
 * @throws UserError without GitOps, without the GitHub CLI or a login, and when GitHub refuses
 */
export async function deployedBefore(
  ask: AskGitHub,
  environment: Pick<Environment, "gitHub" | "name">,
): Promise<History> {
  const { infrastructure, owner } = environment.gitHub;
  const branch = deployedBranch(environment);
  const repository = `${owner}/${infrastructure.repository}`;
  const ref = encodeURIComponent(`refs/heads/${branch}`);
  const answer = await ask(`repos/${repository}/activity?ref=${ref}&per_page=${AT_MOST}`);
  if (answer.is === "refusal")
    throw new UserError(
      `${repository}: GitHub does not say where ${branch} was (${told(answer)})\n  next: log in as somebody who may read the repository (gh auth login), or look at the runs of deploy.yml`,
    );
  const { data } = activity.safeParse(answer.value);
  if (data === undefined) throw new UserError(`${repository}: GitHub's answer on ${branch} is no list of activities`);
  const moves = data
    .filter(({ activity_type }) => activity_type !== "branch_deletion")
    .map(({ after, before, timestamp }) => ({
      commit: after,
      before: /^0+$/.test(before) ? null : before,
      at: timestamp,
    }));
  return { branch, moves };
}

/** A line for each move. */
export function historyLines({ branch, moves }: History): string[] {
  if (moves.length === 0) return [`${branch}: GitHub knows of no move, so nothing was deployed yet`];
  return [
    `${branch}, the newest first:`,
    ...moves.map(({ at, commit }, index) => printable(`  ${at}  ${commit}${index === 0 ? "  deployed" : ""}`)),
  ];
}
