import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { webApplicationsOf } from "../../model/applications";
import { checkEnvironments } from "../../model/check";
import { aliasesOf, hostsByZoneOf, publicNamesOf, servingNamesOf } from "../../model/domains";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { markersOf } from "../../model/markers";
import { listenerOf } from "../../model/naming";
import { HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

type FurtherNames = readonly { readonly host: string; readonly does: "redirects" | "serves" }[];

/** Staging, whose frontend has further names. */
const withAlso = (also: FurtherNames, of: Environment = staging): Environment => ({
  ...of,
  domains: { backend: "api.example.com", frontend: { host: "app.example.com", also: [...also] } },
});
const withDomains = (domains: object): Environment => ({ ...staging, domains }) as Environment;

const APEX = { host: "example.com", does: "redirects" } as const;
const WWW = { host: "www.example.com", does: "serves" } as const;
const OTHER = { host: "example.org", does: "serves" } as const;

describe("the names of an environment", () => {
  const environment = withAlso([APEX, WWW, OTHER]);

  it("are its first hosts and their further names, in the order of its file", () => {
    expect(publicNamesOf(environment)).toEqual([
      { application: "backend", host: "api.example.com", does: "serves", isFirst: true, path: "domains.backend" },
      {
        application: "frontend",
        host: "app.example.com",
        does: "serves",
        isFirst: true,
        path: "domains.frontend.host",
      },
      { application: "frontend", ...APEX, isFirst: false, path: "domains.frontend.also.0.host" },
      { application: "frontend", ...WWW, isFirst: false, path: "domains.frontend.also.1.host" },
      { application: "frontend", ...OTHER, isFirst: false, path: "domains.frontend.also.2.host" },
    ]);
  });

  it("have a listener each, which nothing but the name itself moves", () => {
    expect(publicNamesOf(environment).map(listenerOf)).toEqual([
      "https-backend",
      "https-frontend",
      "https-frontend-example.com",
      "https-frontend-www.example.com",
      "https-frontend-example.org",
    ]);
  });

  it("have routes where they serve, and serve what the first host does", () => {
    expect(servingNamesOf(environment).map(({ host }) => host)).toEqual([
      "api.example.com",
      "app.example.com",
      "www.example.com",
      "example.org",
    ]);
    expect(aliasesOf(environment)).toEqual({ "app.example.com": ["www.example.com", "example.org"] });
    expect([aliasesOf(withAlso([APEX])), aliasesOf(staging)]).toEqual([{}, {}]);
  });

  it("are each in the zone of the environment, or in one of their own", () => {
    const aws = { ...staging.aws, hostedZoneId: "Z0123456789ABC" };
    expect(hostsByZoneOf({ ...environment, aws })).toEqual([
      {
        hostedZoneId: "Z0123456789ABC",
        hosts: ["api.example.com", "app.example.com", "example.com", "www.example.com", "example.org"],
      },
    ]);
    const own = (host: string) => ({ host, does: "redirects" as const, hostedZoneId: "Z2FDTNDATAQYW2" });
    const apart = withAlso([own("example.org"), WWW, own("example.net")]);
    expect(hostsByZoneOf({ ...apart, aws })).toEqual([
      { hostedZoneId: "Z0123456789ABC", hosts: ["api.example.com", "app.example.com", "www.example.com"] },
      { hostedZoneId: "Z2FDTNDATAQYW2", hosts: ["example.org", "example.net"] },
    ]);
  });

  it("belong to their application", () => {
    expect(webApplicationsOf(environment)[1]).toEqual({
      name: "frontend",
      host: "app.example.com",
      also: [APEX, WWW, OTHER],
    });
  });

  it("are asked for one by one while they are markers", () => {
    const open = withAlso([{ host: "www.mmrv.invalid", does: "serves" }]);
    expect(markersOf(open).filter(({ path }) => path.startsWith("staging.domains"))).toEqual([
      {
        path: "staging.domains.frontend.also.0.host",
        question: "A further public host name: the apex, www, a name from before.",
      },
    ]);
  });
});

describe("further names", () => {
  it("may be the apex, www and a name of another domain", () => {
    expect(issuesOf([withAlso([APEX, WWW, OTHER])])).toEqual([]);
  });

  it("are other hosts than the application's own, than one another and than those of other applications", () => {
    const taken = ["app.example.com", "www.example.com", "www.example.com", "api.example.com"];
    expect(issuesOf([withAlso(taken.map((host) => ({ host, does: "redirects" })))])).toEqual([
      'staging.domains.frontend.also.0.host: got "app.example.com", must be another host than domains.frontend.host (it has one listener)',
      'staging.domains.frontend.also.2.host: got "www.example.com", must be another host than domains.frontend.also.1.host (it has one listener)',
      'staging.domains.frontend.also.3.host: got "api.example.com", must be another host than domains.backend (it has one listener)',
    ]);
  });

  it("are no host of another environment, first or further, on either side", () => {
    const after = (also: FurtherNames): Environment => ({
      ...production,
      domains: { backend: "api.example.net", frontend: { host: "www.example.com", also: [...also] } },
    });
    expect(issuesOf([withAlso([WWW]), after([{ host: "api.example.com", does: "redirects" }])])).toEqual([
      'production.domains.frontend.host: got "www.example.com", must be another host than staging.domains.frontend.also.0.host (a host leads to one gateway)',
      'production.domains.frontend.also.0.host: got "api.example.com", must be another host than staging.domains.backend (a host leads to one gateway)',
    ]);
  });

  it.each([
    [
      "a name that is none",
      [{ host: "WWW.example.com", does: "serves" }],
      'also.0.host: got "WWW.example.com", must be a lower-case DNS host name (it becomes a route and a certificate)',
    ],
    [
      "a star",
      [{ host: "*.example.com", does: "serves" }],
      'also.0.host: got "*.example.com", must be a lower-case DNS host name (it becomes a route and a certificate)',
    ],
    [
      "another word",
      [{ host: "www.example.com", does: "redirect" }],
      'also.0.does: got "redirect", must be one of redirects, serves (did you mean redirects?)',
    ],
    [
      "a zone that is none",
      [{ host: "example.org", does: "serves", hostedZoneId: "example.org" }],
      'also.0.hostedZoneId: got "example.org", must be the id of a Route 53 hosted zone such as Z2FDTNDATAQYW2',
    ],
    ["no word", [{ host: "www.example.com" }], "also.0.does: got nothing, must be one of redirects, serves"],
    ["a name alone", ["www.example.com"], 'also.0: got "www.example.com", must be an object with host and does'],
    ["none", [], "also: got [], must be at least one further name (without any the domain is the host alone, as text)"],
    [
      "one name, and no list",
      { host: "www.example.com", does: "serves" },
      'also: got {"host":"www.example.com","does":"serves"}, must be a list of further names, each with host and does',
    ],
  ])("are refused in a sentence: %s", (_, also, sentence) => {
    expect(
      issuesOf([withDomains({ backend: "api.example.com", frontend: { host: "app.example.com", also } })]),
    ).toEqual([`staging.domains.frontend.${sentence}`]);
  });

  it("are no longer than the objects that are called after them may be", () => {
    const nameOf = (length: number) => `${"aaaaaaaaa.".repeat(19)}${"a".repeat(length - 194)}.com`;
    expect([200, 201].map((length) => nameOf(length).length)).toEqual([200, 201]);
    expect(issuesOf([withAlso([{ host: nameOf(200), does: "serves" }])])).toEqual([]);
    expect(issuesOf([withAlso([{ host: nameOf(201), does: "serves" }])])).toEqual([
      expect.stringMatching(
        /^staging\.domains\.frontend\.also\.0\.host: got "[a.]+\.c…, must be at most 200 characters \(its listener and its certificate are named after it\)$/,
      ),
    ]);
  });

  it("are as many as one Gateway has listeners for, and one route names", () => {
    const names = (count: number, does: "redirects" | "serves") =>
      Array.from({ length: count }, (_, index) => ({ host: `${does}${index}.example.com`, does }));
    expect(issuesOf([withAlso([...names(15, "serves"), ...names(46, "redirects")])])).toEqual([]);
    expect(issuesOf([withAlso([...names(16, "serves"), ...names(46, "redirects")])])).toEqual([
      "staging.domains: got 64 names, must be at most 63 (a Gateway takes 64 listeners, and port 80 is one)",
      "staging.domains.frontend.also: got 16 names that serve, must be at most 15 (a route takes 16 names, and the first host is one)",
    ]);
  });
});

describe("where DNS is at another provider", () => {
  const other = (also: FurtherNames, challenges = "acme.example.com"): Environment => ({
    ...withAlso(also),
    dns: { via: "other", challenges },
  });

  it("no name has a zone of its own: all challenges are written in one", () => {
    const own = { ...OTHER, hostedZoneId: "Z2FDTNDATAQYW2" };
    expect(issuesOf([other([APEX, own])])).toEqual([
      'staging.domains.frontend.also.1.hostedZoneId: got "Z2FDTNDATAQYW2", must be absent (dns.via is other: every challenge is written below dns.challenges)',
    ]);
    expect(issuesOf([withAlso([APEX, own])])).toEqual([]);
    expect(issuesOf([other([APEX, WWW])])).toEqual([]);
  });

  it("a name and what is added to it for its challenge are together what DNS takes", () => {
    const label = "a".repeat(49);
    const challenges = (length: number) => `${`${label}.`.repeat(4)}${"b".repeat(length)}.example.com`;
    const together = (length: number) => `app.example.com.${challenges(length)}`.length;
    expect([together(25), together(26)]).toEqual([253, 254]);
    const at = (length: number) =>
      issuesOf([{ ...other([APEX]), dns: { via: "other", challenges: challenges(length) } }]);
    const must = (host: string) => `must be shorter (${host} makes a name of 254 characters, DNS takes 253)`;
    expect(at(25)).toEqual([]);
    expect(at(26)).toEqual([
      `staging.dns.challenges: got "${challenges(26).slice(0, 199)}…, ${must("api.example.com")}; and ${must("app.example.com")}`,
    ]);
  });

  it.each([
    [
      { via: "other" },
      "dns.challenges: got nothing, must be a lower-case DNS host name (it has every challenge below it)",
    ],
    [
      { via: "other", challenges: "ACME" },
      'dns.challenges: got "ACME", must be a lower-case DNS host name (it has every challenge below it)',
    ],
    [
      { via: "route53", challenges: "acme.example.com" },
      'dns.challenges: got "acme.example.com", must be absent (no such field; the schema in model/ lists them)',
    ],
    [{ via: "route 53" }, "dns.via: got route 53, must say via: route53 or other (did you mean route53?)"],
    [{}, "dns.via: got nothing, must say via: route53 or other"],
  ])("is refused in a sentence: %j", (dns, sentence) => {
    expect(issuesOf([{ ...staging, dns } as Environment])).toEqual([`staging.${sentence}`]);
  });
});

describe("a domain", () => {
  it.each([
    ["a number", 5, "domains.frontend: got 5, must be a host name, or an object with host and also"],
    [
      "a list",
      ["app.example.com"],
      'domains.frontend: got ["app.example.com"], must be a host name, or an object with host and also',
    ],
    [
      "a slip in a field's name",
      { host: "app.example.com", allso: [WWW] },
      'domains.frontend.allso: got [{"host":"www.example.com","does":"serves"}], must be absent (no such field; the schema in model/ lists them) (did you mean also?)',
    ],
    [
      "an object with a host alone",
      { host: "app.example.com" },
      "domains.frontend.also: got nothing, must be a list of further names, each with host and does",
    ],
  ])("is refused in a sentence: %s", (_, frontend, sentence) => {
    expect(issuesOf([withDomains({ backend: "api.example.com", frontend })])).toEqual([`staging.${sentence}`]);
  });

  it("is judged with everything else at once", () => {
    const frontend = { host: "App", also: [{ host: "www", does: "servers" }] };
    expect(issuesOf([withDomains({ backend: "API", frontend })])).toEqual([
      'staging.domains.backend: got "API", must be a lower-case DNS host name (it becomes a route and a certificate)',
      'staging.domains.frontend.host: got "App", must be a lower-case DNS host name (it becomes a route and a certificate)',
      'staging.domains.frontend.also.0.host: got "www", must be a lower-case DNS host name (it becomes a route and a certificate)',
      'staging.domains.frontend.also.0.does: got "servers", must be one of redirects, serves (did you mean serves?)',
    ]);
  });
});

describe("a route where there are further names", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-domains-"));
    cpSync(HELM_VALUES, folder, { recursive: true });
    for (const release of ["backend", "frontend", "platform"]) rmSync(join(folder, release, "production.yaml"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What is said of an application's routes, without the heading and the file. */
  function said(application: string, routes: readonly object[]): string[] {
    const file = join(application, "staging.yaml");
    writeFileSync(join(folder, file), stringify({ routes }));
    try {
      checkEnvironments([withAlso([APEX, WWW])], bootstrap, { helmValues: new HelmValues(folder) });
      return [];
    } catch (error) {
      const [, ...lines] = (error as Error).message.split("\n");
      return lines.map((line) => line.trim().replace(`helm-values/${file} `, ""));
    } finally {
      rmSync(join(folder, file));
    }
  }

  it("may be at a name that serves alone, beside what it serves with the first host", () => {
    expect(said("frontend", [{ path: "/" }, { path: "/promo", host: "www.example.com" }])).toEqual([]);
    expect(said("backend", [{ path: "/" }, { path: "/api", host: "www.example.com" }])).toEqual([]);
  });

  it("is not at a name that redirects", () => {
    expect(said("frontend", [{ path: "/" }, { path: "/promo", host: "example.com" }])).toEqual([
      `routes.1.host: got "example.com", must be one of the environment's domains, api.example.com or app.example.com or www.example.com (this one only redirects)`,
    ]);
  });

  it("is not said again of a name that it is at already, and once is one mistake", () => {
    const twice = (place: string) => [`routes: got "${place}", must be listed once (one would hide the other)`];
    expect(said("frontend", [{ path: "/" }, { path: "/", host: "www.example.com" }])).toEqual(
      twice("www.example.com/"),
    );
    expect(said("frontend", [{ path: "/a", host: "www.example.com" }, { path: "/a/" }])).toEqual(
      twice("www.example.com/a"),
    );
    expect(said("frontend", [{ path: "/a" }, { path: "/a" }])).toEqual(twice("app.example.com/a"));
    expect(
      said("backend", [
        { path: "/", host: "app.example.com" },
        { path: "/", host: "www.example.com" },
      ]),
    ).toEqual(twice("www.example.com/"));
  });
});
