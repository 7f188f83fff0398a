import { applicationNames } from "../applications";
import { PLATFORM } from "../delivery";
import { closestTo, didYouMean } from "../did-you-mean";
import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

/** Two of one name would be one stack; one that begins with another's would name that one's consumers and tests. */
export function collidingApplications({ applications }: Environment): Issue[] {
  return applications.flatMap(({ name }, index) => {
    const path = `applications.${index}.name`;
    const other = applications.find((one) => name.startsWith(`${one.name}-`));
    return [
      ...(applications.findIndex((one) => one.name === name) === index
        ? []
        : [issue(path, name, "must be listed once (it names a stack)")]),
      ...(other
        ? [issue(path, name, `must not begin with ${other.name}- (${other.name}'s own objects are called so)`)]
        : []),
    ];
  });
}

/** A worker is reached by nobody, and nobody calls an application that is not there. */
export function callsToNobody({ applications }: Environment): Issue[] {
  const webs = applications.filter(({ kind }) => kind === "web").map(({ name }) => name);
  return applications.flatMap(({ calls = [], name }, index) =>
    calls.flatMap((called, at) => {
      const path = `applications.${index}.calls.${at}`;
      const others = webs.filter((other) => other !== name);
      if (calls.indexOf(called) < at) return [issue(path, called, "must be listed once")];
      if (others.includes(called)) return [];
      const must = `must be another application of kind web, ${others.join(" or ") || "and there is none"}${didYouMean(called, others)}`;
      return [issue(path, called, must)];
    }),
  );
}

/** What an environment says of its applications by name, and of which of them it must. */
interface Named {
  readonly path: string;
  readonly entries: (environment: Environment) => Readonly<Record<string, unknown>>;
  readonly of: "web" | "every" | "any";
  readonly must: string;
}

const NAMED: readonly Named[] = [
  {
    path: "gitHub.applications",
    entries: ({ gitHub }) => gitHub.applications,
    of: "every",
    must: "must name the repository that builds it",
  },
  { path: "domains", entries: ({ domains }) => domains, of: "web", must: "must be the domain at which it answers" },
  {
    path: "gitOps.delivery",
    entries: ({ gitOps }) => {
      if (gitOps.via === "none") return {};
      const { [PLATFORM]: _, ...ofApplications } = gitOps.delivery;
      return ofApplications;
    },
    of: "any",
    must: "",
  },
  { path: "aws.permissions", entries: ({ aws }) => aws.permissions, of: "any", must: "" },
  { path: "aws.ecr", entries: ({ aws }) => aws.ecr, of: "any", must: "" },
  { path: "aws.secrets", entries: ({ aws }) => aws.secrets, of: "any", must: "" },
];

/** What is said of an application that is not there, and what is not said of one that is. */
export function unfitApplications(environment: Environment): Issue[] {
  const webs = environment.applications.filter(({ kind }) => kind === "web").map(({ name }) => name);
  return NAMED.flatMap(({ entries, must, of, path }) => {
    const [given, all] = [entries(environment), applicationNames(environment)];
    const fit = of === "web" ? webs : all;
    const unknown = Object.keys(given).filter((name) => !fit.includes(name));
    // A slip in a name leaves the right one empty: one mistake.
    const meant = unknown.map((name) => closestTo(name, fit));
    const missing = of === "any" ? [] : fit.filter((name) => !Object.hasOwn(given, name) && !meant.includes(name));
    const by = ["applications"];
    return [
      ...unknown.map((name) => {
        const known = all.includes(name)
          ? "must be absent (a worker has no domain)"
          : `must be one of the environment's applications, ${all.join(", ")}`;
        return issue(`${path}.${name}`, given[name], `${known}${didYouMean(name, fit)}`, by);
      }),
      ...missing.map((name) => issue(`${path}.${name}`, undefined, must, by)),
    ];
  });
}
