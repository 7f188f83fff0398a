import { describe, expect, it } from "vitest";
import { applicationNamesIn, webApplicationsOf } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { type Application, phaseOf } from "../../model/schema/application";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";
import { ownDomains } from "../support/own-domains";

const REPORTS: Application = { name: "reports", kind: "worker", from: "ecs", phase: 5 };
const ALERTS: Application = { name: "alerts", kind: "web", from: "nowhere", phase: 1 };

/** Staging with other applications, and a repository for each of them. */
const withApplications = (applications: readonly Application[], change: Partial<Environment> = {}): Environment => ({
  ...staging,
  applications: [...applications],
  gitHub: {
    ...staging.gitHub,
    applications: Object.fromEntries(applications.map(({ name }) => [name, { repository: name }])),
  },
  ...change,
});
const issues = (applications: readonly Application[], change: Partial<Environment> = {}) =>
  issuesOf([withApplications(applications, change)]);
/** What an environment says of one more web application. */
const domainsOf = (name: string, host = `${name}.example.com`): Partial<Environment> => ({
  domains: { ...staging.domains, [name]: host },
});
const all = (...more: readonly Application[]) => [...staging.applications, ...more];

describe("a list of applications", () => {
  it("may have a worker, of which an environment says no more than where it is built", () => {
    expect(issues(all(REPORTS))).toEqual([]);
  });

  it("may be a part of the list, with what is said of that part alone", () => {
    const [backend] = staging.applications;
    if (!backend) throw new Error("no backend");
    const aws = { ...staging.aws, secrets: { backend: [] } };
    const change = {
      aws,
      domains: { backend: "api.example.com" },
    } satisfies Partial<Environment>;
    expect(issues([backend], change)).toEqual([]);
  });

  it("has at least one", () => {
    expect(issues([])).toContain(
      "staging.applications: got [], must be at least one application (environments/applications.ts)",
    );
  });

  it("has each once", () => {
    expect(issues(all(REPORTS, REPORTS))).toEqual([
      'staging.applications.3.name: got "reports", must be listed once (it names a stack)',
    ]);
  });

  it.each([
    "infra",
    "constructor",
    "null",
    "default",
    "github",
    "platform",
    "cert-manager",
    "infrastructure",
    "dns-01",
    "push-backend",
    "thirteenchars",
    "Reports",
    "re--ports",
    "reports-",
  ])("has no application called %s", (name) => {
    expect(issues(all({ ...REPORTS, name }))).toEqual([
      expect.stringMatching(
        new RegExp(`^staging\\.applications\\.2\\.name: got "${name}", must be 1 to 12 lower-case letters`),
      ),
    ]);
  });

  it.each(["a", "reports", "twelve-chars", "infra2", "plans"])("may have one called %s", (name) => {
    expect(issues(all({ ...REPORTS, name }))).toEqual([]);
  });

  it.each([
    [
      "that is not there",
      "backnd",
      "must be another application of kind web, backend or frontend (did you mean backend?)",
    ],
    ["that is a worker", "reports", "must be another application of kind web, backend or frontend"],
  ])("calls no application %s", (_, called, must) => {
    expect(issues(all({ ...REPORTS, calls: ["backend", called] }))).toEqual([
      `staging.applications.2.calls.1: got "${called}", ${must}`,
    ]);
  });

  it("has none whose name begins with another's: the objects of a consumer or of a test would be its own", () => {
    expect(issues(all({ ...ALERTS, name: "backend-test" }), domainsOf("backend-test"))).toEqual([
      'staging.applications.2.name: got "backend-test", must not begin with backend- (backend\'s own objects are called so)',
    ]);
    expect(issues(all({ ...REPORTS, name: "backend2" }))).toEqual([]);
  });

  it("calls each once", () => {
    expect(issues(all({ ...REPORTS, calls: ["backend", "backend"] }))).toEqual([
      'staging.applications.2.calls.1: got "backend", must be listed once',
    ]);
  });

  it("has none that calls itself", () => {
    const applications = staging.applications.map((one) => ({ ...one, calls: ["backend"] }));
    expect(issues(applications)).toEqual([
      'staging.applications.0.calls.0: got "backend", must be another application of kind web, frontend',
    ]);
  });
});

describe("what an environment says of its applications", () => {
  it("is said of each web application, and of no worker", () => {
    expect(issues(all(ALERTS, REPORTS), { domains: { ...staging.domains, reports: "reports.example.com" } })).toEqual([
      'staging.domains.reports: got "reports.example.com", must be absent (a worker has no domain)',
      "staging.domains.alerts: got nothing, must be the domain at which it answers",
    ]);
  });

  it("names the repository of each", () => {
    expect(issues(all(REPORTS), { gitHub: staging.gitHub })).toEqual([
      "staging.gitHub.applications.reports: got nothing, must name the repository that builds it",
    ]);
  });

  it.each([
    ["permissions", []],
    ["ecr", { repository: "mmrv-frontend", newest: 3 }],
    ["secrets", []],
  ])("names nobody else in aws.%s", (field, value) => {
    const aws = { ...staging.aws, [field]: { fronted: value } } as Environment["aws"];
    expect(issues(all(), { aws })).toEqual([
      expect.stringMatching(
        new RegExp(
          `^staging\\.aws\\.${field}\\.fronted: got .*, must be one of the environment's applications, backend, frontend \\(did you mean frontend\\?\\)$`,
        ),
      ),
    ]);
  });

  it("is one mistake when a name has a slip in it", () => {
    const { frontend, ...domains } = staging.domains;
    expect(issues(all(), { domains: { ...domains, fronted: frontend ?? "" } })).toEqual([
      `staging.domains.fronted: got "${frontend}", must be one of the environment's applications, backend, frontend (did you mean frontend?)`,
    ]);
  });
});

describe("domains", () => {
  it("are one application's each", () => {
    const taken = "api.staging.mmrv.invalid";
    expect(issues(all(ALERTS), domainsOf("alerts", taken))).toEqual([
      `staging.domains.alerts: got "${taken}", must be another host than domains.backend (it has one listener)`,
    ]);
  });
});

describe("environments side by side", () => {
  const domains = ownDomains(staging, "quality");
  const quality: Environment = {
    ...staging,
    name: "quality",
    code: "qlt",
    domains,
    aws: { ...staging.aws, imagePush: "none" },
  };

  it("have no stack in common", () => {
    const infra: Application = { ...REPORTS, name: "eu-infra" };
    const eu: Environment = { ...quality, name: "staging-eu" };
    expect(issuesOf([withApplications(all(infra)), eu])).toEqual([
      'staging-eu.name: got "staging-eu", must be a name that gives no stack of staging\'s: staging-eu-infra',
    ]);
    expect(issuesOf([withApplications(all(REPORTS)), eu])).toEqual([]);
  });

  it("promote only what the environment before has", () => {
    const after: Environment = { ...withApplications(all(REPORTS)), name: "quality", code: "qlt", domains };
    const promoted: Environment = {
      ...after,
      images: { from: "promotion", of: "staging" },
      aws: { ...staging.aws, imagePush: "none" },
    };
    expect(issuesOf([staging, promoted])).toEqual([
      'quality.applications.2.name: got "reports", must be an application of staging too (images.of takes its images from there)',
    ]);
    expect(issuesOf([withApplications(all(REPORTS)), promoted])).toEqual([]);
  });

  it("have as many applications as one deploy identity can be trusted for, where HCP Terraform runs", () => {
    const hcpTerraform = { use: "workspaces", organization: "acme", project: "mmrv" } as const;
    const workers = (count: number) =>
      Array.from({ length: count }, (_, index): Application => ({ ...REPORTS, name: `worker${index}` }));
    // 1 of GitHub, 6 of the fixed stacks, 4 of backend and frontend, 2 of each other.
    expect(issuesOf([withApplications(all(...workers(4)))], { ...bootstrap, hcpTerraform })).toEqual([]);
    expect(issuesOf([withApplications(all(...workers(5)))], { ...bootstrap, hcpTerraform })).toEqual([
      expect.stringMatching(
        /^staging\.applications: got .*, must be fewer with bootstrap\.hcpTerraform\.use workspaces/,
      ),
    ]);
    expect(issuesOf([withApplications(all(...workers(5)))], bootstrap)).toEqual([]);
  });
});

describe("webApplicationsOf", () => {
  it("is each application that answers at a domain, in the order of the list", () => {
    expect(webApplicationsOf(withApplications([REPORTS, ...staging.applications]))).toEqual([
      { name: "backend", host: "api.staging.mmrv.invalid", also: [] },
      { name: "frontend", host: "staging.mmrv.invalid", also: [] },
    ]);
  });
});

describe("applicationNamesIn", () => {
  it("is every application of any environment, once", () => {
    expect(applicationNamesIn([staging, withApplications([REPORTS])])).toEqual(["backend", "frontend", "reports"]);
  });
});

describe("phaseOf", () => {
  it.each([
    [1, 0, 1],
    [1, 1, 2],
    [3, 0, 3],
    [3, 1, 4],
    [5, 0, 5],
    [5, 1, 5],
    [1, 2, 5],
    [3, 7, 5],
  ] as const)("of an application of phase %i in environment %i is %i", (phase, index, is) => {
    expect(phaseOf({ phase }, index)).toBe(is);
  });
});
