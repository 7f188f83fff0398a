import { isIP } from "node:net";
import type { Callee } from "./draft";
import { isPrivateHost } from "./private-hosts";

/** A host, and its port where the text says one. */
interface Host {
  readonly host: string;
  readonly port?: number;
}

/** What a variable is called that names a host. */
const NAMES_A_HOST =
  /(^|[_.-])(host(name)?s?|ur[il]s?|endpoints?|servers?|addr(ess)?(es)?|brokers?|bootstrap|dsn|origin|proxy|upstream)([_.-]|\d*$)/i;
const ENDS_AS_A_HOST = /(Host|Url|Uri|Endpoint|Server|Address)$/;
/** What a variable is called that names who may call, and not whom it calls. */
const NAMES_CALLERS = /allow|cors|cookie|trusted|csrf|redirect|callback/i;
/** What a variable is called that holds a secret: a dot in it makes no host of it. */
const NAMES_A_SECRET = /pass|pwd|secret|token|key|credential|salt|private/i;

const namesHost = (from: string): boolean =>
  (NAMES_A_HOST.test(from) || ENDS_AS_A_HOST.test(from)) && !NAMES_A_SECRET.test(from);

/**
 * The hosts that a text names: URLs, connection strings, host:port, lists of them, ARNs; a bare name only where the name of the
 * variable, or its ending, says that it is a host. Never the text around it: that may be a secret.
 * @param from where it was found, such as the variable's name
 * @param region of AWS, for ARNs that say none
 */
export function calleesOf(from: string, value: string, region?: string): Callee[] {
  if (NAMES_CALLERS.test(from)) return [];
  const found = value.startsWith("arn:") ? byArn(value, region) : hostsIn(from, value, region);
  const callees = found
    .filter(({ host }) => !isOwn(host))
    .map(({ host, port }) => ({ host, ...(port !== undefined && { port }), from, isPrivate: isPrivateHost(host) }));
  return [...new Map(callees.map((callee) => [`${callee.host}:${callee.port}`, callee])).values()];
}

const OF_AWS = /\.(amazonaws\.com|api\.aws|on\.aws)$/;

/** The names of AWS itself among hosts: what `aws.endpoints` of the environment lists. */
export const endpointsAmong = (callees: readonly Callee[]): string[] =>
  [...new Set(callees.filter(({ host, isPrivate }) => !isPrivate && OF_AWS.test(host)).map(({ host }) => host))].sort();

/** The pod itself, every address, or the metadata of the machine. */
const isOwn = (host: string): boolean => /^(localhost|127\.|0\.0\.0\.0$|169\.254\.|::1?$)/.test(host);

function hostsIn(from: string, value: string, region: string | undefined): Host[] {
  const text = value.trim().replace(/^jdbc:(?:\w+:(?=\w+:\/\/))?/, "");
  const urls = byUrl(text, region);
  if (urls.length > 0) return urls;
  const pairs = byPairs(text);
  if (pairs.length > 0) return pairs;
  return text.split(/[\s,;]+/).flatMap((word) => byWord(from, word));
}

/** `s3://bucket/key`, of the AWS CLI, Hadoop and Spark: what stands in a host's place is no host. */
const A_BUCKET = /^s3[an]?$/i;

/** `scheme://user:password@host:1,host:2/path`: several hosts as MongoDB and Kafka have them. */
function byUrl(text: string, region: string | undefined): Host[] {
  // The scheme is bounded: a long text without one would be searched from each of its letters.
  return [...text.matchAll(/([a-z][a-z0-9+.-]{0,30}):\/\/([^\s/?#;"']+)([^\s"']*)/gi)].flatMap(
    ([, scheme = "", authority = "", rest = ""]) => {
      if (A_BUCKET.test(scheme)) return [ofBucket(authority, region)];
      // A password with a slash in it ends the authority too early: what looks like a port may be part of it.
      const isTorn = !authority.includes("@") && rest.includes("@") && !/^(https?|wss?)$/i.test(scheme);
      return isTorn
        ? []
        : authority
            .slice(authority.lastIndexOf("@") + 1)
            .split(",")
            .flatMap(hostAndPort);
    },
  );
}

/** `Server=tcp:host,1433;Password=…` and `host=… port=…`. */
function byPairs(text: string): Host[] {
  const pairs = new Map(text.split(/;|\s(?=\w+=)/).flatMap(pairIn));
  const host = ["host", "server", "data source", "datasource", "address", "addr", "hostname"]
    .map((key) => pairs.get(key))
    .find((one) => one !== undefined);
  if (host === undefined || pairs.size < 2) return [];
  const [found] = hostAndPort(host.replace(/^tcp:/, "").replace(",", ":"));
  const port = Number(pairs.get("port"));
  return found === undefined ? [] : [{ ...found, ...(isPort(port) && { port }) }];
}

function pairIn(text: string): [key: string, value: string][] {
  const sign = text.indexOf("=");
  const key = text.slice(0, Math.max(0, sign)).trim().toLowerCase();
  return /^[\w ]+$/.test(key) ? [[key, text.slice(sign + 1).trim()]] : [];
}

function byWord(from: string, word: string): Host[] {
  const [found] = hostAndPort(word);
  if (found === undefined || word.includes("@")) return [];
  const isDotted = /\.[a-z]{2,}$/i.test(found.host);
  if (isIP(found.host) !== 0) return [found];
  if (found.port !== undefined && (isDotted || namesHost(from))) return [found];
  return isDotted && (namesHost(from) || isPrivateHost(found.host) || OF_AWS.test(found.host)) ? [found] : [];
}

const LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const HOST = new RegExp(`^${LABEL}(?:\\.${LABEL})*\\.?$`, "i");
const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

function hostAndPort(text: string): Host[] {
  if (isIP(text) !== 0) return [{ host: text.toLowerCase() }];
  const found = /^\[?([^[\]]+?)\]?(?::(\d{1,5}))?$/.exec(text);
  const host = (found?.[1] ?? "").toLowerCase().replace(/\.$/, "");
  const port = Number(found?.[2]);
  if (!HOST.test(host) && isIP(host) === 0) return [];
  // 12:30 is a time, 1.5 a number.
  if (isIP(host) === 0 && /^[\d.]+$/.test(host)) return [];
  return [{ host, ...(isPort(port) && { port }) }];
}

/** Services whose endpoint is called otherwise than in an ARN: docs.aws.amazon.com/general/latest/gr/aws-service-information.html. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  cloudwatch: "monitoring",
  ses: "email",
  bedrock: "bedrock-runtime",
  mobiletargeting: "pinpoint",
  aps: "aps-workspaces",
  "cognito-identity": "cognito-identity",
};
/** They have no endpoint that an application calls by the resource's ARN. */
const WITHOUT = new Set(["iam", "ec2", "elasticloadbalancing", "rds", "elasticache", "ecs", "acm", "route53"]);

function byArn(arn: string, region: string | undefined): Host[] {
  const [, partition, service = "", own = "", , ...rest] = arn.split(":");
  const resource = rest.join(":");
  const where = own === "" ? region : own;
  if (partition !== "aws" || WITHOUT.has(service) || service === "") return [];
  const regional = (name: string): Host => endpoint(name, where);
  if (service === "s3") return [ofBucket(resource.split("/")[0] ?? "", where)];
  if (service === "execute-api") return [regional(`${resource.split("/")[0]}.execute-api`)];
  return [regional(ENDPOINTS[service] ?? service)];
}

const endpoint = (name: string, region: string | undefined): Host => ({
  host: region === undefined ? `${name}.amazonaws.com` : `${name}.${region}.amazonaws.com`,
});

/** The SDKs put the bucket in front of the host. */
const ofBucket = (bucket: string, region: string | undefined): Host =>
  endpoint(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) ? `${bucket}.s3` : "s3", region);
