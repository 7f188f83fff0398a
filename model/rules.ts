import type { Environment } from "./environment";
import { budgetStart, freezes } from "./rules/calendar";
import { controlPlane, nodePools, publicRegistryOfAPrivateCluster, unreachableCluster } from "./rules/cluster";
import type { Fault } from "./rules/fault";
import { pushToNoRepository } from "./rules/images";
import {
  egressInTheMiddleOfACutover,
  foreignDatabase,
  halfOfTheIds,
  longNames,
  samePair,
  warningAboveTheCap,
} from "./rules/neighbours";
import {
  misplacedGateway,
  misplacedSubnets,
  overlappingRanges,
  tooSmallForTheNodes,
  unfitRanges,
} from "./rules/network";
import { collidingSecrets } from "./rules/secrets";
import type { Subscription } from "./subscription";

export interface Rule<T> {
  /** The fields that the rule looks at; it runs when each of them has the right shape. */
  readonly reads: readonly (keyof T)[];
  readonly faults: (settings: T) => Fault[];
}

/** Rules that span fields of the bootstrap. */
export const SUBSCRIPTION_RULES: readonly Rule<Subscription>[] = [{ reads: ["budget"], faults: budgetStart }];

/** Rules that span fields. Each is independent of the others, so that a user sees every fault at once. */
export const ENVIRONMENT_RULES: readonly Rule<Environment>[] = [
  { reads: ["addressPlan", "aws", "database"], faults: overlappingRanges },
  { reads: ["addressPlan", "runner"], faults: misplacedSubnets },
  { reads: ["addressPlan", "egress", "nodePools"], faults: misplacedGateway },
  { reads: ["cutover", "egress"], faults: egressInTheMiddleOfACutover },
  { reads: ["database", "subscriptionId"], faults: foreignDatabase },
  { reads: ["addressPlan", "nodePools"], faults: tooSmallForTheNodes },
  { reads: ["access"], faults: unfitRanges },
  { reads: ["gitHub"], faults: halfOfTheIds },
  { reads: ["access", "runner"], faults: unreachableCluster },
  { reads: ["access", "registry"], faults: publicRegistryOfAPrivateCluster },
  { reads: ["kubernetes"], faults: controlPlane },
  { reads: ["nodePools"], faults: nodePools },
  { reads: ["budget"], faults: budgetStart },
  { reads: ["maintenance"], faults: freezes },
  { reads: ["logs"], faults: warningAboveTheCap },
  { reads: ["aws", "images"], faults: pushToNoRepository },
  { reads: ["aws"], faults: collidingSecrets },
  { reads: ["region", "pairedRegion"], faults: samePair },
  { reads: ["name", "code", "suffix"], faults: longNames },
];
