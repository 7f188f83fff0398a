import { describe, expect, it } from "vitest";
import {
  appliedStanding,
  sourceStanding,
  stateStanding,
  waitingStanding,
} from "../../../tools/handover/flux-conditions";
import { commitOf } from "../../../tools/handover/flux-objects";
import {
  acting,
  COMMIT,
  delivering,
  gitRepositoryObject,
  givenUp,
  helmReleaseObject,
  kustomizationObject,
  notReady,
  REVISION,
  waiting,
} from "../../support/flux-objects";

const environment = delivering({ backend: "handover" });

describe("Flux's source", () => {
  it("is good when it is there and read", () => {
    expect(sourceStanding(environment, gitRepositoryObject())).toEqual({
      isGood: true,
      text: `Flux reads ${REVISION}`,
    });
  });

  it("is not before the gitops stack, nor with a key that Git refuses", () => {
    expect(sourceStanding(environment, undefined)).toEqual({
      isGood: false,
      text: "the cluster has no GitRepository mmrv in mmrv-gitops, so Flux reads nothing here",
      remedy: "npx mmrv deploy staging-gitops",
    });
    // As the real controller says it: gitops/bad-input-source.real.test.ts.
    const says = "failed to checkout and determine revision: unable to list remote for 'x': authentication required: ";
    const [refused] = notReady("GitOperationFailed", says).conditions;
    expect(sourceStanding(environment, gitRepositoryObject(refused)).text).toBe(
      "Flux cannot read this repository: GitOperationFailed: failed to checkout and determine revision: unable to list remote for 'x': authentication required:",
    );
  });

  it("is not before it was read for the first time, which is no fault", () => {
    const reading = { type: "Ready", status: "Unknown" as const, reason: "Progressing", message: "building artifact" };
    expect(sourceStanding(environment, gitRepositoryObject(reading))).toEqual({
      isGood: false,
      text: "Flux has not read this repository yet: Progressing: building artifact",
      remedy: "wait a minute, then again",
    });
  });
});

describe("what Flux has applied", () => {
  it.each<[what: string, kustomization: Parameters<typeof appliedStanding>[2], isGood: boolean, text: string]>([
    ["the branch", kustomizationObject(), true, `Flux applied ${REVISION}`],
    ["nothing", undefined, false, "Flux was not told of backend yet: there is no Kustomization mmrv-backend"],
    [
      "another branch",
      kustomizationObject({ lastAppliedRevision: `main@sha1:${COMMIT}` }),
      false,
      `Flux applied main@sha1:${COMMIT}, and not deployed/staging`,
    ],
    [
      "a commit that does not build",
      kustomizationObject(notReady("BuildFailed", "kustomize build failed: accumulating resources: no such file")),
      false,
      "Flux could not apply it: BuildFailed: kustomize build failed: accumulating resources: no such file",
    ],
    [
      "what is being applied",
      kustomizationObject({
        conditions: [
          { type: "Ready", status: "Unknown", reason: "Progressing", message: "Reconciliation in progress" },
        ],
      }),
      false,
      "Flux is applying it: Progressing: Reconciliation in progress",
    ],
  ])("is %s", (_, kustomization, isGood, text) => {
    expect(appliedStanding(environment, "backend", kustomization)).toMatchObject({ isGood, text });
  });

  it("names its commit, where it does", () => {
    expect([commitOf(REVISION), commitOf("main"), commitOf(undefined)]).toEqual([COMMIT, undefined, undefined]);
  });
});

describe("the HelmRelease that waits", () => {
  const rendered = {
    metadata: { name: "backend", annotations: { "mmrv/delivery": "handover" } },
    spec: {
      suspend: true,
      releaseName: "backend",
      chart: { spec: { chart: "./charts/mmrv-app" } },
      values: { a: "$$" },
    },
  };
  const standing = (live: Parameters<typeof waitingStanding>[1]) =>
    waitingStanding(environment, live, rendered, kustomizationObject());
  const there = waiting({ chart: { spec: { chart: "./charts/mmrv-app", interval: "10m" } } });

  it("is good when it is as rendered, with what the cluster adds", () => {
    expect(standing(there)).toEqual({ isGood: true, text: "the HelmRelease is there as it is rendered, suspended" });
  });

  it("is good too when Flux went away from it because something was missing, and was suspended then", () => {
    expect(standing({ ...there, status: helmReleaseObject({ status: givenUp }).status }).isGood).toBe(true);
  });

  it.each<[what: string, live: Parameters<typeof waitingStanding>[1], text: string]>([
    ["absent", undefined, "Flux has not made its HelmRelease yet"],
    ["active", helmReleaseObject(), "the HelmRelease is not suspended: Flux acts on it already"],
    [
      "at work",
      helmReleaseObject({ spec: { suspend: true }, status: acting }),
      "the HelmRelease is suspended, and an action of Flux's still runs",
    ],
    [
      "of another commit",
      waiting({ chart: { spec: { chart: "./charts/other" } } }, { "mmrv/delivery": "terraform" }),
      "the HelmRelease is not as it is rendered, in metadata.annotations.mmrv/delivery, spec.chart.spec.chart",
    ],
  ])("is not while it is %s", (_, live, text) => {
    expect(standing(live)).toMatchObject({ isGood: false, text });
  });
});

describe("Terraform's state", () => {
  it("is good without the release, and for the platform without the namespace too", () => {
    const addresses = ["data.azurerm_kubernetes_cluster.cluster", "azurerm_federated_identity_credential.trust"];
    expect(stateStanding("staging", "backend", addresses)).toEqual({
      isGood: true,
      text: "Terraform holds no release of it (staging-backend)",
    });
    const held = [...addresses, "helm_release.release", "kubernetes_namespace_v1.namespace"];
    expect(stateStanding("staging", "backend", held).text).toBe("Terraform still holds helm_release.release");
    expect(stateStanding("staging", "platform", held)).toEqual({
      isGood: false,
      text: "Terraform still holds helm_release.release, kubernetes_namespace_v1.namespace",
      remedy: "npx mmrv deploy staging-platform, which forgets it",
    });
  });
});
