import { type FurtherName, firstHostOf, furtherNamesOf } from "./domains";
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
  /** Further names, which redirect to the host or serve the same. */
  readonly also: readonly FurtherName[];
}

/**
 * The applications that answer at a domain.
 * @throws Error for one without a domain, which a rule refuses before
 */
export function webApplicationsOf({
  applications,
  domains,
}: Pick<Environment, "applications" | "domains">): WebApplication[] {
  return applications
    .filter(({ kind }) => kind === "web")
    .map(({ name }) => {
      const domain = domains[name];
      if (domain === undefined) throw new Error(`${name} has no domain`);
      return { name, host: firstHostOf(domain), also: furtherNamesOf(domain) };
    });
}
