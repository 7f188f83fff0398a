import type { Component, Step } from "./schema";
import { isAfter, PERCENTS, type Stage } from "./stages";

/** Where an application stands, by its steps: the last one counts. */
export interface Position {
  readonly stage: Stage;
  /** Azure's share of the users, in percent. */
  readonly percent: number;
  /** Of adopt: whether the records are as weights need them. */
  readonly isPrepared: boolean;
  /** Whether Terraform has forgotten its records. */
  readonly isGivenUp: boolean;
  /** Whether users have ever been on Azure; from then on no record has the id by which it was found. */
  readonly hasMoved: boolean;
}

/** Azure's share at a step: its own, or the only one that its stage takes. */
export const percentOf = ({ percent, stage }: Pick<Step, "percent" | "stage">): number => percent ?? PERCENTS[stage][0];

export function positionOf({ steps }: Pick<Component, "steps"> = { steps: [] }): Position {
  const last: Step = steps.at(-1) ?? { stage: "off", since: "" };
  return {
    stage: last.stage,
    percent: percentOf(last),
    isPrepared: last.stage === "adopt" ? last.prepared === true : isAfter(last.stage, "adopt"),
    isGivenUp: last.givenUp === true,
    hasMoved: steps.some(({ stage }) => isAfter(stage, "ready")),
  };
}

/** The egress that users on Azure have met; undefined before the first. */
export const egressMet = (steps: readonly Step[]): Step["egress"] =>
  steps.findLast(({ egress, stage }) => stage === "canary" && egress !== undefined)?.egress;
