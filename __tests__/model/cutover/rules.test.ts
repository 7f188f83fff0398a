import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkEnvironments } from "../../../model/check";
import { Cutovers } from "../../../model/cutover/files";
import type { Step } from "../../../model/cutover/schema";
import { isMoving, STAGES } from "../../../model/cutover/stages";
import type { Environment } from "../../../model/environment";
import { HelmValues } from "../../../model/helm-values";
import { UserError } from "../../../model/user-error";
import { firewallFor } from "../../../tools/program/egress";
import { jobsStep, PROOF, taken, wayTo } from "../../support/cutover";
import { backendFile, cutoverIssuesOf } from "../../support/cutover-file";
import { APEX, API, MOVED, movedBy, PLACES, WWW } from "../../support/cutover-names";
import { egressShapes } from "../../support/egress-variants";
import { HELM_VALUES } from "../../support/fixtures/environments/all";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { production } from "../../support/fixtures/environments/production";
import { REPORTS_VALUES, withReports } from "../../support/fixtures/reports";
import { issuesOf } from "../../support/issues";

describe("whom a cutover is of", () => {
  const steps = taken([{ stage: "ready" }]);
  const component = { names: [], steps };

  it("is a web application of the environment, and no other name", () => {
    const strangers = { backnd: component, reports: component, constructor: component };
    const must = "must be a web application of the environment: backend, frontend";
    expect(cutoverIssuesOf({ components: strangers }, withReports(MOVED))).toEqual([
      `components.backnd: got "backnd", ${must}`,
      `components.reports: got "reports", ${must}`,
      `components.constructor: got "constructor", ${must}`,
    ]);
  });

  it("is for jobs an application that AWS runs something of, a worker too", () => {
    const applications: Environment["applications"] = [
      ...withReports(MOVED).applications,
      { name: "alerts", kind: "worker", from: "nowhere", phase: 1 },
    ];
    const gitHub = { ...MOVED.gitHub };
    gitHub.applications = { ...gitHub.applications, reports: { repository: "r" }, alerts: { repository: "a" } };
    const step = [jobsStep("azure")];
    const jobs = { backend: step, reports: step, alerts: step, platform: step };
    const must = "must be an application that AWS runs today: backend, frontend, reports";
    expect(cutoverIssuesOf({ jobs }, { ...MOVED, applications, gitHub })).toEqual([
      `jobs.alerts: got "alerts", ${must}`,
      `jobs.platform: got "platform", ${must}`,
    ]);
  });

  it("is told of jobs that go nowhere, before they have come, or while they run on the other cloud too", () => {
    const bare = { cloud: "azure" as const, since: "2026-12-01T09:00:00Z" };
    expect(cutoverIssuesOf({ jobs: { backend: [jobsStep("aws")] } })).toEqual([
      'jobs.backend.0.cloud: got "aws", must be the other cloud than before (jobs are on AWS at first)',
    ]);
    expect(cutoverIssuesOf({ jobs: { backend: [jobsStep("azure"), bare] } })).toEqual([
      'jobs.backend.1.cloud: got "azure", must be the other cloud than before (jobs are on AWS at first)',
      'jobs.backend.1.since: got "2026-12-01T09:00:00Z", must not be before 2026-12-01T10:00:00Z (steps are in their order)',
      "jobs.backend.1.evidence: got nothing, must say stopped-on-aws: by whom, when and how they were stopped there",
    ]);
  });

  it("is nobody where there is nobody", () => {
    const applications: Environment["applications"] = [{ name: "reports", kind: "worker", from: "nowhere", phase: 1 }];
    const bare = {
      ...MOVED,
      applications,
      domains: {},
      aws: { ...MOVED.aws, ecr: {}, secrets: {}, imagePush: "none" as const },
      gitHub: { ...MOVED.gitHub, applications: { reports: { repository: "reports" } } },
    };
    expect(cutoverIssuesOf({ components: { backend: component }, jobs: {} }, bare)).toEqual([
      'components.backend: got "backend", must be a web application of the environment: there is none',
    ]);
  });
});

describe("the proof of the provider", () => {
  const unproved = (place: string, environment = MOVED, names = [API]) => {
    const { proof: _, ...file } = backendFile(taken(PLACES[place] ?? []), names);
    return cutoverIssuesOf(file, environment);
  };

  it.each(["ready", "canary", "ramp", "full", "drained", "retired"])("is there before weights are: %s", (place) => {
    expect(unproved(place)).toEqual([
      `proof: got nothing, must be there before ready, and backend is at ${place} (npx mmrv cutover prove staging: every stage on a throw-away name)`,
    ]);
  });

  it.each(["off", "adopt", "prepared"])("is not needed at %s", (place) => {
    expect(unproved(place)).toEqual([]);
  });

  it("is not needed where DNS is at another provider", () => {
    const { zone: _, ...unzoned } = API;
    const environment: Environment = { ...MOVED, dns: { via: "other", challenges: "acme.example.com" } };
    expect(unproved("full", environment, [unzoned as typeof API])).toEqual([]);
  });
});

describe("the egress of an environment", () => {
  const VIAS = ["loadBalancer", "natGateway", "firewall"] as const;
  const shapes = Object.values(egressShapes(MOVED));
  const isSettled = (egress: Environment["egress"]) =>
    !("address" in egress && egress.address !== "own") && !("routing" in egress && egress.routing !== "active");
  /** The steps of somebody who met an egress. */
  const having = (met: Step["egress"], place: string) =>
    (PLACES[place] ?? []).map((step) => (step.stage === "canary" ? { ...step, egress: met } : step));
  const said = (egress: Environment["egress"], met: Step["egress"], place: string) => {
    const environment = { ...MOVED, egress };
    return cutoverIssuesOf(backendFile(taken(having(met, place))), environment);
  };
  const moving = ["canary", "ramp", "full"];
  const others = Object.keys(PLACES).filter((place) => !moving.includes(place));

  it("is judged in nine shapes, of which five are settled", () => {
    expect([shapes.length, shapes.filter(isSettled).length]).toEqual([9, 5]);
    expect(STAGES.filter(isMoving)).toEqual(moving);
  });

  it.each(moving)("is at %s what the first users met, whichever that is", (place) => {
    for (const met of VIAS)
      for (const egress of shapes.filter(isSettled))
        expect(said(egress, met, place)).toEqual(
          egress.via === met
            ? []
            : [
                `staging.egress.via: got "${egress.via}", must be ${met} while backend is at ${place} in cutover/staging.yaml (a toggle breaks connections of users on both clouds)`,
              ],
        );
  });

  it.each(moving)("is at %s no step between two shapes", (place) => {
    for (const address of ["managed", "unset"] as const)
      expect(said({ via: "loadBalancer", address }, "loadBalancer", place)).toEqual([
        `staging.egress.address: got "${address}", must be own while backend is at ${place} in cutover/staging.yaml (it is a step between two shapes)`,
      ]);
    for (const tier of ["Standard", "Premium"] as const)
      expect(said(firewallFor(MOVED, { tier, routing: "prepared" }), "firewall", place)).toEqual([
        `staging.egress.routing: got "prepared", must be active while backend is at ${place} in cutover/staging.yaml (the next step moves the gateway)`,
      ]);
  });

  it("is said of both mistakes at once: another way, and on the way to one", () => {
    expect(said({ via: "loadBalancer", address: "unset" }, "firewall", "ramp")).toEqual([
      'staging.egress.via: got "loadBalancer", must be firewall while backend is at ramp in cutover/staging.yaml (a toggle breaks connections of users on both clouds)',
      'staging.egress.address: got "unset", must be own while backend is at ramp in cutover/staging.yaml (it is a step between two shapes)',
    ]);
  });

  it.each(others)("is free at %s", (place) => {
    for (const egress of shapes) expect(said(egress, "firewall", place)).toEqual([]);
  });

  it("is what the last canary met, after a way back to nobody", () => {
    const natGateway = { via: "natGateway", addresses: 1, idleTimeoutMinutes: 10 } as const;
    const steps = taken([
      ...wayTo("ramp"),
      { stage: "ready" },
      { stage: "canary", percent: 1, egress: "natGateway" },
      { stage: "ramp", percent: 5 },
    ]);
    expect(cutoverIssuesOf(backendFile(steps), { ...MOVED, egress: natGateway })).toEqual([]);
    expect(cutoverIssuesOf(backendFile(steps))).toEqual([
      'staging.egress.via: got "loadBalancer", must be natGateway while backend is at ramp in cutover/staging.yaml (a toggle breaks connections of users on both clouds)',
    ]);
  });

  it("is judged by each application that is moving", () => {
    const cutovers = movedBy(having("firewall", "full"));
    expect(issuesOf([MOVED], bootstrap, { cutovers })).toEqual([
      'staging.egress.via: got "loadBalancer", must be firewall while backend is at full in cutover/staging.yaml (a toggle breaks connections of users on both clouds); and must be firewall while frontend is at full in cutover/staging.yaml (a toggle breaks connections of users on both clouds)',
    ]);
  });
});

describe("consumers and cron jobs", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-cutover-jobs-"));
    cpSync(HELM_VALUES, folder, { recursive: true });
    for (const release of ["backend", "frontend", "platform"]) rmSync(join(folder, release, "production.yaml"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const { consumers, cronJobs } = REPORTS_VALUES;
  const AZURE = [jobsStep("azure")];
  const BACK = [...AZURE, jobsStep("aws", "2026-12-01T11:00:00Z")];

  /** What is said when the backend's values and the file say this. */
  function said(values: object, jobs?: object[], environment: Environment = MOVED): string[] {
    writeFileSync(join(folder, "backend/staging.yaml"), stringify(values));
    const file = jobs === undefined ? {} : { jobs: { backend: jobs } };
    return cutoverIssuesOf(file, environment, new HelmValues(folder));
  }
  const write = "both files change in one commit: docs/cutover.md";

  it.each([
    ["consumers", { consumers }],
    ["cron jobs", { cronJobs }],
  ])("do not run on both clouds: %s", (_, jobs) => {
    const sentence = `must be aws while cutover/staging.yaml has the jobs of backend on AWS (they would run on both clouds; ${write})`;
    const issue = `helm-values/backend/staging.yaml workers: got "azure", ${sentence}`;
    expect(said({ ...jobs, workers: "azure" })).toEqual([issue]);
    expect(said({ ...jobs, workers: "azure" }, BACK)).toEqual([issue]);
    expect(said({ ...jobs, workers: "aws" })).toEqual([]);
    expect(said({ ...jobs, workers: "aws" }, BACK)).toEqual([]);
  });

  it("do not run on neither", () => {
    expect(said({ consumers, workers: "aws" }, AZURE)).toEqual([
      `helm-values/backend/staging.yaml workers: got "aws", must be azure while cutover/staging.yaml has the jobs of backend on Azure (they would run on neither; ${write})`,
    ]);
    expect(said({ consumers, workers: "azure" }, AZURE)).toEqual([]);
  });

  it("are on AWS where no file has a word of it; the one for all is named then", () => {
    expect(said({ consumers })).toEqual([]);
    expect(said({ consumers }, AZURE)).toEqual([
      `helm-values/backend/values.yaml workers: got "aws", must be azure while cutover/staging.yaml has the jobs of backend on Azure (they would run on neither; ${write})`,
    ]);
  });

  it("are said of the file that has the word, the environment's or the one for all", () => {
    const base = join(folder, "backend/values.yaml");
    const before = join(HELM_VALUES, "backend/values.yaml");
    writeFileSync(base, `${stringify({ consumers, workers: "azure" })}${readFileSync(before, "utf8")}`);
    expect(said({}).map((line) => line.split(":")[0])).toEqual(["helm-values/backend/values.yaml workers"]);
    expect(said({ workers: "azure" }).map((line) => line.split(":")[0])).toEqual([
      "helm-values/backend/staging.yaml workers",
    ]);
    cpSync(before, base);
  });

  it("may be anywhere when there are none, or when AWS never ran any", () => {
    for (const jobs of [undefined, AZURE, BACK]) {
      expect(said({ workers: "azure" }, jobs)).toEqual([]);
      expect(said({ workers: "azure", consumers: {}, cronJobs: {} }, jobs)).toEqual([]);
    }
    const applications = MOVED.applications.map((one) =>
      one.name === "backend" ? { ...one, from: "nowhere" as const } : one,
    );
    const aws = { ...MOVED.aws, ecr: {}, imagePush: "none" as const, secrets: { ...MOVED.aws.secrets, backend: [] } };
    expect(said({ consumers, workers: "azure", secrets: [] }, undefined, { ...MOVED, applications, aws })).toEqual([]);
  });

  it("are not judged by values with mistakes of their own", () => {
    expect(said({ consumers, workers: "azur" })).toEqual([
      expect.stringMatching(/^helm-values\/backend\/staging\.yaml/),
    ]);
  });
});

describe("one file", () => {
  it("is told of all its faults at once, and of what it forbids the environment", () => {
    const steps = taken([...wayTo("canary"), { stage: "full" }]).map((step) =>
      step.stage === "canary" ? { ...step, egress: "firewall" as const } : step,
    );
    const api = { ...API, azure: { A: ["203.0.113.7"] } };
    const file = {
      components: {
        backnd: { steps: [] },
        backend: { names: [api], steps },
        frontend: { names: [WWW], steps: taken([{ stage: "ready" }], "amplify") },
      },
      jobs: { front: [{ cloud: "azure" as const, since: "2026-12-01T10:00:00Z" }] },
    };
    expect(cutoverIssuesOf(file)).toEqual([
      'components.backnd: got "backnd", must be a web application of the environment: backend, frontend',
      'jobs.front: got "front", must be an application that AWS runs today: backend, frontend',
      "proof: got nothing, must be there before ready, and backend is at full (npx mmrv cutover prove staging: every stage on a throw-away name)",
      "components.backend.names.0.aws.1.leaves: got nothing, must be true, or azure.AAAA must have an address (users of IPv6 would never leave AWS)",
      'components.backend.steps.4.stage: got "full", must be canary with another percent, or ramp, or back to ready (it follows canary with 1 %)',
      'components.frontend.steps.0.stage: got "ready", must be adopt (it follows off)',
      'staging.egress.via: got "loadBalancer", must be firewall while backend is at full in cutover/staging.yaml (a toggle breaks connections of users on both clouds)',
    ]);
  });

  it("is told with the file's name before each, below how many there are and where", () => {
    const cutovers = new Cutovers({ staging: { components: { backnd: { steps: [] }, frnt: { steps: [] } } } });
    const must = "must be a web application of the environment: backend, frontend";
    expect(() => checkEnvironments([MOVED], bootstrap, { cutovers })).toThrow(
      new UserError(
        [
          "cutover/: 2 issues, nothing was touched",
          `  cutover/staging.yaml components.backnd: got "backnd", ${must}`,
          `  cutover/staging.yaml components.frnt: got "frnt", ${must}`,
        ].join("\n"),
      ),
    );
  });

  it("is judged beside the file of the next environment", () => {
    const steps = taken([{ stage: "ready" }]);
    const [staging, prod] = ["staging", "production"].map((name) => [
      name,
      { proof: PROOF, components: { backend: { names: [API], steps } } },
    ]) as [[string, object], [string, object]];
    const cutovers = new Cutovers(Object.fromEntries([staging, prod]));
    const lines = issuesOf([MOVED, production], bootstrap, { cutovers });
    expect(lines.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "cutover/staging.yaml components.backend.steps.0.stage:",
      "cutover/production.yaml components.backend.names.0.host:",
      "cutover/production.yaml components.backend.names:",
      "cutover/production.yaml components.backend.names.0.zone.id:",
      "cutover/production.yaml components.backend.steps.0.stage:",
    ]);
  });

  it("is not judged by an environment with mistakes in what the rules read", () => {
    const file = backendFile(taken([{ stage: "ready" }]), [APEX]);
    const broken = { ...MOVED, egress: { via: "loadBalancer", address: "mine" } } as unknown as Environment;
    expect(cutoverIssuesOf(file, broken)).toEqual([expect.stringMatching(/^staging\.egress\.address: got "mine"/)]);
    const apart = { ...MOVED, code: "STG" };
    expect(cutoverIssuesOf(file, apart).map((line) => line.split(":")[0])).toEqual([
      "staging.code",
      "components.backend.names.0.host",
      "components.backend.names",
      "components.backend.steps.0.stage",
    ]);
  });
});
