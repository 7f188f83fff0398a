import type { Environment } from "./environment";
import { callsToNobody, collidingApplications, unfitApplications } from "./rules/applications";
import { budgetStart, freezes } from "./rules/calendar";
import { controlPlane, nodePools, publicRegistryOfAPrivateCluster, unreachableCluster } from "./rules/cluster";
import { sharedDomains, tooManyDomains, unfitChallenges } from "./rules/domains";
import { pushToNoRepository } from "./rules/images";
import type { Issue } from "./rules/issue";
import { unfitMachines } from "./rules/machines";
import {
  misplacedGateway,
  misplacedSubnets,
  overlappingRanges,
  tooSmallForTheNodes,
  unfitRanges,
} from "./rules/network";
import { escalatingPermissions } from "./rules/permissions";
import {
  archiveWithoutGzrs,
  misspeltPair,
  misspeltRegion,
  registryWithoutZones,
  stateReplicationThatTheRegionLacks,
  zonesOfARegionWithoutAny,
} from "./rules/regions";
import { collidingSecrets } from "./rules/secrets";
import { foreignDatabase, halfOfTheIds, longNames, samePair, warningAboveTheCap } from "./rules/within-environment";
import type { Subscription } from "./subscription";

export interface Rule<T> {
  /** The fields that the rule looks at; it runs when each of them has the right shape. */
  readonly reads: readonly (keyof T)[];
  readonly issues: (settings: T) => Issue[];
}

/** Rules that span fields of the bootstrap. */
export const SUBSCRIPTION_RULES: readonly Rule<Subscription>[] = [
  { reads: ["region"], issues: misspeltRegion },
  { reads: ["region", "state"], issues: stateReplicationThatTheRegionLacks },
  { reads: ["budget"], issues: budgetStart },
];

/** Rules that span fields. Each is independent of the others, so that a user sees every issue at once. */
export const ENVIRONMENT_RULES: readonly Rule<Environment>[] = [
  { reads: ["applications"], issues: collidingApplications },
  { reads: ["applications"], issues: callsToNobody },
  { reads: ["applications", "aws", "domains", "gitHub", "gitOps"], issues: unfitApplications },
  { reads: ["domains"], issues: sharedDomains },
  { reads: ["domains"], issues: tooManyDomains },
  { reads: ["dns", "domains"], issues: unfitChallenges },
  { reads: ["addressPlan", "aws", "database"], issues: overlappingRanges },
  { reads: ["addressPlan", "runner"], issues: misplacedSubnets },
  { reads: ["addressPlan", "egress", "nodePools"], issues: misplacedGateway },
  { reads: ["database", "subscriptionId"], issues: foreignDatabase },
  { reads: ["addressPlan", "nodePools"], issues: tooSmallForTheNodes },
  { reads: ["access"], issues: unfitRanges },
  { reads: ["gitHub"], issues: halfOfTheIds },
  { reads: ["access", "runner"], issues: unreachableCluster },
  { reads: ["access", "registry"], issues: publicRegistryOfAPrivateCluster },
  { reads: ["kubernetes"], issues: controlPlane },
  { reads: ["nodePools"], issues: nodePools },
  { reads: ["nodePools"], issues: unfitMachines },
  { reads: ["budget"], issues: budgetStart },
  { reads: ["maintenance"], issues: freezes },
  { reads: ["logs"], issues: warningAboveTheCap },
  { reads: ["aws", "images"], issues: pushToNoRepository },
  { reads: ["aws"], issues: collidingSecrets },
  { reads: ["aws"], issues: escalatingPermissions },
  { reads: ["region"], issues: misspeltRegion },
  { reads: ["pairedRegion"], issues: misspeltPair },
  { reads: ["region", "pairedRegion"], issues: samePair },
  { reads: ["region", "zones"], issues: zonesOfARegionWithoutAny },
  { reads: ["pairedRegion", "region", "registry"], issues: registryWithoutZones },
  { reads: ["logs", "region"], issues: archiveWithoutGzrs },
  { reads: ["name", "code", "suffix", "applications"], issues: longNames },
];
