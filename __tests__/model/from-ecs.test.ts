import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkEnvironments } from "../../model/check";
import { HelmValues } from "../../model/helm-values";
import { HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";
import { GOOD_ROUTES, ROUTES_OF_OTHERS } from "../support/fixtures/routes";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-from-ecs-"));
  cpSync(HELM_VALUES, folder, { recursive: true });
  for (const release of ["backend", "frontend", "platform"]) rmSync(join(folder, release, "production.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The issues of the backend's values, without the heading and the file. */
function issuesOf(change: object): string[] {
  writeFileSync(join(folder, "backend/staging.yaml"), stringify(change));
  try {
    checkEnvironments([staging], bootstrap, { helmValues: new HelmValues(folder) });
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim().replace("helm-values/backend/staging.yaml ", ""));
  }
}

const requests = (cpu: string, memory: string) => ({ requests: { cpu, memory }, limits: { memory: "64Mi" } });
const job = (change: object) => ({
  cronJobs: {
    nightly: {
      args: ["node", "nightly.js"],
      schedule: "0 3 * * *",
      timeZone: "America/Guatemala",
      deadlineSeconds: 60,
      resources: requests("50m", "64Mi"),
      ...change,
    },
  },
});

const CPU = "must be a CPU quantity such as 250m or 1, below 100 (ECS counts 1024 units a CPU)";
const MEMORY = "must be a memory quantity such as 256Mi or 1Gi (ECS counts MiB)";
const PATH =
  "must be a path prefix such as / or /api, of letters that a URL takes (it stands for all below it: there are no patterns)";
const SCHEDULE =
  "must be five cron fields such as 0 12 * * 1-5: minute, hour, day, month, weekday from Sunday as 0 (only EventBridge has a year, rate(), ?, L, W and #)";
const ZONE = "must be a time zone such as Etc/UTC or America/Guatemala";
const WORDS = "must say what runs (without words the image starts its server)";

describe("what means another thing on ECS, its load balancer or EventBridge", () => {
  it.each([
    ["256", "250m"],
    ["512", "500m"],
    ["1024", "1"],
    ["4096", "4"],
  ])("is refused with the CPU that was meant by %s units", (units, meant) => {
    expect(issuesOf({ resources: requests(units, "64Mi") })).toContain(
      `resources.requests.cpu: got ${JSON.stringify(units)}, ${CPU} (did you mean ${meant}?)`,
    );
  });

  it("is refused with the memory that was meant", () => {
    expect(issuesOf({ resources: requests("250m", "512") })).toContain(
      `resources.requests.memory: got "512", ${MEMORY} (did you mean 512Mi?)`,
    );
  });

  it.each(ROUTES_OF_OTHERS)("is refused as a path: %s, by which %s was meant", (path, meant) => {
    const suffix = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    expect(issuesOf({ routes: [{ path }] })).toEqual([
      `routes.0.path: got ${path.includes(" ") ? path : JSON.stringify(path)}, ${PATH}${suffix}`,
    ]);
  });

  it.each(GOOD_ROUTES)("leaves the path %s alone", (path) => {
    expect(issuesOf({ routes: [{ path }] })).toEqual([]);
  });

  it("is refused where two routes are one: the order of rules on a load balancer has no meaning here", () => {
    expect(issuesOf({ routes: [{ path: "/api" }, { path: "/" }, { path: "/api/" }] })).toEqual([
      `routes: got "${staging.domains["backend"]}/api", must be listed once (one would hide the other)`,
    ]);
    const both = [{ path: "/api" }, { path: "/api", host: staging.domains["frontend"] }];
    expect(issuesOf({ routes: both })).toEqual([]);
  });

  it("is refused as a schedule, with the day that was meant", () => {
    expect(issuesOf(job({ schedule: "0 12 ? * 2" }))).toEqual([
      `cronJobs.nightly.schedule: got 0 12 ? * 2, ${SCHEDULE} (did you mean 0 12 * * 1?)`,
    ]);
    expect(issuesOf(job({ schedule: "0 12 * * fri-mon" }))).toEqual([
      "cronJobs.nightly.schedule: got 0 12 * * fri-mon, must have ranges that end after they begin (the API server refuses the others)",
    ]);
  });

  it.each([
    ["America/Guatemalaa", " (did you mean America/Guatemala?)"],
    ["America/guatemala", " (did you mean America/Guatemala?)"],
    ["Local", ""],
    ["CST", ""],
    ["SystemV/AST4", ""],
  ])("is refused as a time zone: %s", (timeZone, meant) => {
    expect(issuesOf(job({ timeZone }))).toEqual([
      `cronJobs.nightly.timeZone: got ${JSON.stringify(timeZone)}, ${ZONE}${meant}`,
    ]);
  });

  it.each(["Etc/UTC", "UTC", "Asia/Calcutta", "US/Eastern", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "GMT"])(
    "leaves the time zone %s alone",
    (timeZone) => {
      expect(issuesOf(job({ timeZone }))).toEqual([]);
    },
  );

  it("is refused where a job or a consumer says nothing, and would be another server", () => {
    const consumers = { mail: { args: [], replicas: 1, resources: requests("50m", "64Mi") } };
    expect(issuesOf({ ...job({ args: [] }), consumers })).toEqual([
      `consumers.mail.args: got [], ${WORDS}`,
      `cronJobs.nightly.args: got [], ${WORDS}`,
    ]);
  });
});
