/** How far the users of an application have moved, and how Route 53 is told. */

/** From nobody moved to AWS switched off; `canary` is the first user on Azure, `full` the last. */
export const STAGES = ["off", "adopt", "ready", "canary", "ramp", "full", "drained", "retired"] as const;
export type Stage = (typeof STAGES)[number];

/** The share of users that a stage may send to Azure, in percent, from and to. */
export const PERCENTS: Readonly<Record<Stage, readonly [least: number, most: number]>> = {
  off: [0, 0],
  adopt: [0, 0],
  ready: [0, 0],
  canary: [1, 5],
  ramp: [5, 99],
  full: [100, 100],
  drained: [100, 100],
  retired: [100, 100],
};

/** Stages in which the records have weights on both sides. */
const WEIGHTED: readonly Stage[] = ["ready", "canary", "ramp", "full", "drained"];
export const isWeighted = (stage: Stage): boolean => WEIGHTED.includes(stage);

/** Stages in which some users are on Azure and some may not be. */
const MOVING: readonly Stage[] = ["canary", "ramp", "full"];
export const isMoving = (stage: Stage): boolean => MOVING.includes(stage);

/** Whether a stage stands behind another on the way to Azure. */
export const isAfter = (stage: Stage, other: Stage): boolean => STAGES.indexOf(stage) > STAGES.indexOf(other);

/** The largest weight that Route 53 takes: docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html. */
export const LARGEST_WEIGHT = 255;

/**
 * The weights of both sides for Azure's share. Never both 0, which Route 53 reads as equal shares.
 * @param percent from 0 to 100
 */
export function weightsOf(percent: number): { readonly aws: number; readonly azure: number } {
  const azure = Math.round((percent * LARGEST_WEIGHT) / 100);
  return { aws: LARGEST_WEIGHT - azure, azure };
}
