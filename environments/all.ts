import type { Environment } from "./environment";
import { production } from "./production";
import { staging } from "./staging";
import { UserError } from "./user-error";

/** Every environment, in the order of the roll-out: the first is phase 1, the second phase 2. */
export const ENVIRONMENTS: readonly Environment[] = [staging, production];

/** @throws UserError with the names that there are */
export function findEnvironment(name: string): Environment {
  const environment = ENVIRONMENTS.find((candidate) => candidate.name === name);
  if (environment) return environment;
  throw new UserError(`${name}: no such environment; there are ${ENVIRONMENTS.map((one) => one.name).join(", ")}`);
}
