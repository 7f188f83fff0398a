import { RELEASES } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { gitHubEnvironmentsOf, namesOf, stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { movedBy } from "../cutover/guard";
import { cutoverRoleOf } from "../cutover/target";
import { environmentOf, type SynthesizedStack } from "../program/stacks";
import { speaksToAws, speaksToCluster } from "../terraform/stack-json";

/** What a job asks for when it needs no way into a network. */
const HOSTED_RUNNER = "ubuntu-24.04";

/** Where jobs that must reach registry, vaults or cluster of an environment run, and in which GitHub environments. */
interface EnvironmentJobs {
  readonly deploy: string;
  readonly images: Environment["images"]["from"];
  readonly plan: string;
  readonly promote: string;
  readonly runner: string;
}

/** @throws UserError when no runner of GitHub's reaches the environment */
export function environmentJobs(environment: Environment): EnvironmentJobs {
  const { access, name, runner } = environment;
  if (access.via === "private" && runner.kind !== "gitHub") {
    throw new UserError(
      `${name} answers inside its network only (access), and runner.kind is ${runner.kind}: no runner of GitHub's reaches it, nothing was started; set runner to kind gitHub in environments/${name}.ts`,
    );
  }
  return { ...gitHubJobs(environment), runner: runner.kind === "gitHub" ? runner.label : HOSTED_RUNNER };
}

const gitHubJobs = (environment: Environment) => ({
  ...gitHubEnvironmentsOf(environment),
  images: environment.images.from,
});

/** How one stack is planned and deployed by a pipeline. */
interface StackJobs extends EnvironmentJobs {
  readonly aws: boolean;
  /** The role in AWS that applies it, where it has one of its own; empty for the one that the GitHub environment names. */
  readonly "aws-role": string;
  /** The registry of ours that its charts come from, for Helm's login; empty when they come from elsewhere. */
  readonly "charts-from": string;
  readonly cluster: boolean;
  readonly environment: string;
  /**
   * The GitHub environment whose identity plans it. A plan of what speaks to the cluster reads Helm's Secrets and tries
   * the change on the API server, so it is made by the identity that deploys.
   */
  readonly "plan-in": string;
}

/** @throws UserError for the bootstrap, and for a stack whose cluster no runner of GitHub's reaches */
export function stackJobs(stack: Pick<SynthesizedStack, "id" | "json" | "settings">): StackJobs {
  const environment = environmentOf(stack);
  if (!environment)
    throw new UserError(
      `${stack.id} is planned and deployed by a person with Owner, not by a pipeline (docs/deploy.md): its identities would give rights to themselves`,
    );
  const cluster = speaksToCluster(stack);
  const { access, name, runner: of } = environment;
  if (cluster && access.via !== "private" && of.kind !== "gitHub")
    throw new UserError(
      `${stack.id}: the API server of ${name} answers access.ranges only, and a runner of GitHub's has no address of its own, nothing was started; deploy it from a desk in access.ranges, or set runner to kind gitHub in environments/${name}.ts`,
    );
  const jobs = cluster ? environmentJobs(environment) : { ...gitHubJobs(environment), runner: HOSTED_RUNNER };
  const { registry, registryHost } = namesOf(environment);
  return {
    ...jobs,
    aws: speaksToAws(stack),
    "aws-role": cutoverRole(stack, environment),
    "charts-from": JSON.stringify(stack.json).includes(`oci://${registryHost}/`) ? registry : "",
    cluster,
    environment: environment.name,
    "plan-in": cluster ? jobs.deploy : jobs.plan,
  };
}

/** @throws UserError when no job may move users */
function cutoverRole(stack: Pick<SynthesizedStack, "id" | "settings">, environment: Environment): string {
  if (movedBy(stack) === undefined) return "";
  if (environment.aws.cutover.gitHub) return cutoverRoleOf(environment);
  throw new UserError(
    `${stack.id}: aws.cutover.gitHub is false in environments/${environment.name}.ts, so no job of GitHub's moves users, nothing was started; whoever may take the role ${cutoverRoleOf(environment)} deploys it: npx mmrv deploy ${stack.id}`,
  );
}

/** How all that Flux delivers in an environment is deployed: nobody logs in anywhere, and nobody reaches a cluster. */
interface ReleaseJobs {
  readonly deploy: string;
  readonly environment: string;
  readonly releases: true;
}

/** Undefined for what is no such choice of deploy.yml. */
export function releaseJobs(environments: readonly Environment[], choice: string): ReleaseJobs | undefined {
  const environment = environments.find(
    ({ gitOps, name }) => gitOps.via !== "none" && stackName(name, RELEASES) === choice,
  );
  return (
    environment && { deploy: gitHubEnvironmentsOf(environment).deploy, environment: environment.name, releases: true }
  );
}

/** As $GITHUB_OUTPUT takes them. */
export const asOutputs = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");
