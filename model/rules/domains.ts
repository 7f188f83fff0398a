import { challengeNameOf } from "../certificates";
import { furtherNamesOf, publicNamesOf } from "../domains";
import type { Environment } from "../environment";
import { type Issue, issue } from "./issue";

/** Gateway API: 64 listeners of a Gateway, 16 host names of a route (gateway-api v1.5, MaxItems in apis/v1). */
const [LISTENERS, ROUTE_HOSTS] = [64, 16];

/** One host would need two certificates and lead to two listeners. */
export function sharedDomains(environment: Environment): Issue[] {
  const all = publicNamesOf(environment);
  return all.flatMap(({ host, path }, index) => {
    const other = all.slice(0, index).find((taken) => taken.host === host);
    return other ? [issue(path, host, `must be another host than ${other.path} (it has one listener)`)] : [];
  });
}

/** The API server would refuse the Gateway or a route, half-way through a deployment. */
export function tooManyDomains(environment: Environment): Issue[] {
  return [...moreThanListeners(environment), ...moreThanOneRouteNames(environment)];
}

/** RFC 1035, section 2.3.4. */
const LONGEST_NAME = 253;

/** With DNS elsewhere all challenges are written in one zone, below a name that is added to each host. */
export function unfitChallenges({ dns, domains }: Environment): Issue[] {
  if (dns.via === "route53") return [];
  return publicNamesOf({ domains }).flatMap(({ host, hostedZoneId, path }) => {
    const name = challengeNameOf(host, { dns });
    return [
      ...(hostedZoneId === undefined
        ? []
        : [
            issue(
              path.replace(/host$/, "hostedZoneId"),
              hostedZoneId,
              "must be absent (dns.via is other: every challenge is written below dns.challenges)",
              ["dns"],
            ),
          ]),
      ...(name.length > LONGEST_NAME
        ? [
            issue(
              "dns.challenges",
              dns.challenges,
              `must be shorter (${host} makes a name of ${name.length} characters, DNS takes ${LONGEST_NAME})`,
              [path],
            ),
          ]
        : []),
    ];
  });
}

function moreThanListeners(environment: Environment): Issue[] {
  const [{ length }, most] = [publicNamesOf(environment), LISTENERS - 1];
  if (length <= most) return [];
  const must = `must be at most ${most} (a Gateway takes ${LISTENERS} listeners, and port 80 is one)`;
  return [issue("domains", `${length} names`, must)];
}

function moreThanOneRouteNames({ domains }: Environment): Issue[] {
  const most = ROUTE_HOSTS - 1;
  return Object.entries(domains).flatMap(([application, domain]) => {
    const { length } = furtherNamesOf(domain).filter(({ does }) => does === "serves");
    if (length <= most) return [];
    const must = `must be at most ${most} (a route takes ${ROUTE_HOSTS} names, and the first host is one)`;
    return [issue(`domains.${application}.also`, `${length} names that serve`, must)];
  });
}
