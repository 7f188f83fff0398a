import { firstHostOf, publicNamesOf } from "../../../model/domains";
import type { Environment } from "../../../model/environment";
import type { Callee } from "../draft";
import { isPrivateHost } from "../private-hosts";

/** The host that an application of the environment answers at, if any. */
export function hostOf({ domains }: Environment, application: string): string | undefined {
  const domain = domains[application];
  return domain === undefined ? undefined : firstHostOf(domain);
}

/**
 * Every name that an environment answers at.
 * @param of an application, for its names alone
 */
export const namesOf = (environment: Environment, of?: string): string[] =>
  publicNamesOf(environment).flatMap(({ application, host }) => (of === undefined || application === of ? [host] : []));

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
  isPrivate: isPrivateHost(host.toLowerCase()),
});

/** An endpoint of AWS, which `aws.endpoints` lists; everything else is the firewall's. */
export const isAws = (host: string): boolean => /\.amazonaws\.com$/.test(host);
