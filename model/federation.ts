import type { Environment } from "./environment";
import { type Application, gitHubEnvironmentsOf } from "./naming";

interface Repository {
  /** Unique among the names of one repository. */
  readonly id: string;
  /** As owner/name, or owner@id/name@id. */
  readonly repository: string;
}

/** A repository of the environment as GitHub may name it in a token: by names, and with ids since 15 July 2026. */
export function repositoriesOf(
  { gitHub }: Pick<Environment, "gitHub">,
  of: "infrastructure" | "backend" | "frontend",
): Repository[] {
  const { owner, ownerId } = gitHub;
  const { repository, repositoryId } = gitHub[of];
  const byName = { id: "github", repository: `${owner}/${repository}` };
  if (ownerId === undefined || repositoryId === undefined) return [byName];
  return [byName, { id: "github-by-id", repository: `${owner}@${ownerId}/${repository}@${repositoryId}` }];
}

/** The jobs that build an application's images for an environment, as GitHub names them in their tokens. */
export const imageJobsOf = (
  environment: Environment,
  application: Application,
): (Repository & { readonly environment: string })[] =>
  repositoriesOf(environment, application).map((repository) => ({
    ...repository,
    environment: gitHubEnvironmentsOf(environment).deploy,
  }));

/** Where a person at night finds what an alert links to. */
export const runbooksUrl = ({ gitHub }: Pick<Environment, "gitHub">): string =>
  `https://github.com/${gitHub.owner}/${gitHub.infrastructure.repository}/blob/main/docs/runbooks`;
