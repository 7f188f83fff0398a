import { applicationNamesIn } from "../applications";
import { didYouMean } from "../did-you-mean";
import { publicNamesOf } from "../domains";
import type { Environment } from "../environment";
import { stackKindsOf, stackName } from "../naming";
import { overlaps } from "../ranges";
import { type Issue, issue } from "./issue";

interface BetweenRule {
  /** What the rule looks at, in every environment, as dotted paths. */
  readonly reads: readonly string[];
  /** The issues of one environment, seen beside those that come before it and beside all. */
  readonly issues: (environment: Environment, before: readonly Environment[], all: readonly Environment[]) => Issue[];
}

/** Rules between environments. */
export const ACROSS_ENVIRONMENTS: readonly BetweenRule[] = [
  { reads: ["name", "code", "suffix"], issues: sharedNames },
  { reads: ["name", "applications"], issues: sharedStacks },
  { reads: ["name", "domains"], issues: sharedDomains },
  { reads: ["name", "addressPlan", "database"], issues: overlappingPeers },
  { reads: ["name", "images", "applications"], issues: promotedFromNowhere },
  { reads: ["name", "aws.imagePush", "aws.accountId"], issues: secondProvider },
];

/** Two environments with one name would share stacks; with one code and suffix, a registry and vaults. */
function sharedNames(environment: Environment, before: readonly Environment[]): Issue[] {
  return before.flatMap((other) => [
    ...(environment.name === other.name
      ? [issue("name", environment.name, "must be a name that no other environment has (it names the stacks)")]
      : []),
    ...(environment.code + environment.suffix === other.code + other.suffix
      ? [
          issue(
            "code",
            environment.code,
            `must differ from that of ${other.name}, or its suffix must (registry and vault names would collide)`,
          ),
        ]
      : []),
  ]);
}

/** Of two with one name all is shared, and that is said of the name. */
const isAnother =
  ({ name }: Environment) =>
  (other: Environment) =>
    other.name !== name;

/** `staging` with an application `eu-infra` would have a stack of the environment `staging-eu`. */
function sharedStacks(environment: Environment, before: readonly Environment[]): Issue[] {
  const stacksOf = (one: Environment) => stackKindsOf(one).map(({ kind }) => stackName(one.name, kind));
  return before.filter(isAnother(environment)).flatMap((other) => {
    const shared = stacksOf(environment).filter((stack) => stacksOf(other).includes(stack));
    if (shared.length === 0) return [];
    const must = `must be a name that gives no stack of ${other.name}'s: ${shared.join(", ")}`;
    return [issue("name", environment.name, must)];
  });
}

/**
 * A name leads to one gateway. Whoever brings a standby, which takes over the domains of the environment that it stands by
 * for, lets that pair through here.
 */
function sharedDomains(environment: Environment, before: readonly Environment[]): Issue[] {
  return publicNamesOf(environment).flatMap(({ host, path }) => {
    const taken = before.filter(isAnother(environment)).flatMap((other) => {
      const theirs = publicNamesOf(other).find((one) => one.host === host);
      return theirs === undefined ? [] : [`${other.name}.${theirs.path}`];
    });
    if (taken.length === 0) return [];
    const must = `must be another host than ${taken.join(", ")} (a host leads to one gateway)`;
    return [issue(path, host, must)];
  });
}

/**
 * Azure peers no network with two whose ranges overlap: a packet back would have two ways. Ranges of pods and services never
 * leave their cluster, and nothing else of ours joins two environments, so otherwise they may overlap. That includes AWS: this
 * program builds no private way there, so `aws.vpcCidrs` may be the same in both.
 */
function overlappingPeers(environment: Environment, before: readonly Environment[]): Issue[] {
  const network = peeredNetwork(environment);
  if (network === undefined) return [];
  const others = before.filter(
    (other) => peeredNetwork(other) === network && overlaps(other.addressPlan.network, environment.addressPlan.network),
  );
  if (others.length === 0) return [];
  const theirs = others.map(({ addressPlan, name }) => `${name}.addressPlan.network ${addressPlan.network}`);
  const must = `must be apart from ${theirs.join(", ")} (both are peered with the database's network, which Azure refuses of networks that overlap)`;
  return [issue("addressPlan.network", environment.addressPlan.network, must)];
}

/** The network of the database that ours is peered with, as Azure compares names: without case. All are in one subscription. */
function peeredNetwork({ database }: Environment): string | undefined {
  if (database.via !== "peering") return undefined;
  return `${database.network.resourceGroup}/${database.network.name}`.toLowerCase();
}

function promotedFromNowhere(
  { applications, images }: Environment,
  _: readonly Environment[],
  all: readonly Environment[],
): Issue[] {
  if (images.from !== "promotion") return [];
  const built = all.filter((other) => other.images.from === "build").map(({ name }) => name);
  if (built.includes(images.of)) {
    const source = applicationNamesIn(all.filter(({ name }) => name === images.of));
    const missing = applications.flatMap(({ name }, index) => (source.includes(name) ? [] : [{ name, index }]));
    const must = `must be an application of ${images.of} too (images.of takes its images from there)`;
    return missing.map(({ index, name }) => issue(`applications.${index}.name`, name, must));
  }
  const must = `must be an environment that builds, ${built.join(" or ") || "and there is none"} (images are promoted once, from where they were built)${didYouMean(images.of, built)}`;
  return [issue("images.of", images.of, must)];
}

function secondProvider({ aws }: Environment, before: readonly Environment[]): Issue[] {
  if (aws.imagePush !== "ownProvider") return [];
  const other = before.find(
    (candidate) => candidate.aws.imagePush === "ownProvider" && candidate.aws.accountId === aws.accountId,
  );
  if (!other) return [];
  const must = `must be existingProvider (${other.name} makes the provider for GitHub in the same AWS account, which has one)`;
  return [issue("aws.imagePush", aws.imagePush, must)];
}
