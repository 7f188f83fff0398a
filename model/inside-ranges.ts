import type { Environment } from "./environment";

/** Ranges that are not the internet: ours, and those of AWS that are reached privately. */
export const insideRangesOf = ({ addressPlan, aws }: Pick<Environment, "addressPlan" | "aws">): string[] => [
  addressPlan.network,
  addressPlan.pods,
  addressPlan.services,
  ...aws.vpcCidrs,
];
