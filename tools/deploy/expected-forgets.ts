import { CUTOVER, ENVIRONMENTS } from "../../environments/all";
import { Cutovers } from "../../model/cutover/files";
import { givenUpAddresses } from "../../model/cutover/given-up";
import type { Environment } from "../../model/environment";
import { handedOver } from "../../model/handed-over";
import { stackName } from "../../model/naming";

/**
 * The addresses that a stack may forget: a release that is handed over, records that were given up. From what people wrote
 * down in environments/ and cutover/, and never from the JSON whose plan is evaluated.
 */
export function expectedForgets(
  stack: string,
  environments: readonly Environment[] = ENVIRONMENTS,
  cutovers = new Cutovers(CUTOVER),
): string[] {
  return environments.flatMap((environment) => [
    ...handedOver(environment, stack),
    ...(stack === stackName(environment.name, "cutover")
      ? givenUpAddresses(environment, cutovers.of(environment))
      : []),
  ]);
}
