import { bootstrap, ENVIRONMENTS } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import { checkEnvironments } from "../../model/check";
import { didYouMean } from "../../model/did-you-mean";
import type { Environment } from "../../model/environment";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";

/**
 * The name of an application that an environment has.
 * @throws UserError with the names that there are
 */
export function findApplication(environment: Environment, name: string): string {
  const names = applicationNames(environment);
  if (names.includes(name)) return name;
  throw new UserError(
    `${printable(name)}: no such application in ${environment.name}${didYouMean(name, names)}; there are ${names.join(", ")} (applications in environments/${environment.name}.ts)`,
  );
}

/** @throws UserError with every issue of the files under environments/, or with the names that there are */
export function findEnvironment(name: string): Environment {
  checkEnvironments(ENVIRONMENTS, bootstrap);
  const environment = ENVIRONMENTS.find((candidate) => candidate.name === name);
  if (environment) return environment;
  const names = ENVIRONMENTS.map((one) => one.name);
  throw new UserError(
    `${printable(name)}: no such environment${didYouMean(name, names)}; there are ${names.join(", ")}`,
  );
}
