import type { Environment } from "./environment";

type WithApplications = Pick<Environment, "applications">;

/** The names of an environment's applications, in the order of its list. */
export const applicationNames = ({ applications }: WithApplications): string[] => applications.map(({ name }) => name);

/** Every application of any of the environments, once. */
export const applicationNamesIn = (environments: readonly WithApplications[]): string[] => [
  ...new Set(environments.flatMap(applicationNames)),
];

/** An application that answers at a domain. */
export interface WebApplication {
  readonly name: string;
  readonly host: string;
  /** How far its users have moved. */
  readonly stage: Stage;
}

type Stage = Environment["cutover"]["stages"][string];

/** The applications that answer at a domain; a rule sees to it that each has one. */
export function webApplicationsOf({
  applications,
  cutover,
  domains,
}: Pick<Environment, "applications" | "cutover" | "domains">): WebApplication[] {
  return applications
    .filter(({ kind }) => kind === "web")
    .flatMap(({ name }) => {
      const [host, stage] = [domains[name], cutover.stages[name]];
      return host === undefined || stage === undefined ? [] : [{ name, host, stage }];
    });
}
