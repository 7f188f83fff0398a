import { expect, it } from "vitest";
import { EVERYTHING } from "../support/chart-values";
import { identityOf, recordsOf, timesOf } from "../support/flux/live";
import { FluxStage } from "../support/flux-stage";
import { LOCAL_CLUSTER, requires } from "../support/requires";

it(
  "the extension's release before, with Flux 2.6, takes over in the same way",
  requires("flux 2.6 controllers", "helm", ...LOCAL_CLUSTER),
  async () => {
    const stage = await FluxStage.start({ version: "2.6" });
    try {
      stage.releases.write("backend", { migration: EVERYTHING.migration });
      await stage.releases.install("backend");
      const before = await identityOf("backend", stage.kubectl, stage.helm);
      stage.releases.deliver({ backend: "flux" });
      const commit = await stage.repository.push("Flux delivers");
      await stage.hand(["backend"]);
      await stage.untilApplied("backend", commit);
      await stage.untilReady("HelmRelease", "backend", "True", /^UpgradeSucceeded$/);
      expect(await recordsOf("backend", stage.kubectl)).toEqual(["mmrv v1 superseded", "mmrv v2 deployed"]);
      expect(await identityOf("backend", stage.kubectl, stage.helm)).toEqual(before);
      expect(await timesOf("SuccessfulCreate", "Job", "backend-migration", stage.kubectl)).toBe(1);
    } finally {
      await stage.stop();
    }
  },
);
