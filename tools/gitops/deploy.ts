import { deployedBranch } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { complain, say } from "../output";
import type { Checkout } from "./checkout";
import { compareCommits, type Difference } from "./diff";
import { refuseAcrossHandover } from "./way-back";

type Of = Pick<Environment, "applications" | "gitOps" | "name">;

/** @throws UserError for an environment that Flux delivers nothing of */
export function refuseWithoutGitOps({ gitOps, name }: Of): void {
  if (gitOps.via !== "none") return;
  throw new UserError(
    `${name}: Flux delivers nothing there, because gitOps.via is none in environments/${name}.ts\n  next: docs/gitops.md says how it begins`,
  );
}

export interface Commits {
  /** Refuses what cannot be gone back to, before anybody approves it. */
  readonly back?: boolean;
  /** @default the commit that is deployed */
  readonly from?: string;
  /** @default what is merged */
  readonly ref?: string;
}

/**
 * What would change on the cluster of an environment if its branch moved.
 * @throws UserError without GitOps, for a commit that is not there, for a way back across a handover, and for a new one that cannot be rendered
 */
export async function gitOpsDifference(
  checkout: Checkout,
  environment: Of,
  { back = false, from, ref }: Commits,
): Promise<Difference> {
  refuseWithoutGitOps(environment);
  const branch = deployedBranch(environment);
  const unasked = await checkout.fetch(branch);
  if (unasked !== undefined)
    complain(`the remote could not be asked, so this compares with what was fetched before: ${unasked}`);
  const before = from === undefined ? await checkout.deployed(branch) : await checkout.commit(from);
  const to = await checkout.commit(ref);
  if (back && before !== undefined) await refuseAcrossHandover(checkout, environment, { branch, from: before, to });
  return compareCommits(checkout, environment, before, to);
}

export interface Deployment {
  /** Goes to a commit that is not ahead of what is deployed. */
  readonly back?: boolean;
  /** @default what is merged */
  readonly ref?: string;
  readonly dryRun?: boolean;
  /** The difference that was approved, by its sha256. */
  readonly expect: string;
}

/**
 * Moves the branch that Flux reads, if the difference is still the one that was approved.
 * @returns 1 when it is another one
 * @throws UserError for a commit that nobody merged, for one that is not ahead without `back`, for a way back across a
 *   handover, and when the remote refuses
 */
export async function deployReleases(
  checkout: Checkout,
  environment: Of,
  { back = false, dryRun = false, expect, ref }: Deployment,
): Promise<number> {
  if (!/^[0-9a-f]{64}$/.test(expect))
    throw new UserError(
      `--expect ${printable(expect)}: must be the 64 digits that an earlier diff ended with, after sha256:`,
    );
  const { branch, from, sha256, to } = await gitOpsDifference(checkout, environment, { ref });
  await checkout.refuseUnmerged(to);
  if (from === to) {
    say(`${branch}: is at ${to} already`);
    return 0;
  }
  if (from !== null) {
    await refuseWrongWay(checkout, { branch, from, to, back });
    if (back) await refuseAcrossHandover(checkout, environment, { branch, from, to });
  }
  if (sha256 !== expect) {
    complain(
      `${branch}: this is no longer the difference that was approved: that was sha256:${expect}, this is sha256:${sha256}; nothing was moved\n  next: compare again, and read the new one`,
    );
    return 1;
  }
  if (dryRun) {
    say(`${branch}: would move to ${to}`);
    return 0;
  }
  await checkout.push(branch, from ?? undefined, to);
  say(`${branch}: moved to ${to}; Flux looks once a minute`);
  return 0;
}

interface Way {
  readonly back: boolean;
  readonly branch: string;
  readonly from: string;
  readonly to: string;
}

async function refuseWrongWay(checkout: Checkout, { back, branch, from, to }: Way): Promise<void> {
  const isAhead = await checkout.isAncestor(from, to);
  if (isAhead !== back) return;
  throw new UserError(
    back
      ? `--back: ${to} is ahead of what ${branch} is at (${from}), nothing was touched\n  next: without --back`
      : `${branch}: ${to} is not ahead of what is deployed (${from}), so this would take back what came after it, nothing was touched\n  next: revert on main and deploy that, or, to go back at once, --back`,
  );
}
