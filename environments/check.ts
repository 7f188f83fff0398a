import type { z } from "zod";
import { helmValueFaults } from "./check-helm-values";
import { type Environment, environmentSchema } from "./environment";
import type { HelmValues } from "./helm-values";
import { ENVIRONMENT_RULES, type Rule, SUBSCRIPTION_RULES } from "./rules";
import { BETWEEN_ENVIRONMENTS } from "./rules/between";
import { describeFault, type Fault, judgeShape, shown } from "./rules/fault";
import { type Subscription, subscriptionSchema } from "./subscription";
import { UserError } from "./user-error";

/**
 * @throws UserError with every fault of the bootstrap, of every environment and, when they are given, of every release's
 * values, at once and one a line.
 */
export function checkEnvironments(
  environments: readonly Environment[],
  bootstrap: Subscription,
  helmValues?: HelmValues,
): void {
  const faults = [
    ...faultsOf(bootstrap, subscriptionSchema, SUBSCRIPTION_RULES),
    ...environments.flatMap((environment) => faultsOf(environment, environmentSchema, ENVIRONMENT_RULES)),
    ...unprepared(bootstrap, environments),
    ...environments.flatMap((environment, index) =>
      BETWEEN_ENVIRONMENTS.flatMap((rule) => rule(environment, environments.slice(0, index), environments)).map(
        (fault) => describe(environment.name, fault),
      ),
    ),
  ];
  const valueFaults = helmValues === undefined ? [] : helmValueFaults(environments, helmValues);
  const all = [...faults, ...valueFaults];
  if (all.length === 0) return;
  const where = [...(faults.length > 0 ? ["environments/"] : []), ...(valueFaults.length > 0 ? ["helm-values/"] : [])];
  const count = `${all.length} ${all.length === 1 ? "fault" : "faults"}`;
  throw new UserError(
    [`${where.join(" and ")}: ${count}, nothing was touched`, ...all.map((line) => `  ${line}`)].join("\n"),
  );
}

/** The faults of one file: of each field, then of each rule that can read its fields. */
function faultsOf<T extends { readonly name: string }>(
  settings: T,
  schema: z.ZodType,
  rules: readonly Rule<T>[],
): string[] {
  const { faults, isReadable } = judgeShape(schema, settings);
  const readable = rules.filter(({ reads }) => isReadable(reads));
  return [...faults, ...readable.flatMap((rule) => rule.faults(settings))].map((fault) =>
    describe(settings.name, fault),
  );
}

const describe = (name: string, fault: Fault): string => describeFault(`${name}.`, fault);

/** What an environment needs of the subscription that the bootstrap prepares. */
function unprepared(bootstrap: Subscription, environments: readonly Environment[]): string[] {
  return environments.flatMap(({ name, subscriptionId, hostEncryption, defender }) => [
    ...(subscriptionId !== undefined && subscriptionId !== bootstrap.subscriptionId
      ? [
          describe(name, {
            path: "subscriptionId",
            got: subscriptionId,
            must: `must be that of bootstrap, which says ${shown(bootstrap.subscriptionId)} (one bootstrap prepares one subscription)`,
          }),
        ]
      : []),
    ...(hostEncryption === true && bootstrap.computeFeatures?.includes?.("EncryptionAtHost") === false
      ? [
          describe(name, {
            path: "hostEncryption",
            got: true,
            must: "must be false, or bootstrap.computeFeatures must have EncryptionAtHost (Azure refuses the pools)",
          }),
        ]
      : []),
    ...(defender === true && bootstrap.defenderForContainers === false
      ? [
          describe(name, {
            path: "defender",
            got: true,
            must: "must be false, or bootstrap.defenderForContainers must be true (a sensor without its plan reports to nobody)",
          }),
        ]
      : []),
  ]);
}
