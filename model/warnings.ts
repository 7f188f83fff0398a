import type { Environment } from "./environment";
import { handoverWarnings } from "./rules/handovers";
import { describeIssues } from "./rules/issue";
import { machineWarnings } from "./rules/machines";
import { regionWarnings } from "./rules/regions";
import type { Subscription } from "./subscription";

/**
 * What may be right and may be a mistake, one sentence a line: synthesis goes on, and `npm start` says it. The files
 * must have passed `checkEnvironments`.
 */
export function warningsOf(bootstrap: Subscription, environments: readonly Environment[]): string[] {
  const warnings = [
    { name: bootstrap.name, issues: regionWarnings({ region: bootstrap.region }) },
    ...environments.map((environment) => ({
      name: environment.name,
      issues: [...regionWarnings(environment), ...machineWarnings(environment), ...handoverWarnings(environment)],
    })),
  ];
  return warnings.flatMap(({ issues, name }) => describeIssues(() => `${name}.`, issues));
}
