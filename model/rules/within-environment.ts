import { applicationNames } from "../applications";
import type { Environment } from "../environment";
import { type NameIssue, nameIssues } from "../name-limits";
import { namesOf } from "../naming";
import { type Issue, issue } from "./issue";

export function foreignDatabase({ database, subscriptionId: ours }: Environment): Issue[] {
  if (database.via !== "privateEndpoint" || database.approval === "manual") return [];
  const { subscriptionId } = database.server;
  if (subscriptionId === undefined || subscriptionId === ours) return [];
  return [
    issue(
      "database.approval",
      database.approval,
      "must be manual with database.server.subscriptionId (we have no rights in another subscription)",
      ["database.server.subscriptionId", "subscriptionId"],
    ),
  ];
}

export function halfOfTheIds({ gitHub: { applications, infrastructure, ownerId } }: Environment): Issue[] {
  const ids = [ownerId, ...[infrastructure, ...Object.values(applications)].map(({ repositoryId }) => repositoryId)];
  const given = ids.filter((id) => id !== undefined).length;
  if (given === 0 || given === ids.length) return [];
  return [
    issue(
      "gitHub",
      `${given} of ${ids.length} ids`,
      "must have ownerId and every repositoryId, or none of them (a token names all or none)",
      [
        "gitHub.ownerId",
        "gitHub.infrastructure.repositoryId",
        ...Object.keys(applications).map((name) => `gitHub.applications.${name}.repositoryId`),
      ],
    ),
  ];
}

export function samePair({ region, pairedRegion }: Environment): Issue[] {
  return region === pairedRegion
    ? [
        issue(
          "pairedRegion",
          pairedRegion,
          "must be another region than region (it takes over when that one is down)",
          ["region"],
        ),
      ]
    : [];
}

/** One for what the name makes too long, one for what the code does: when the worst fits, the others do. */
export function longNames(environment: Environment): Issue[] {
  const applications = applicationNames(environment);
  const all = nameIssues(namesOf(environment), applications).sort((one, other) => other.excess - one.excess);
  const withShortCode = nameIssues(namesOf({ ...environment, code: "x" }), applications).map(({ got }) => got);
  const isOfTheName = ({ got }: NameIssue) => withShortCode.includes(got);
  const worst = [all.find(isOfTheName), all.find((each) => !isOfTheName(each))].filter((each) => each !== undefined);
  return worst.map(({ got, must }) => issue("name", got, must, ["name", "code", "suffix", "applications"]));
}

export function warningAboveTheCap({ logs: { dailyCapGb, warnAtGbPerDay } }: Environment): Issue[] {
  if (dailyCapGb === "none" || warnAtGbPerDay < dailyCapGb) return [];
  return [
    issue("logs.warnAtGbPerDay", warnAtGbPerDay, `must be less than dailyCapGb ${dailyCapGb} (no day gets there)`, [
      "logs.dailyCapGb",
    ]),
  ];
}
