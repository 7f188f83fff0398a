import { stackName } from "../../model/naming";
import { type At, openStack } from "../deploy/open-stack";
import { summaryOf } from "../deploy/plan-summary";
import { makePlan } from "../deploy/terraform-plan";
import { findStack, refuseMarkers, subscriptionOf, synthesize } from "../program/stacks";
import type { Terraform } from "../terraform/terraform";

/** What Terraform says of the stack of a release; nothing is changed or locked. */
export interface ReleaseStack {
  /** What a deployment would change; undefined when it would change nothing. @throws UserError when Terraform cannot plan */
  readonly changes: () => Promise<string | undefined>;
  /** The addresses in its state. @throws UserError when the state cannot be read */
  readonly addresses: () => Promise<readonly string[]>;
}

/** @param at how Terraform is called in a folder. @default with the caller's own login, as `deploy` has it */
export function releaseStack(environment: string, release: string, at?: At): ReleaseStack {
  const id = stackName(environment, release);
  const opened = async <T>(act: (terraform: Terraform) => Promise<T>): Promise<T> => {
    const stack = findStack(synthesize(), id);
    refuseMarkers(stack);
    subscriptionOf(stack);
    const { close, terraform } = await openStack(id, stack.folder, { readOnly: true, at });
    try {
      return await act(terraform);
    } finally {
      await close();
    }
  };
  return {
    changes: () =>
      opened(async (terraform) => {
        const plan = await makePlan(terraform, { readOnly: true, streamed: false });
        return plan.changes ? summaryOf(plan.json) : undefined;
      }),
    addresses: () => opened((terraform) => terraform.stateList()),
  };
}
