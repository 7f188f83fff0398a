import { UserError } from "../../model/user-error";
import { Blob, placeText, storageSender } from "../azure/blobs";
import type { Send } from "../azure/send";
import { isConfirmed } from "../confirm";
import { AUTO_APPROVE, refuseUnasked } from "../deploy/cdktf";
import { complain, say } from "../output";
import { findStack, synthesize } from "../program/stacks";
import { type Asked, stateBlobOf } from "./places";
import { lockOf } from "./versions";

export interface UnlockStateOptions {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

/**
 * `mmrv state unlock`: breaks the lease of a run that is gone, so that the next one starts. The state stays as that run left it.
 * @returns 1 when somebody who was asked did not say so
 * @throws UserError for an unknown stack, where states have no lease, when nobody can be asked, and when somebody else took
 * the state meanwhile
 */
export async function unlockState(
  name: string,
  { autoApprove, dryRun }: UnlockStateOptions,
  send: Send = storageSender(),
  { confirm = isConfirmed, isTerminal, stacks = synthesize() }: Asked = {},
): Promise<number> {
  const blob = new Blob(stateBlobOf(findStack(stacks, name)), send);
  const content = await blob.read();
  const lock = content && lockOf(content);
  if (lock === undefined) {
    say(`${name}: nobody holds ${placeText(blob.place)}`);
    return 0;
  }
  say(`${name}: ${placeText(blob.place)} is held: ${lock.text}`);
  say("  whoever holds it can write no more; what it made in Azure and did not write down, npx mmrv adopt finds");
  if (dryRun) return 0;
  refuseUnasked(`state unlock ${name}`, autoApprove ? [AUTO_APPROVE] : [], isTerminal);
  if (!autoApprove && !(await confirm("Is that run gone (look where it ran)?"))) {
    complain("not unlocked; nothing was touched");
    return 1;
  }
  const now = await blob.read();
  const held = now && lockOf(now);
  if (held !== undefined && held.id !== lock.id)
    throw new UserError(
      `${name}: that run has ended, and somebody else holds the state now: ${held.text}; nothing was touched\n  next: wait until it has ended`,
    );
  if (held !== undefined) await blob.breakLease();
  const broken = await blob.read();
  // Terraform would show the note of a run that is gone to whoever is refused next.
  if (broken !== undefined && broken.metadata("terraformlockid") !== undefined) await blob.clearMetadata(broken.etag);
  say(`${name}: unlocked; the state is as that run left it`);
  say(`next: npx mmrv diff ${name}; what it would make and is there already: npx mmrv adopt ${name}`);
  return 0;
}
