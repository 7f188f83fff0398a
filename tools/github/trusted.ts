import { deployedBranch } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { repositoryOf } from "../../model/federation";
import { gitHubEnvironmentsOf } from "../../model/naming";

/** Who gets a token for a GitHub environment. */
export interface Guard {
  /** What may run in it: `main` alone, or pull requests of this repository too, whose code nobody has read. */
  readonly lets: readonly string[];
  /** Whether somebody else approves each job. */
  readonly isReviewed: boolean;
}

/** A GitHub environment that an identity is trusted to, by its name. */
export interface Place extends Guard {
  /** As owner/name. */
  readonly repository: string;
  readonly environment: string;
  readonly does: string;
}

/** A repository whose `main` is all that stands before its environments. */
export interface GuardedRepository {
  readonly repository: string;
  /** Of the repository and of its owner, where the environment names them. */
  readonly ids: { readonly owner?: number; readonly repository?: number };
  /**
   * The jobs that a merge waits for, as GitHub shows them: by name, or by id where they have none. Here those of ci.yml;
   * of an application those of examples/workflows, which it may have changed.
   */
  readonly checks: readonly string[];
  /** Whether the checks are known to be those: an application's repository has workflows of its own. */
  readonly areChecksOurs: boolean;
  /** The branches that Flux reads: whoever moves one deploys. */
  readonly deployed: readonly string[];
}

/** What identities of some stacks are trusted to, and what stands before it. */
export interface Trusted {
  readonly repositories: readonly GuardedRepository[];
  readonly places: readonly Place[];
}

/** What GitHub matches with `GITHUB_REF`: docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments. */
const MAIN = ["main"];
const MAIN_AND_PULL_REQUESTS = ["main", "refs/pull/*/merge"];

const CHECKS = ["check, test, rehearse", "the history of cutovers", "the oldest Node.js"];
const APPLICATION_CHECKS = ["test"];

/** Owner and name of a repository, as federation compares them. */
export const ownedRepositoryOf = (environment: Environment, of: string): string =>
  `${environment.gitHub.owner}/${repositoryOf(environment, of).repository}`;

/** The GitHub environments of this program's own repository, which `bootstrap` trusts. */
function ownPlaces(environment: Environment): Place[] {
  const { deploy, plan, promote } = gitHubEnvironmentsOf(environment);
  const { images } = environment;
  const repository = ownedRepositoryOf(environment, "infrastructure");
  const reviewed = { repository, lets: MAIN, isReviewed: true };
  return [
    {
      repository,
      environment: plan,
      lets: MAIN_AND_PULL_REQUESTS,
      isReviewed: false,
      does: "plans pull requests, and what runs every night",
    },
    { ...reviewed, environment: deploy, does: "deploys" },
    ...(images.from === "promotion"
      ? [{ ...reviewed, environment: promote, does: `copies the images that ran in ${images.of}` }]
      : []),
  ];
}

/** The GitHub environments of the applications' repositories, which `<env>-infra` trusts: where images are built. */
function applicationPlaces(environment: Environment): Place[] {
  if (environment.images.from !== "build") return [];
  return environment.applications.map(({ name }) => ({
    repository: ownedRepositoryOf(environment, name),
    environment: gitHubEnvironmentsOf(environment).deploy,
    lets: MAIN,
    // What they propose is reviewed here.
    isReviewed: false,
    does: `pushes the images of the ${name}, and signs them`,
  }));
}

/** The repositories of an environment's places, this program's own first. */
function guardedRepositories(environment: Environment): GuardedRepository[] {
  const { applications, images, gitHub } = environment;
  const guarded = (of: string) => ({
    repository: ownedRepositoryOf(environment, of),
    ids: { owner: gitHub.ownerId, repository: repositoryOf(environment, of).repositoryId },
  });
  return [
    {
      ...guarded("infrastructure"),
      checks: CHECKS,
      areChecksOurs: true,
      deployed: environment.gitOps.via === "none" ? [] : [deployedBranch(environment)],
    },
    ...(images.from === "build" ? applications : []).map(({ name }) => ({
      ...guarded(name),
      checks: APPLICATION_CHECKS,
      areChecksOurs: false,
      deployed: [],
    })),
  ];
}

/** All that an environment trusts. */
export const trustedIn = (environment: Environment): Trusted => ({
  repositories: guardedRepositories(environment),
  places: [...ownPlaces(environment), ...applicationPlaces(environment)],
});

/** What `bootstrap` trusts: this program's own repository, in the name of every environment. */
export function trustedByBootstrap(environments: readonly Environment[]): Trusted {
  const own = environments.flatMap((environment) => guardedRepositories(environment).slice(0, 1));
  // One for all of them, as a rule: it is asked once.
  const once = new Map<string, GuardedRepository>();
  for (const guarded of own) {
    const key = JSON.stringify({ ...guarded, deployed: [] });
    once.set(key, { ...guarded, deployed: [...(once.get(key)?.deployed ?? []), ...guarded.deployed] });
  }
  return { repositories: [...once.values()], places: environments.flatMap(ownPlaces) };
}
