import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkEnvironments } from "../../model/check";
import { HelmValues } from "../../model/helm-values";
import { OF_ECS } from "../support/chart-values";
import { HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-sidecars-"));
  cpSync(HELM_VALUES, folder, { recursive: true });
  for (const release of ["backend", "frontend", "platform"]) rmSync(join(folder, release, "production.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The issues of the backend's values, without the heading and the file. */
function issuesOf(change: object): string[] {
  writeFileSync(join(folder, "backend/staging.yaml"), JSON.stringify({ ...OF_ECS, ...change }));
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

const { proxy, statsd, tail } = OF_ECS.sidecars;
const { mail } = OF_ECS.consumers;
const proxyWith = (change: object) => ({ sidecars: { ...OF_ECS.sidecars, proxy: { ...proxy, ...change } } });
const PACE = { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 3 };

describe("what task definitions of ECS hold", () => {
  it("is taken: entrypoints, health checks of workers, further containers", () => {
    expect(issuesOf({})).toEqual([]);
  });

  it("is refused where a word or a folder is none, all at once", () => {
    const change = {
      command: [],
      workingDir: "app/",
      consumers: { mail: { ...mail, command: "node mail.js", probes: { liveness: { ...PACE, command: [] } } } },
    };
    expect(issuesOf(change)).toEqual([
      "command: got [], must name what the container starts (leave it out for the image's own)",
      'workingDir: got "app/", must be an absolute path such as /app, without a slash at its end',
      "consumers.mail.command: got node mail.js, must be a list of words (what the container starts; no shell splits them)",
      "consumers.mail.probes.liveness.command: got [], must name what the kubelet runs in the container",
    ]);
  });

  it("is no question of a path to a consumer, nor traffic that would be kept from it", () => {
    const probes = { liveness: { ...PACE, path: "/healthz" }, readiness: { ...PACE, command: ["true"] } };
    expect(issuesOf({ consumers: { mail: { ...mail, probes } } })).toEqual([
      "consumers.mail.probes.liveness.command: got nothing, must be a list of words (what the kubelet runs in the container; no shell splits them)",
      'consumers.mail.probes.liveness.path: got "/healthz", must be absent (no such field; the schema in model/ lists them)',
      'consumers.mail.probes.readiness: got {"periodSeconds":30,"timeoutSeconds":5,"failureThreshold":3,"command":["true"]}, must be absent (no such field; the schema in model/ lists them)',
    ]);
  });

  it("says what runs, by a command or by arguments, wherever it is our image", () => {
    const { command: _, ...silent } = tail;
    const change = {
      consumers: { mail: { ...mail, command: undefined } },
      cronJobs: { report: { ...OF_ECS.cronJobs.report, command: undefined } },
      migration: { enabled: true },
      sidecars: { ...OF_ECS.sidecars, tail: silent },
    };
    const must = "must say what runs, or command must (without words the image starts its server)";
    expect(issuesOf(change)).toEqual([
      `consumers.mail.args: got nothing, ${must}`,
      `cronJobs.report.args: got nothing, ${must}`,
      `sidecars.tail.args: got nothing, ${must}`,
      "migration.args: got [], must say what migrates (without words the image starts its server)",
    ]);
  });
});

describe("a sidecar", () => {
  it.each([
    "docker.io/library/redis",
    "public.ecr.aws/x",
    "mmrv/proxy:1",
    `mmrv/proxy@${proxy.image.digest}`,
    "MMRV/x",
  ])("runs an image of the environment's registry by digest, and none by another name: %s", (repository) => {
    expect(issuesOf(proxyWith({ image: { repository, digest: "1.2" } }))).toEqual([
      `sidecars.proxy.image.repository: got ${JSON.stringify(repository)}, must be a repository of our registry such as third-party/fluent/fluent-bit, without host, tag and digest (images of others are copied there first)`,
      'sidecars.proxy.image.digest: got "1.2", must be the digest of a pushed image, sha256: and 64 hex digits (a tag can be moved to another image)',
    ]);
  });

  it("has a name that the application's container has not", () => {
    expect(issuesOf({ sidecars: { backend: statsd } })).toEqual([
      'sidecars.backend: got "backend", must be another name than the application\'s (its container has it)',
    ]);
  });

  it("listens where nobody else of its pod does", () => {
    const sidecars = { ...OF_ECS.sidecars, proxy: { ...proxy, port: 8080 }, tail: { ...tail, port: 8080 } };
    const must = "must be another port than port (the containers of a pod share one address)";
    expect(issuesOf({ sidecars })).toEqual([
      `sidecars.proxy.port: got 8080, ${must}`,
      `sidecars.tail.port: got 8080, ${must}`,
    ]);
    expect(issuesOf({ sidecars: { ...OF_ECS.sidecars, tail: { ...tail, port: 5432 } } })).toEqual([
      "sidecars.tail.port: got 5432, must be another port than sidecars.proxy.port (the containers of a pod share one address)",
    ]);
  });

  it("is asked for a path on its port, or by a command", () => {
    const probes = {
      startup: { ...PACE },
      readiness: { ...PACE, path: "/ready" },
      liveness: { ...PACE, path: "/live", command: ["true"] },
    };
    const both = "must be there, or command must, and not both (the kubelet asks for a path or runs a command)";
    expect(issuesOf(proxyWith({ probes, port: undefined }))).toEqual([
      `sidecars.proxy.probes.startup.path: got nothing, ${both}`,
      "sidecars.proxy.port: got nothing, must be there (probes.readiness asks it for /ready)",
      `sidecars.proxy.probes.liveness.path: got "/live", ${both}`,
    ]);
  });

  it("shares folders that the application has, each in one place", () => {
    const mounts = [
      { volume: "/run/ap", path: "/sockets" },
      { volume: "/tmp", path: "/var/lib/proxy" },
    ];
    expect(issuesOf(proxyWith({ mounts }))).toEqual([
      'sidecars.proxy.mounts.0.volume: got "/run/ap", must be the path of one of the application\'s volumes, /tmp, /run/app',
      'sidecars.proxy.mounts: got "/var/lib/proxy", must be mounted once, by volumes or by mounts',
    ]);
  });

  it("gets of the secrets that the application has, each as one variable", () => {
    const change = {
      env: { KEY: "x", AWS_ROLE_ARN: "x", PORT: "5432" },
      secrets: [
        { name: "proxy-kay", env: "KEY" },
        { name: "database-url", env: "URL" },
        { name: "proxy-key", env: "URL" },
      ],
    };
    expect(issuesOf(proxyWith(change))).toEqual([
      'sidecars.proxy.env.AWS_ROLE_ARN: got "AWS_ROLE_ARN", must be absent (the chart sets it)',
      'sidecars.proxy.env.KEY: got "KEY", must be in env or in secrets, not in both (one would hide the other)',
      'sidecars.proxy.secrets: got "URL", must be the variable of one secret only',
      'sidecars.proxy.secrets.0.name: got "proxy-kay", must be one of the application\'s secrets, database-url, proxy-key (the pod fetches no other) (did you mean proxy-key?)',
    ]);
  });

  it("has no secret in plain view, and is not told it back", () => {
    expect(issuesOf(proxyWith({ env: { TOKEN: "AKIAIOSFODNN7EXAMPLE" } }))).toEqual([
      'sidecars.proxy.env.TOKEN: got "…", must be in the application\'s vault, and under secrets with env: TOKEN (it looks like an access key of AWS, and everybody may read env; git keeps it, so replace it)',
    ]);
  });

  it("of no shape hides no secret of the application's", () => {
    expect(issuesOf({ env: { TOKEN: "AKIAIOSFODNN7EXAMPLE" }, sidecars: { proxy: "x" } })).toEqual([
      'sidecars.proxy: got "x", must be an object',
      expect.stringMatching(/^env\.TOKEN: got "…", must be in the application's vault/),
    ]);
  });

  it("has limits that are no less than what it asks for", () => {
    const resources = { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: "32Mi" } };
    expect(issuesOf(proxyWith({ resources }))).toEqual([
      'sidecars.proxy.resources.limits.memory: got "32Mi", must be at least requests.memory 64Mi (Kubernetes refuses the pod)',
    ]);
  });
});
