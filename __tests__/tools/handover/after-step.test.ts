import { describe, expect, it } from "vitest";
import { remainingOf } from "../../../tools/handover/after-step";
import { delivering } from "../../support/flux-objects";

const MERGE = "commit environments/staging.ts with what was rendered, and merge it";
const STATUS = "npx mmrv handover status staging backend";
const WATCHED = "npx mmrv deploy staging-gitops: its alerts know who delivers";

describe("what is left to do after a step", () => {
  it.each([
    [
      "terraform",
      "handover",
      [
        MERGE,
        "npx mmrv deploy staging-backend: Terraform forgets the release, which stays as it is",
        "npx mmrv deploy staging-gitops: Flux is told of its folder",
        "move deployed/staging to it: deploy.yml, staging-releases; Flux makes the HelmRelease, suspended",
        STATUS,
      ],
    ],
    [
      "handover",
      "flux",
      [
        MERGE,
        "move deployed/staging to it: deploy.yml, staging-releases; Flux adopts the release within minutes",
        "npx mmrv deploy staging-backend",
        WATCHED,
        STATUS,
      ],
    ],
    [
      "flux",
      "handover",
      [
        MERGE,
        "move deployed/staging to it: deploy.yml, staging-releases; Flux stops acting",
        WATCHED,
        `${STATUS}: before anything else is done to it`,
      ],
    ],
    [
      "handover",
      "terraform",
      [
        MERGE,
        "npx mmrv deploy staging-gitops: Flux no longer applies the folder, and its HelmRelease stays, suspended",
        "npx mmrv handover back staging backend once more: it takes the HelmRelease away",
        "npx mmrv adopt staging-backend",
        "npx mmrv deploy staging-backend: the plan must have updates in place alone",
        STATUS,
      ],
    ],
  ] as const)("from %s to %s is said in its order", (from, to, left) => {
    expect(remainingOf(delivering({ backend: from }), { release: "backend", from, to })).toEqual(left);
  });
});
