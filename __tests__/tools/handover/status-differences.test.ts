import { describe, expect, it } from "vitest";
import type { Delivery } from "../../../model/schema/git-ops";
import type { HelmRelease } from "../../../tools/handover/flux-objects";
import { differencesOf, type Found } from "../../../tools/handover/status-differences";
import { acting, delivering, helmReleaseObject, notReady, waiting } from "../../support/flux-objects";

const REVISIONS = [
  { namespace: "mmrv", revision: 3, status: "superseded" },
  { namespace: "mmrv", revision: 4, status: "deployed" },
];
const differences = (delivery: Delivery, object: HelmRelease | undefined, found: Partial<Found> = {}) =>
  differencesOf(delivering({ backend: delivery }), "backend", {
    ...{ object, revisions: REVISIONS, stale: [], touched: [] },
    ...found,
  });

describe("what is otherwise than the file says", () => {
  it.each<[delivery: Delivery, object: HelmRelease | undefined]>([
    ["terraform", undefined],
    ["handover", waiting()],
    ["flux", helmReleaseObject()],
  ])("is nothing with %s when Flux has what it should have", (delivery, object) => {
    expect(differences(delivery, object)).toEqual([]);
  });

  it.each<[delivery: Delivery, what: string, object: HelmRelease | undefined, said: string]>([
    [
      "terraform",
      "a suspended one",
      waiting(),
      "its HelmRelease is left over, suspended: npx mmrv handover back staging backend takes it away",
    ],
    [
      "terraform",
      "one that acts",
      helmReleaseObject(),
      "its HelmRelease is not suspended: two deliver one release, Terraform and Flux",
    ],
    ["handover", "none", undefined, "Flux has not made its HelmRelease yet"],
    ["handover", "one that acts", helmReleaseObject(), "its HelmRelease is not suspended: Flux acts on it"],
    [
      "handover",
      "one whose last action runs",
      helmReleaseObject({ spec: { suspend: true }, status: acting }),
      "an action of Flux's still runs on it",
    ],
    ["flux", "none", undefined, "its HelmRelease is not there, so nobody delivers it"],
    ["flux", "a suspended one", waiting(), "its HelmRelease is suspended: Flux does not act on it"],
    [
      "flux",
      "one that has failed",
      helmReleaseObject({
        // As Helm breaks it into lines: gitops/bad-input-commit.real.test.ts.
        status: notReady("UpgradeFailed", "the chart(s):\nmmrv-app:\n- at '/replicas': value must be 'a number'"),
      }),
      "its HelmRelease is not ready: UpgradeFailed: the chart(s): mmrv-app: - at '/replicas': value must be 'a number'",
    ],
    [
      "flux",
      "one that Flux has not looked at",
      helmReleaseObject({ status: { observedGeneration: 1 } }),
      "Flux has not looked at the last change of its HelmRelease yet",
    ],
    ["flux", "one that was not adopted", helmReleaseObject({ status: { history: [] } }), "Flux has not adopted it yet"],
    [
      "flux",
      "a second writer",
      helmReleaseObject({ status: { history: [{ version: 3 }] } }),
      "revision 4 is not Flux's, whose last is 3: somebody else has released it",
    ],
  ])("with %s is %s", (delivery, _, object, said) => {
    expect(differences(delivery, object)).toEqual([said]);
  });

  it("is what is rendered and old, what was touched, and a record that is wrong", () => {
    const found = {
      revisions: [...REVISIONS, { namespace: "mmrv", revision: 5, status: "pending-upgrade" }],
      stale: ["gitops/staging/backend/release.yaml"],
      touched: ["Pod mmrv/backend-1 is gone"],
    };
    expect(differences("handover", waiting(), found)).toEqual([
      "gitops/staging/backend/release.yaml is not what environments/ says: npx mmrv render",
      "revision 5 is pending-upgrade: a run is under way, or was killed",
      "Pod mmrv/backend-1 is gone",
    ]);
  });

  it("is an upgrade in a handover, which is none, and never one by an adoption", () => {
    const since = (delivery: Delivery, after: number | undefined) => ({ before: { delivery, revision: 3, after } });
    expect(differences("handover", waiting(), since("terraform", 4))).toEqual([
      "revision 3 became 4: somebody has released it meanwhile",
    ]);
    expect(differences("handover", waiting(), since("terraform", 3))).toEqual([]);
    expect(differences("flux", helmReleaseObject(), since("handover", 4))).toEqual([]);
    expect(differences("flux", helmReleaseObject(), since("handover", 1))).toEqual(["revision 3 became 1"]);
    expect(differences("terraform", undefined, { ...since("handover", undefined), revisions: [] })).toEqual([
      "revision 3 was there before, and no release is now",
    ]);
  });

  it("is nothing of a release that was never there", () => {
    expect(differences("terraform", undefined, { revisions: [] })).toEqual([]);
    expect(differences("handover", waiting(), { revisions: [] })).toEqual(["was never released here"]);
  });
});
