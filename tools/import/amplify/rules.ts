import type { At } from "../at";
import type { Callee } from "../draft";
import { calleeIn, hostOf } from "./hosts";
import type { AmplifyContext, FurtherName } from "./inputs";
import {
  askAboutOrder,
  askAboutProxies,
  askAboutSinglePage,
  askAboutSlash,
  askAboutStatus,
  askForCountry,
  askIfOurs,
  askToWrite,
} from "./rule-questions";
import { type Has, overlap, readSource, type SourcePattern, targetOf } from "./source-pattern";

/** A redirect of Next.js. Never `permanent`: that is 308, and Amplify's is 301. */
export interface Redirect {
  readonly source: string;
  readonly has?: readonly Has[];
  readonly destination: string;
  readonly statusCode: number;
}

export interface Rewrite {
  readonly source: string;
  readonly has?: readonly Has[];
  readonly destination: string;
}

/** A host that leads to another one, and where the rule says so. */
export interface Leads extends FurtherName {
  readonly to: string;
  readonly at: At;
}

/** What redirects and rewrites of Amplify become. */
export interface RulesPart {
  readonly redirects: readonly Redirect[];
  readonly beforeFiles: readonly Rewrite[];
  readonly fallback: readonly Rewrite[];
  /** Both hosts at their roots. */
  readonly names: readonly Leads[];
  readonly callees: readonly Callee[];
  readonly ignored: readonly string[];
}

interface Rule {
  readonly at: At;
  readonly source: string;
  readonly target: string;
  readonly status: string;
  readonly pattern: SourcePattern;
}

type Path = Extract<SourcePattern, { kind: "path" }>;

/** Next.js asks all redirects first, then these rewrites before its files, then those for what is no file. */
const TURN: Readonly<Record<string, number>> = { "301": 0, "302": 0, "200": 1, "404-200": 2, "404": 2 };

/** Platforms whose pages a server renders; WEB is a static site. */
const RENDERS = /^WEB_(COMPUTE|DYNAMIC)$/;

/** What the rules are of. */
export interface Site {
  /** As get-app says it; undefined when nobody gave that. */
  readonly platform: string | undefined;
  /** Hosts of the branch; empty when no file names them. */
  readonly hosts: readonly string[];
}

/** @param rules one list, the first that fits counts */
export function convertRules(rules: readonly At[], site: Site, context: AmplifyContext): RulesPart {
  const result = new Rules(site, context);
  for (const at of rules)
    result.take({
      at,
      source: at.at("source").text ?? "",
      target: at.at("target").text ?? "",
      // What the console leaves out is a redirect that browsers keep for a while.
      status: at.at("status").text ?? "302",
      pattern: readSource(at.at("source").text ?? ""),
    });
  return result.part;
}

class Rules {
  private readonly redirects: Redirect[] = [];
  private readonly beforeFiles: Rewrite[] = [];
  private readonly fallback: Rewrite[] = [];
  private readonly names: Leads[] = [];
  private readonly callees: Callee[] = [];
  private readonly ignored: string[] = [];
  private readonly before: { readonly path: Path; readonly turn: number }[] = [];

  constructor(
    private readonly site: Site,
    private readonly context: AmplifyContext,
  ) {}

  get part(): RulesPart {
    const { beforeFiles, callees, fallback, ignored, names, redirects } = this;
    return { redirects, beforeFiles, fallback, names, callees, ignored };
  }

  take(rule: Rule): void {
    const { at, pattern, source, status, target } = rule;
    if (at.at("condition").isThere) askForCountry(at, this.context.ledger);
    else if (pattern.kind === "never") this.neverWorked(rule, pattern.why);
    else if (isFallbackToOnePage(rule)) this.singlePage(at);
    else if (!Object.hasOwn(TURN, status)) this.otherStatus(rule);
    else if (pattern.kind === "host") this.host(rule, pattern.host);
    else if (pattern.kind === "regex")
      askToWrite(rule.at, "regex", "its source is a regular expression", this.context.ledger);
    else if (status === "200" && source === target) this.neverWorked(rule, "it leads to itself, which changes nothing");
    else this.path(rule, pattern);
  }

  private path(rule: Rule, path: Path): void {
    const { at, source, status, target } = rule;
    const { ledger } = this.context;
    const isRedirect = TURN[status] === 0;
    const destination = targetOf(target, path.source, path.names);
    if (status === "404") this.notFound(rule, path);
    else if (!isTarget(target))
      askToWrite(rule.at, "target", "its target is no address and begins with no /", this.context.ledger);
    else if (destination === undefined)
      askToWrite(rule.at, "target", "its target has a part that its source lacks", this.context.ledger);
    else if (/^\w+:\/\/[^/]*@/.test(target))
      askToWrite(rule.at, "target", "a login stands in its target", this.context.ledger);
    else if (isRedirect && source === `${target}/`)
      ledger.dropped(at, "Next.js takes a slash off the end of a path by itself, with 308");
    else if (isRedirect && target === `${source}/`) askAboutSlash(at, ledger);
    else if (isRedirect) this.redirect(rule, path, destination);
    else this.rewrite(rule, path, destination);
  }

  private redirect({ at, source, status }: Rule, path: Path, destination: string): void {
    const { ledger } = this.context;
    const isLeftOut = this.isOutOfOrder(at, path, 0);
    if (!isLeftOut) this.redirects.push({ ...matching(path), destination, statusCode: Number(status) });
    if (path.has.length > 0)
      ledger.note(
        `${source}: Next.js adds the query to the target; Amplify did not, as the source names a value of it`,
      );
    ledger.mapped(at, "redirects() in next.config");
  }

  private rewrite(rule: Rule, path: Path, destination: string): void {
    const { at, status } = rule;
    const [list, name] = status === "200" ? [this.beforeFiles, "beforeFiles"] : [this.fallback, "fallback"];
    this.isOutOfOrder(at, path, TURN[status] ?? 0);
    list.push({ ...matching(path), destination: this.proxied(rule, destination) });
    this.context.ledger.mapped(at, `rewrites().${name} in next.config`);
  }

  /** Another host answers: it gets our address, and what browsers send us. */
  private proxied({ at, source, target }: Rule, destination: string): string {
    const { application, environment, ledger } = this.context;
    const callee = /^https?:\/\//.test(target)
      ? calleeIn(target.replace(/<[^<>]*>/g, "x"), `rewrite of ${source}`)
      : undefined;
    if (callee === undefined) return destination;
    const others = environment.applications.filter(({ kind, name }) => kind === "web" && name !== application);
    const isOurs =
      /^\/api(\/|$)/.test(source) ||
      others.some(({ name }) => hostOf(environment, name) === callee.host || callee.host.startsWith(`${name}.`));
    if (isOurs && others.length > 0) {
      const answer = askIfOurs(at, { source, host: callee.host, others: others.map(({ name }) => name) }, ledger);
      if (answer !== undefined && answer !== "public")
        return destination.replace(/^https?:\/\/[^/]+/, `http://${answer}`);
    } else askAboutProxies(at, ledger);
    this.callees.push(callee);
    if (source.endsWith("<*>"))
      ledger.note(
        `${source}: Next.js takes a slash off the end of a path, with 308, before it is rewritten; where ${callee.host} wants it, next.config says skipTrailingSlashRedirect: true`,
      );
    return destination;
  }

  private isOutOfOrder(at: At, path: Path, turn: number): boolean {
    const meets = this.before.some((earlier) => earlier.turn > turn && overlap(earlier.path.segments, path.segments));
    this.before.push({ path, turn });
    if (!meets) return false;
    return askAboutOrder(at, this.context.ledger) === "leave-out";
  }

  private host(rule: Rule, host: string): void {
    const [, to, path = ""] = /^https?:\/\/([^/?@]+)(.*)$/.exec(rule.target) ?? [];
    const isWhole = /^(\/(<\*>)?)?$/.test(path);
    const destination = targetOf(rule.target, "/:path*", new Map());
    const { hosts } = this.site;
    if (TURN[rule.status] !== 0 || to === undefined)
      askToWrite(rule.at, "host", "its source is a host", this.context.ledger);
    else if (hosts.length > 0 && !hosts.includes(host) && !hosts.includes(to))
      this.context.ledger.dropped(rule.at, "neither host is this branch's");
    else if (isWhole) this.furtherName(rule, host, to);
    else if (destination === undefined)
      askToWrite(rule.at, "target", "its target has a part that its source lacks", this.context.ledger);
    else {
      this.names.push({ host, does: "serves", to, at: rule.at.at("target") });
      const has: Has[] = [{ type: "host", value: host }];
      this.redirects.push({ source: "/:path*", has, destination, statusCode: Number(rule.status) });
      this.context.ledger.mapped(rule.at, "redirects() in next.config, for the host");
    }
  }

  private furtherName({ at, status }: Rule, host: string, to: string): void {
    const { application, ledger } = this.context;
    const where = `domains.${application}.also: ${host} redirects`;
    this.names.push({ host, does: "redirects", to, at: at.at("target") });
    if (status === "301") ledger.mapped(at, where);
    else ledger.defaulted(at, where, "the gateway answers 301 where Amplify said 302: browsers remember it");
  }

  private notFound({ at }: Rule, { segments }: Path): void {
    const to = "the application's not-found page, with 404";
    if (segments.length === 1 && segments[0] === "<*>") this.context.ledger.mapped(at, to);
    else
      this.context.ledger.defaulted(
        at,
        to,
        "Next.js has one page for what is not found; a path without a route gets it",
      );
  }

  private singlePage(at: At): void {
    const { ledger } = this.context;
    const { platform } = this.site;
    if (platform !== undefined && !RENDERS.test(platform)) {
      askAboutSinglePage(at, ledger);
      return;
    }
    ledger.dropped(at, "it would hide every page of an application whose pages a server renders");
    if (platform === undefined)
      ledger.note(
        "One rule answers every path with one page. It is left out, as for any application whose pages a server renders; give the app (--app), which says whether it is a static site.",
      );
  }

  private otherStatus({ at, source, status, target, pattern }: Rule): void {
    const answer = askAboutStatus(at, this.context.ledger);
    if (answer === "never-worked") this.ignored.push(`${source}: ${status} is no status of Amplify`);
    if (answer !== "as-written" || pattern.kind !== "path" || !/^30[1-8]$/.test(status)) return;
    if (!isTarget(target)) {
      askToWrite(at, "target", "its target is no address and begins with no /", this.context.ledger);
      return;
    }
    const destination = targetOf(target, pattern.source, pattern.names);
    const has = pattern.has.length > 0 && { has: pattern.has };
    if (destination !== undefined)
      this.redirects.push({ source: pattern.source, ...has, destination, statusCode: Number(status) });
  }

  private neverWorked({ at, source }: Rule, why: string): void {
    this.context.ledger.dropped(at, why);
    this.ignored.push(`${source}: ${why}`);
  }
}

/** Next.js refuses to build with a destination of another kind. */
const isTarget = (target: string): boolean => /^(\/|https?:\/\/)/.test(target);

const matching = ({ has, source }: Path) => ({ source, ...(has.length > 0 && { has }) });

/** What sites of one page have: every path without a file gets the one page. */
function isFallbackToOnePage({ pattern, source, status, target }: Rule): boolean {
  const isEverything = pattern.kind === "regex" || source === "/<*>";
  return (status === "200" || status === "404-200") && isEverything && /^\/(index\.html)?$/.test(target);
}
