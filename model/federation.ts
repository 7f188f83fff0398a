import type { Environment } from "./environment";
import { gitHubEnvironmentsOf } from "./naming";

interface Repository {
  /** Unique among the names of one repository. */
  readonly id: string;
  /** As owner/name, or owner@id/name@id. */
  readonly repository: string;
}

/**
 * A repository of the environment: of this program, or of an application.
 * @throws Error for an application without one, which a rule refuses before
 */
export function repositoryOf({ gitHub }: Pick<Environment, "gitHub">, of: string) {
  const found = of === "infrastructure" ? gitHub.infrastructure : gitHub.applications[of];
  if (found === undefined) throw new Error(`gitHub.applications.${of} is not there`);
  return found;
}

/**
 * A repository as GitHub may name it in a token: by names, and with ids where it was made, renamed or transferred after
 * 15 July 2026 (docs.github.com/actions/reference/security/oidc).
 */
export function repositoriesOf(environment: Pick<Environment, "gitHub">, of: string): Repository[] {
  const { owner, ownerId } = environment.gitHub;
  const { repository, repositoryId } = repositoryOf(environment, of);
  const byName = { id: "github", repository: `${owner}/${repository}` };
  if (ownerId === undefined || repositoryId === undefined) return [byName];
  return [byName, { id: "github-by-id", repository: `${owner}@${ownerId}/${repository}@${repositoryId}` }];
}

/** The jobs that build an application's images for an environment, as GitHub names them in their tokens. */
export const imageJobsOf = (
  environment: Environment,
  application: string,
): (Repository & { readonly environment: string })[] =>
  repositoriesOf(environment, application).map((repository) => ({
    ...repository,
    environment: gitHubEnvironmentsOf(environment).deploy,
  }));

/** The jobs that deploy an environment, as GitHub names them in their tokens. */
export const deployJobsOf = (environment: Environment): (Repository & { readonly environment: string })[] =>
  repositoriesOf(environment, "infrastructure").map((repository) => ({
    ...repository,
    environment: gitHubEnvironmentsOf(environment).deploy,
  }));

/** Where a person at night finds what an alert links to. */
export const runbooksUrl = ({ gitHub }: Pick<Environment, "gitHub">): string =>
  `https://github.com/${gitHub.owner}/${gitHub.infrastructure.repository}/blob/main/docs/runbooks`;
