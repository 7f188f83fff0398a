import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkEnvironments } from "../../model/check";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { allocatableOf } from "../../model/node-capacity";
import { HELM_VALUES } from "../support/fixtures/environments/all";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-capacity-"));
  cpSync(HELM_VALUES, folder, { recursive: true });
  for (const release of ["backend", "frontend", "platform"]) rmSync(join(folder, release, "production.yaml"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const resources = (cpu: string, memory: string, limit = memory) => ({
  requests: { cpu, memory },
  limits: { memory: limit },
});

function issuesOf(files: Readonly<Record<string, object>>, environment: Environment = staging): string[] {
  for (const [release, values] of Object.entries(files)) {
    mkdirSync(join(folder, release), { recursive: true });
    writeFileSync(join(folder, release, "staging.yaml"), stringify(values));
  }
  try {
    checkEnvironments([environment], bootstrap, { helmValues: new HelmValues(folder) });
    return [];
  } catch (error) {
    return (error as Error).message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}
const ALL = "for all pods at once and the new ones of a rollout";
const pools = (vmSize: string, maxCount: number): Environment => ({
  ...staging,
  nodePools: [
    staging.nodePools[0],
    { name: "apps1", mode: "User", vmSize, osDiskGb: 60, minCount: 1, maxCount },
  ] as Environment["nodePools"],
});

/** Where only the quota counts. */
const ROOMY = pools("Standard_D16ds_v5", 5);

describe("the namespace's quota", () => {
  it("must hold the replicas, and the quarter more of a rollout", () => {
    expect(
      issuesOf({ backend: { replicas: 2, resources: resources("2", "1Gi") }, frontend: { replicas: 5 } }, ROOMY),
    ).toEqual([]);
    expect(
      issuesOf({ backend: { replicas: 2, resources: resources("2500m", "1Gi") }, frontend: { replicas: 5 } }, ROOMY),
    ).toEqual([
      `helm-values/platform/values.yaml quota.requestsCpu: got "8", must be at least 9250m, ${ALL} (backend 3 × 2500m, frontend 7 × 250m)`,
    ]);
  });

  it("must hold what the autoscaler may add, whatever the number of replicas", () => {
    const autoscaling = { enabled: true, minReplicas: 2, maxReplicas: 50 };
    expect(issuesOf({ backend: { replicas: 1, autoscaling, resources: resources("10m", "16Mi") } }, ROOMY)).toEqual([
      `helm-values/platform/values.yaml quota.pods: got 60, must be at least 66, ${ALL} (backend 63 × 1, frontend 3 × 1)`,
    ]);
  });

  it("must hold the limits of memory too, and the migration beside what runs", () => {
    const change = {
      resources: resources("250m", "384Mi", "6Gi"),
      migration: { enabled: true, args: ["node", "m.js"] },
    };
    expect(issuesOf({ backend: change }, ROOMY)).toEqual([
      `helm-values/platform/values.yaml quota.limitsMemory: got "24Gi", must be at least 26880Mi, ${ALL} (backend 3 × 6144Mi, backend's migration 1 × 6144Mi, frontend 3 × 768Mi)`,
    ]);
  });

  it("must hold consumers with one more, and jobs, once they run here", () => {
    const work = {
      consumers: { mail: { args: ["node"], replicas: 3, resources: resources("1500m", "64Mi") } },
      cronJobs: {
        nightly: {
          args: ["node"],
          schedule: "0 3 * * *",
          timeZone: "Etc/UTC",
          deadlineSeconds: 60,
          resources: resources("1", "64Mi"),
        },
      },
    };
    expect(issuesOf({ backend: { ...work, workers: "aws" } }, ROOMY)).toEqual([]);
    expect(issuesOf({ backend: { ...work, workers: "azure" } }, ROOMY)).toEqual([
      `helm-values/platform/values.yaml quota.requestsCpu: got "8", must be at least 8500m, ${ALL} (backend 3 × 250m, backend-mail 4 × 1500m, backend-nightly 1 × 1000m, frontend 3 × 250m)`,
    ]);
  });

  it("must hold sidecars, in each pod of the server and in no other", () => {
    const sidecars = { proxy: { args: ["proxy"], resources: resources("1", "512Mi", "2Gi") } };
    const migration = { enabled: true, args: ["node", "m.js"] };
    expect(issuesOf({ backend: { replicas: 5, migration, sidecars } }, ROOMY)).toEqual([
      `helm-values/platform/values.yaml quota.requestsCpu: got "8", must be at least 9750m, ${ALL} (backend 7 × 1250m, backend's migration 1 × 250m, frontend 3 × 250m)`,
    ]);
  });

  it("is not added up while a value is wrong", () => {
    expect(issuesOf({ backend: { replicas: 500, resources: resources("20", "1Gi") } }, ROOMY)).toEqual([
      "helm-values/backend/staging.yaml replicas: got 500, must be a whole number from 1 to 50 (pods)",
    ]);
  });
});

describe("the User pools", () => {
  it("must hold all of it, with the gateway", () => {
    expect(issuesOf({}, pools("Standard_D2ds_v5", 1))).toEqual([]);
    expect(issuesOf({ backend: { replicas: 3 } }, pools("Standard_D2ds_v5", 1))).toEqual([
      "staging.nodePools: got 1 × Standard_D2ds_v5, must hold the CPU of all pods at once and of a rollout's new ones, 2150m (backend 4 × 250m, frontend 3 × 250m, the gateway 4 × 100m; these hold 1900m, without what runs on every node)",
    ]);
  });

  it("must hold Flux too, once it is there", () => {
    const withFlux = (vmSize: string): Environment => ({
      ...pools(vmSize, 1),
      gitOps: { via: "deployKey", delivery: {} },
    });
    expect(issuesOf({}, withFlux("Standard_D4ds_v5"))).toEqual([]);
    expect(issuesOf({}, withFlux("Standard_D2ds_v5"))).toEqual([
      "staging.nodePools: got 1 × Standard_D2ds_v5, must hold the CPU of all pods at once and of a rollout's new ones, 2250m (backend 3 × 250m, frontend 3 × 250m, the gateway 4 × 100m, helm-controller 1 × 100m, kustomize-controller 1 × 100m, notification-controller 1 × 100m, source-controller 1 × 50m; these hold 1900m, without what runs on every node)",
    ]);
  });

  it("must have a node that holds the largest pod", () => {
    expect(issuesOf({ backend: { replicas: 1, resources: resources("2", "1Gi") } })).toEqual([
      "staging.nodePools: got 3 × Standard_D2ds_v5, must have a node that holds the largest pod's CPU (backend 2000m; a node has 1900m for pods)",
    ]);
    expect(issuesOf({ backend: { replicas: 1, resources: resources("250m", "6200Mi") } })).toEqual([
      "staging.nodePools: got 3 × Standard_D2ds_v5, must have a node that holds the largest pod's memory (backend 6200Mi; a node has 6044Mi for pods)",
    ]);
  });

  it("must have the disk for emptyDirs and logs: a pod asks for both", () => {
    const volumes = (size: string) => ({ replicas: 1, volumes: [{ path: "/tmp", size }] });
    expect(issuesOf({ backend: volumes("53Gi") })).toEqual([]);
    expect(issuesOf({ backend: volumes("200Gi") })).toEqual([
      "staging.nodePools: got 3 × Standard_D2ds_v5, must have a node that holds the largest pod's disk (backend 205050Mi; a node has 55296Mi for pods)",
    ]);
    expect(issuesOf({ backend: { ...volumes("50Gi"), replicas: 3 } })).toEqual([
      expect.stringMatching(/^staging\.nodePools: .* must hold the disk of all pods at once .*\(backend 4 × 51450Mi, /),
    ]);
  });

  it("must have room for a pod with its sidecars: CPU, memory and disk, log by log", () => {
    const proxy = (volumes: string, memory: string) => ({
      replicas: 1,
      volumes: [],
      sidecars: {
        proxy: { args: ["proxy"], resources: resources("50m", memory), volumes: [{ path: "/data", size: volumes }] },
      },
    });
    expect(issuesOf({ backend: proxy("200Gi", "64Mi") })).toEqual([
      "staging.nodePools: got 3 × Standard_D2ds_v5, must have a node that holds the largest pod's disk (backend 205300Mi; a node has 55296Mi for pods)",
    ]);
    expect(issuesOf({ backend: proxy("1Gi", "5800Mi") })).toEqual([
      "staging.nodePools: got 3 × Standard_D2ds_v5, must have a node that holds the largest pod's memory (backend 6184Mi; a node has 6044Mi for pods)",
    ]);
  });

  it("are not judged when a size of theirs is in no table", () => {
    expect(issuesOf({ backend: { replicas: 20 } }, pools("Standard_NC24ads_A100_v4", 1))).toEqual([]);
  });
});

describe("allocatableOf", () => {
  it.each([
    ["Standard_D2ds_v5", 60, { milliCpu: 1900, mebibytes: 6044, diskMebibytes: 55_296 }],
    ["Standard_D4ds_v5", 128, { milliCpu: 3860, mebibytes: 14_138, diskMebibytes: 117_964 }],
    ["Standard_D48ds_v5", 128, { milliCpu: 47_260, mebibytes: 194_362, diskMebibytes: 117_964 }],
    ["Standard_D96ds_v5", 128, { milliCpu: 95_260, mebibytes: 390_970, diskMebibytes: 117_964 }],
    ["Standard_D2ds_v9", 60, undefined],
  ])("of %s with a disk of %i GiB is what AKS leaves", (vmSize, osDiskGb, room) => {
    expect(allocatableOf({ vmSize, osDiskGb })).toEqual(room);
  });
});
