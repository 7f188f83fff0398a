import type { Environment } from "./environment";

type WithDomains = Pick<Environment, "domains">;

/** What an environment says of where an application answers: its host alone, or with further names. */
type Domain = Environment["domains"][string];

/** A further name of an application, and what it does. */
export type FurtherName = Exclude<Domain, string>["also"][number];

/** A name at which an environment answers; each has a listener and a certificate of its own. */
export interface PublicName {
  readonly host: string;
  readonly application: string;
  readonly does: FurtherName["does"];
  /** Whether it is the application's first host, and no further name. */
  readonly isFirst: boolean;
  /** The Route 53 zone that it is proven in. @default aws.hostedZoneId */
  readonly hostedZoneId?: string | undefined;
  /** Where the environment says so, as a dotted path. */
  readonly path: string;
}

/** The host that an application's addresses begin with, and that its redirecting names lead to. */
export const firstHostOf = (domain: Domain): string => (typeof domain === "string" ? domain : domain.host);

export const furtherNamesOf = (domain: Domain): readonly FurtherName[] =>
  typeof domain === "string" ? [] : domain.also;

/** Every name of an environment, in the order of its file: of each application the first host, then the further names. */
export function publicNamesOf({ domains }: WithDomains): PublicName[] {
  return Object.entries(domains).flatMap(([application, domain]): PublicName[] => {
    const path = `domains.${application}`;
    return [
      {
        host: firstHostOf(domain),
        application,
        does: "serves",
        isFirst: true,
        path: typeof domain === "string" ? path : `${path}.host`,
      },
      ...furtherNamesOf(domain).map((name, index) => ({
        ...name,
        application,
        isFirst: false,
        path: `${path}.also.${index}.host`,
      })),
    ];
  });
}

/** By Route 53 zone, the names that are in it. */
export function hostsByZoneOf(
  environment: Pick<Environment, "aws" | "domains">,
): { readonly hostedZoneId: string; readonly hosts: string[] }[] {
  const names = publicNamesOf(environment).map(({ host, hostedZoneId }) => ({
    host,
    hostedZoneId: hostedZoneId ?? environment.aws.hostedZoneId,
  }));
  return [...new Set(names.map((name) => name.hostedZoneId))].map((hostedZoneId) => ({
    hostedZoneId,
    hosts: names.filter((name) => name.hostedZoneId === hostedZoneId).map(({ host }) => host),
  }));
}

/** Those that may have routes: a name that redirects has none of its own. */
export const servingNamesOf = (environment: WithDomains): PublicName[] =>
  publicNamesOf(environment).filter(({ does }) => does === "serves");

/** By first host, the further names that serve the same; nothing of a host that has none. */
export const aliasesOf = ({ domains }: WithDomains): Record<string, string[]> =>
  Object.fromEntries(
    Object.values(domains).flatMap((domain) => {
      const hosts = furtherNamesOf(domain).flatMap(({ does, host }) => (does === "serves" ? [host] : []));
      return hosts.length > 0 ? [[firstHostOf(domain), hosts]] : [];
    }),
  );
