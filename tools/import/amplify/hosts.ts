import { publicNamesOf } from "../../../model/domains";
import type { Environment } from "../../../model/environment";
import type { Callee } from "../draft";

/** The host that an application of the environment answers at, if any. */
export function hostOf({ domains }: Environment, application: string): string | undefined {
  const domain: unknown = domains[application];
  if (typeof domain === "string") return domain;
  const host = typeof domain === "object" && domain !== null && "host" in domain ? domain.host : undefined;
  return typeof host === "string" ? host : undefined;
}

/**
 * Every name that an environment answers at.
 * @param of an application, for its names alone
 */
export const namesOf = (environment: Environment, of?: string): string[] =>
  publicNamesOf(environment).flatMap(({ application, host }) => (of === undefined || application === of ? [host] : []));

/** What resolves or answers inside the VPC only: private zones, RDS, ElastiCache, private ranges. */
const PRIVATE =
  /\.(internal|local|lan|corp)$|\.(rds|cache|docdb|neptune)\.[\w-]*\.?amazonaws\.com$|\.(cache|dax-clusters)\.amazonaws\.com$|^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\.|^[\w-]+$/;

const PROTOCOLS =
  /^(https?|wss?|postgres(ql)?|mysql|mariadb|mongodb(\+srv)?|rediss?|amqps?|smtps?|kafka|nats|sqlserver):\/\//i;
const HOST = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;

/**
 * The host that a value leads to; undefined when it names none.
 * @param from where it was found; the value itself goes nowhere
 * @param form "url" for what may be a secret: of that only the host of a URL counts
 */
export function calleeIn(value: string, from: string, form: "any" | "url" = "any"): Callee | undefined {
  const url = URL.canParse(value) && PROTOCOLS.test(value) ? new URL(value) : undefined;
  if (url && HOST.test(url.hostname.toLowerCase())) return callee(url.hostname, url.port, from);
  if (form === "url") return undefined;
  const [, host, port = ""] = /^([a-z0-9.-]+)(?::(\d{1,5}))?$/.exec(value) ?? [];
  return host !== undefined && HOST.test(host) ? callee(host, port, from) : undefined;
}

const callee = (host: string, port: string, from: string): Callee => ({
  host: host.toLowerCase(),
  ...(port !== "" && { port: Number(port) }),
  from,
  isPrivate: PRIVATE.test(host.toLowerCase()),
});

/** An endpoint of AWS, which `aws.endpoints` lists; everything else is the firewall's. */
export const isAws = (host: string): boolean => /\.amazonaws\.com$/.test(host);
