import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { namesOf } from "../../../model/naming";
import { whyReleaseFailed } from "../../../tools/deploy/unlock";
import { staging } from "../../support/fixtures/environments/staging";
import { stackInfo } from "../../support/small-stack";

const folder = mkdtempSync(join(tmpdir(), "mmrv-unlock-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const event = (name: string, lastTimestamp: string) => ({
  reason: "FailedScheduling",
  message: "Insufficient cpu",
  involvedObject: { kind: "Pod", name },
  lastTimestamp,
});
/** A kubectl that looks at a cluster with these warnings in each namespace. */
function kubectl(context: string, items: readonly object[]): void {
  writeFileSync(join(folder, "events.json"), JSON.stringify({ items }));
  const script = `#!/bin/sh\necho "$@" >> ${folder}/asked\ncase "$*" in *current-context*) echo ${context};; *) cat ${folder}/events.json;; esac\n`;
  writeFileSync(join(folder, "kubectl"), script, { mode: 0o700 });
  writeFileSync(join(folder, "asked"), "");
}
const asked = () => readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
const stack = stackInfo("staging-backend", {
  json: {
    resource: {
      helm_release: {
        release: { name: "backend", namespace: "mmrv" },
        other: { name: "jobs", namespace: "mmrv" },
      },
    },
  },
});
const NOON = new Date("2026-12-01T12:00:00Z");

describe("why a release failed", () => {
  it("is what the cluster warned of its objects within the last hour, each namespace asked once", async () => {
    kubectl(namesOf(staging).cluster, [
      event("backend-1", "2026-12-01T10:59:59Z"),
      event("backend-2", "2026-12-01T11:00:00Z"),
      event("frontend-1", "2026-12-01T11:59:00Z"),
      event("jobs-1", "2026-12-01T11:59:59Z"),
    ]);
    expect(await whyReleaseFailed(stack, NOON)).toEqual([
      "Warnings inside the cluster:",
      "  Pod backend-2: FailedScheduling: Insufficient cpu",
      "  Pod jobs-1: FailedScheduling: Insufficient cpu",
    ]);
    expect(asked().map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "config current-context",
      "get events",
    ]);
  });

  it("is nothing when the cluster warned of nothing that is the stack's", async () => {
    kubectl(namesOf(staging).cluster, [event("frontend-1", "2026-12-01T11:59:00Z")]);
    expect(await whyReleaseFailed(stack, NOON)).toEqual([]);
  });

  it("is a command to type when kubectl looks at another cluster, which is asked nothing", async () => {
    kubectl("aks-mmrv-production", []);
    expect(await whyReleaseFailed(stack, NOON)).toEqual([
      "If a release failed, its reason is in: kubectl get events --namespace mmrv --field-selector type=Warning",
    ]);
    expect(asked()).toEqual(["config current-context"]);
  });

  it("is nobody's question of a stack without a release", async () => {
    kubectl(namesOf(staging).cluster, []);
    expect(await whyReleaseFailed(stackInfo("staging-infra"), NOON)).toEqual([]);
    expect(asked()).toEqual([""]);
  });
});
