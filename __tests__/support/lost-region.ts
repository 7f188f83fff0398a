import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import type { Block, Synthesized } from "./synth";

/**
 * What a standby's stack says of the region of the environment that it stands by for: the region, the code, and every name
 * of something that is there. The registry alone may be named, whose replica serves, and its group, on which the right to
 * pull is given.
 */
export function lostRegionIn({ json }: Pick<Synthesized, "json">, primary: Environment): string[] {
  const names = namesOf(primary);
  const { registry, registryHost, resourceGroup } = names;
  const assignments = Object.entries<Block>(json.resource?.azurerm_role_assignment ?? {});
  const withoutPull = assignments.map(([id, one]) =>
    one.role_definition_name === "AcrPull" ? [id, { ...one, scope: "" }] : [id, one],
  );
  const judged = {
    ...json,
    resource: { ...json.resource, azurerm_role_assignment: Object.fromEntries(withoutPull) },
  };
  const text = JSON.stringify(judged)
    .replaceAll(`/resourceGroups/${resourceGroup}/providers/Microsoft.ContainerRegistry/registries/${registry}`, "")
    .replaceAll(registryHost, "")
    .replaceAll(`"name":"${registry}"`, "")
    .replaceAll(`"name":"pe-${registry}"`, "");
  const { subnets: _, ipGroups, podSecurityPolicy: __, ...own } = names;
  const all = [
    primary.region,
    ...Object.values(own).filter((name) => typeof name === "string"),
    ...Object.values(ipGroups),
    ...applicationNames(primary).flatMap((application) => [
      own.applicationIdentity(application),
      own.vault(application),
      own.awsRole(application),
    ]),
  ];
  const named = all.filter((name) => text.includes(name));
  const code = new RegExp(`\\b${primary.code}\\b|${primary.code}${primary.suffix}`);
  return [...new Set([...named, ...(code.test(text) ? [primary.code] : [])])];
}
