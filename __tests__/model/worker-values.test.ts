import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkEnvironments } from "../../model/check";
import { HelmValues } from "../../model/helm-values";
import { OF_ECS } from "../support/chart-values";
import { HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";
import { REPORTS, REPORTS_VALUES, withReports } from "../support/fixtures/reports";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-worker-values-"));
  cpSync(HELM_VALUES, folder, { recursive: true });
  rmSync(join(folder, "backend/production.yaml"));
  rmSync(join(folder, "frontend/production.yaml"));
  rmSync(join(folder, "platform/production.yaml"), { force: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The issues of a worker's values, without the heading. */
function issuesOf(change: object, environment = withReports(staging)): string[] {
  mkdirSync(join(folder, "reports"), { recursive: true });
  writeFileSync(join(folder, "reports/values.yaml"), stringify({ ...REPORTS_VALUES, ...change }));
  try {
    checkEnvironments([environment], bootstrap, { helmValues: new HelmValues(folder) });
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace("helm-values/reports/values.yaml ", ""));
  }
}

const NO_SERVER = "(a worker has no server: consumers and cronJobs are what it runs)";

describe("the values of a worker", () => {
  it("say nothing of a server", () => {
    expect(issuesOf({})).toEqual([]);
    expect(
      issuesOf({
        port: 8080,
        command: ["node"],
        args: ["serve"],
        workingDir: "/app",
        routes: [{ path: "/" }],
        autoscaling: { enabled: true },
        sidecars: { tail: OF_ECS.sidecars.tail },
      }),
    ).toEqual([
      `port: got 8080, must be absent ${NO_SERVER}`,
      `command: got ["node"], must be absent ${NO_SERVER}`,
      `args: got ["serve"], must be absent ${NO_SERVER}`,
      `workingDir: got "/app", must be absent ${NO_SERVER}`,
      `sidecars.tail: got "tail", must be absent ${NO_SERVER}`,
      `routes: got [{"path":"/"}], must be absent ${NO_SERVER}`,
      `autoscaling.enabled: got true, must be false ${NO_SERVER}`,
    ]);
  });

  it("name a process: a worker is nothing else", () => {
    expect(issuesOf({ consumers: {} })).toEqual([]);
    expect(issuesOf({ cronJobs: {} })).toEqual([]);
    expect(issuesOf({ consumers: {}, cronJobs: {} })).toEqual([
      "consumers: got {}, must name a process, or cronJobs must (a worker is nothing else)",
    ]);
  });

  it("run somewhere: what AWS never ran does not wait for it", () => {
    const fromNowhere = {
      ...withReports(staging),
      applications: [...staging.applications, { ...REPORTS, from: "nowhere" as const }],
    };
    expect(issuesOf({ workers: "aws" })).toEqual([]);
    expect(issuesOf({}, fromNowhere)).toEqual([]);
    expect(issuesOf({ workers: "aws" }, fromNowhere)).toEqual([
      'workers: got "aws", must be azure (the application is from nowhere, so AWS runs nothing of it)',
    ]);
  });

  it("need no time for requests to end", () => {
    expect(issuesOf({ shutdown: { graceSeconds: 5 } })).toEqual([]);
  });

  it("are read as strictly as those of others", () => {
    expect(issuesOf({ colour: "red", resources: {} })).toEqual([
      "resources.requests: got nothing, must be an object",
      "resources.limits: got nothing, must be an object",
      'colour: got "red", must be absent (no such field; the schema in model/ lists them)',
    ]);
  });

  it("stand in a folder that nobody reads, where no environment has it", () => {
    expect(issuesOf({}, staging)).toEqual([
      'helm-values/reports: must be one of backend, frontend, platform, envoy-gateway, cert-manager (nobody would read it), got "reports"',
    ]);
  });
});

describe("publicHttps of the platform", () => {
  it("names applications that there are", () => {
    writeFileSync(join(folder, "platform/staging.yaml"), "publicHttps: [backnd, reports]");
    expect(issuesOf({})).toEqual([
      'helm-values/platform/staging.yaml publicHttps.0: got "backnd", must be one of backend, frontend, reports (did you mean backend?)',
    ]);
  });
});
