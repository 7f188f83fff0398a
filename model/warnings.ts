import type { Environment } from "./environment";
import { describeIssues } from "./rules/issue";
import { regionWarnings } from "./rules/regions";
import type { Subscription } from "./subscription";

/**
 * What may be right and may be a mistake, one sentence a line: synthesis goes on, and `npm start` says it. The files
 * must have passed `checkEnvironments`.
 */
export function warningsOf(bootstrap: Subscription, environments: readonly Environment[]): string[] {
  const ofBootstrap = describeIssues(() => `${bootstrap.name}.`, regionWarnings({ region: bootstrap.region }));
  return [
    ...ofBootstrap,
    ...environments.flatMap((environment) => describeIssues(() => `${environment.name}.`, regionWarnings(environment))),
  ];
}
