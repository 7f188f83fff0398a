import { bootstrap, ENVIRONMENTS } from "./all";
import { checkEnvironments } from "./check";
import { didYouMean } from "./did-you-mean";
import type { Environment } from "./environment";
import { printable } from "./printable";
import { UserError } from "./user-error";

/** @throws UserError with every fault of the files under environments/, or with the names that there are */
export function findEnvironment(name: string): Environment {
  checkEnvironments(ENVIRONMENTS, bootstrap);
  const environment = ENVIRONMENTS.find((candidate) => candidate.name === name);
  if (environment) return environment;
  const names = ENVIRONMENTS.map((one) => one.name);
  throw new UserError(
    `${printable(name)}: no such environment${didYouMean(name, names)}; there are ${names.join(", ")}`,
  );
}
