import { aliasesOf, publicNamesOf } from "../domains";
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
  const [count, most] = [publicNamesOf(environment).length, LISTENERS - 1];
  const aliases = Object.entries(aliasesOf(environment)).filter(([, hosts]) => hosts.length >= ROUTE_HOSTS);
  return [
    ...(count > most
      ? [
          issue(
            "domains",
            `${count} names`,
            `must be at most ${most} (a Gateway takes ${LISTENERS} listeners, and port 80 is one)`,
          ),
        ]
      : []),
    ...aliases.flatMap(([first, { length }]) => {
      const { application } = publicNamesOf(environment).find(({ host }) => host === first) ?? {};
      const must = `must be at most ${ROUTE_HOSTS - 1} (a route takes ${ROUTE_HOSTS} names, and the first host is one)`;
      return [issue(`domains.${application}.also`, `${length} names that serve`, must)];
    }),
  ];
}
