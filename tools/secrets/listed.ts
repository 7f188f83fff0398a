import type { Environment } from "../../model/environment";
import type { HelmValues } from "../../model/helm-values";
import { secretsOf } from "../../model/rules/secrets";

/**
 * What an application's Helm values ask its vault for, and neither stands there nor has a source in AWS: every pod of the
 * next release would wait for it.
 * @param inVault the names that can be read there, in lower case
 */
export function listedAndNowhere(
  application: string,
  environment: Pick<Environment, "name" | "aws">,
  helmValues: HelmValues,
  inVault: ReadonlySet<string>,
): string[] {
  const { merged } = helmValues.of(application, environment);
  const listed = Array.isArray(merged["secrets"]) ? (merged["secrets"] as { readonly name?: unknown }[]) : [];
  const sources = new Set(secretsOf(environment, application).map(({ to }) => to.toLowerCase()));
  return listed
    .map(({ name }) => String(name))
    .filter((name) => !sources.has(name.toLowerCase()) && !inVault.has(name.toLowerCase()));
}
