import { didYouMean } from "../did-you-mean";
import type { Environment } from "../environment";
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
  { reads: ["name", "images"], issues: promotedFromNowhere },
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

function promotedFromNowhere({ images }: Environment, _: readonly Environment[], all: readonly Environment[]): Issue[] {
  if (images.from !== "promotion") return [];
  const built = all.filter((other) => other.images.from === "build").map(({ name }) => name);
  if (built.includes(images.of)) return [];
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
