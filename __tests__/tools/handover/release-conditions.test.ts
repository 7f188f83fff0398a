import { describe, expect, it } from "vitest";
import type { Revision } from "../../../tools/handover/cluster-view";
import type { LiveWorkload } from "../../../tools/handover/live-objects";
import {
  adoptionNotes,
  labelsStanding,
  parityStanding,
  planStanding,
  recordsStanding,
  replicasStanding,
} from "../../../tools/handover/release-conditions";

const revision = (number: number, status: string, namespace = "mmrv"): Revision => ({
  revision: number,
  status,
  namespace,
});
const server = (change: Partial<LiveWorkload> = {}): LiveWorkload => ({
  kind: "Deployment",
  name: "backend",
  replicas: 2,
  ready: 2,
  podLabels: { "app.kubernetes.io/name": "backend" },
  ...change,
});

describe("a deployment before a step", () => {
  it("would change nothing, or has to come first", () => {
    expect(planStanding("staging", "backend", undefined)).toEqual({
      isGood: true,
      text: "a deployment of staging-backend would change nothing",
    });
    expect(planStanding("staging", "backend", "1 to change")).toEqual({
      isGood: false,
      text: "a deployment of staging-backend would change something: 1 to change",
      remedy: "npx mmrv deploy staging-backend",
    });
  });
});

describe("the records of a release", () => {
  it.each<[what: string, revisions: Revision[], isGood: boolean, text: string]>([
    [
      "one deployed after others",
      [revision(2, "superseded"), revision(3, "deployed")],
      true,
      "revision 3 is deployed, and there is one series of records",
    ],
    ["none", [], false, "was never released here"],
    [
      "a run that was killed",
      [revision(3, "deployed"), revision(4, "pending-upgrade")],
      false,
      "revision 4 is pending-upgrade: a run is under way, or was killed",
    ],
    [
      "a failure after one that is deployed",
      [revision(3, "deployed"), revision(4, "failed")],
      false,
      "revision 4 is failed",
    ],
    [
      "two deployed",
      [revision(3, "deployed"), revision(4, "deployed")],
      false,
      "revisions 3, 4 are all deployed; Helm has one",
    ],
    [
      "a second series, as a HelmRelease without storageNamespace makes one",
      [revision(1, "deployed", "mmrv-gitops"), revision(3, "deployed")],
      false,
      "has records in mmrv-gitops too, so there are two releases of one name",
    ],
  ])("with %s", (_, revisions, isGood, text) => {
    expect(recordsStanding("staging", "backend", revisions)).toMatchObject({ isGood, text });
  });
});

describe("the pods of a release", () => {
  it("are good when all are ready and no workload has one alone", () => {
    expect(replicasStanding([server()], false)).toEqual({ isGood: true, text: "backend has 2 ready" });
    expect(replicasStanding([], false)).toEqual({ isGood: true, text: "nothing of it runs for ever" });
  });

  it("are not when one is missing, whatever is accepted", () => {
    expect(replicasStanding([server({ ready: 1 })], true)).toMatchObject({
      isGood: false,
      text: "Deployment backend has 1 of 2 pods ready",
    });
  });

  it("are accepted by a person when a worker has one alone", () => {
    const worker = server({ name: "backend-mails", replicas: 1, ready: 1 });
    expect(replicasStanding([server(), worker], false)).toEqual({
      isGood: false,
      text: "Deployment backend-mails has 1: nothing would stand in for it if its pod had to be replaced, which the step does not mean to",
      remedy: "replicas: 2 in helm-values/, or --accept-gap",
    });
    expect(replicasStanding([server(), worker], true)).toEqual({
      isGood: true,
      text: "Deployment backend-mails has 1, which was accepted",
    });
  });

  it("have no label that changes with a version: it would replace them all", () => {
    expect(labelsStanding([server()]).isGood).toBe(true);
    const labels = { "helm.sh/chart": "mmrv-app-0.1.0", "app.kubernetes.io/version": "1" };
    expect(labelsStanding([server({ podLabels: labels })])).toMatchObject({
      isGood: false,
      text: "Deployment backend has helm.sh/chart; Deployment backend has app.kubernetes.io/version in its pods' labels",
    });
  });
});

describe("parity", () => {
  it("names where the values differ, ten at the most, and no value", () => {
    expect(parityStanding({ a: 1 }, { a: 1 }, "")).toEqual({
      isGood: true,
      text: "Flux gives Helm the values that the release has",
    });
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`key${index}`, "secret"]));
    expect(parityStanding(many, {}, "look").text).toBe(
      "differs in key0, key1, key2, key3, key4, key5, key6, key7, key8, key9 and 2 more; the adoption would change what runs",
    );
  });
});

describe("the adoption", () => {
  const upgrade = "the adoption is one upgrade by Helm: revision 4, and no pod is replaced";

  it("is said to be one upgrade, and to run the migration of a release that has one", () => {
    expect(adoptionNotes({ version: 3, config: { migration: { enabled: true } } })).toEqual([
      upgrade,
      "its migration runs once more, as in every upgrade",
    ]);
    expect(adoptionNotes({ version: 3, config: { migration: { enabled: false } } })).toEqual([upgrade]);
    expect(adoptionNotes({ version: 3, config: null })).toEqual([upgrade]);
  });
});
