import { applicationNamesIn } from "../applications";
import { didYouMean } from "../did-you-mean";
import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

/** What only a standby has, and what it cannot have. */
export function unfitStandby({ gitOps, images, registry, standbyOf }: Environment): Issue[] {
  if (standbyOf === undefined)
    return [
      ...(registry.tier === "replica"
        ? [
            issue(
              "registry.tier",
              "replica",
              "must be Standard or Premium without standbyOf (it would have no registry)",
            ),
          ]
        : []),
      ...(images.from === "replica"
        ? [issue("images.from", "replica", "must be build or promotion without standbyOf (nothing would bring images)")]
        : []),
    ];
  return [
    ...(registry.tier === "replica" && registry.of === standbyOf
      ? []
      : [
          issue(
            registry.tier === "replica" ? "registry.of" : "registry.tier",
            registry.tier === "replica" ? registry.of : registry.tier,
            `must be ${registry.tier === "replica" ? standbyOf : "replica"} with standbyOf (what runs there is in that registry, whose replica serves here)`,
            ["standbyOf"],
          ),
        ]),
    ...(images.from === "replica"
      ? []
      : [
          issue("images.from", images.from, "must be replica with standbyOf (nothing is built or copied)", [
            "standbyOf",
          ]),
        ]),
    ...(gitOps.via === "none"
      ? []
      : [
          issue("gitOps.via", gitOps.via, "must be none with standbyOf (Terraform releases what runs on a standby)", [
            "standbyOf",
          ]),
        ]),
  ];
}

/** Whom a standby stands by for, and where. */
export function standbyOfNobody(
  { applications, region, standbyOf }: Environment,
  before: readonly Environment[],
  all: readonly Environment[],
): Issue[] {
  if (standbyOf === undefined) return [];
  const served = all.filter((other) => other.standbyOf === undefined);
  const names = served.map(({ name }) => name);
  const primary = served.find(({ name }) => name === standbyOf);
  if (primary === undefined) {
    const must = `must be an environment with users of its own: ${names.join(", ")}${didYouMean(standbyOf, names)}`;
    return [issue("standbyOf", standbyOf, must)];
  }
  const other = before.find((one) => one.standbyOf === standbyOf);
  const theirs = applicationNamesIn([primary]);
  return [
    ...(other
      ? [issue("standbyOf", standbyOf, `must be another one than ${other.name}'s (users go to one of them)`)]
      : []),
    ...(region === primary.pairedRegion
      ? []
      : [
          issue(
            "region",
            region,
            `must be ${primary.pairedRegion}, the pairedRegion of ${standbyOf} (its images are in that region, and in no other)`,
          ),
        ]),
    ...applications.flatMap(({ name }, index) =>
      theirs.includes(name)
        ? []
        : [
            issue(
              `applications.${index}.name`,
              name,
              `must be an application of ${standbyOf} too (its values are there)`,
            ),
          ],
    ),
  ];
}

/** The registry of another environment, by the names from which its own follows. */
export function replicaOfAnother(
  { registry }: Environment,
  _: readonly Environment[],
  all: readonly Environment[],
): Issue[] {
  if (registry.tier !== "replica") return [];
  const of = all.find(({ name }) => name === registry.of);
  if (of === undefined) {
    const names = all.filter(({ registry: { tier } }) => tier === "Premium").map(({ name }) => name);
    const must = `must be an environment with a Premium registry: ${names.join(", ") || "there is none"}${didYouMean(registry.of, names)}`;
    return [issue("registry.of", registry.of, must)];
  }
  return [
    ...(["code", "suffix"] as const).flatMap((field) =>
      registry[field] === of[field]
        ? []
        : [issue(`registry.${field}`, registry[field], `must be ${of[field]}, the ${field} of ${of.name}`)],
    ),
    ...(of.registry.tier === "Premium"
      ? []
      : [issue("registry.of", registry.of, "must be an environment with a Premium registry (no other has a replica)")]),
  ];
}
