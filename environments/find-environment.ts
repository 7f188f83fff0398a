import { ENVIRONMENTS } from "./all";
import type { Environment } from "./environment";
import { UserError } from "./user-error";

/** @throws UserError with the names that there are */
export function findEnvironment(name: string): Environment {
  const environment = ENVIRONMENTS.find((candidate) => candidate.name === name);
  if (environment) return environment;
  throw new UserError(`${name}: no such environment; there are ${ENVIRONMENTS.map((one) => one.name).join(", ")}`);
}
