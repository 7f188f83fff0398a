import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SUBSTITUTES } from "../../model/delivery";
import { EVERYTHING } from "../support/chart-values";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { StageApplication, TOLD } from "../support/flux/applications";
import { type Identity, identityOf, recordsOf, watchAvailability } from "../support/flux/live";
import { conditionOf } from "../support/flux/objects";
import { FluxStage } from "../support/flux-stage";
import { LOCAL_CLUSTER, requires } from "../support/requires";

describe("Flux takes over what Helm has released", requires("flux controllers", "helm", ...LOCAL_CLUSTER), () => {
  let stage: FluxStage;
  let backend: StageApplication;
  let frontend: StageApplication;
  let reports: StageApplication;
  let before: Readonly<Record<string, Identity>>;

  const applications = () => [backend, frontend, reports];
  const identities = async (): Promise<Record<string, Identity>> =>
    Object.fromEntries(
      await Promise.all(
        applications().map(async ({ name }) => [name, await identityOf(name, stage.kubectl, stage.helm)] as const),
      ),
    );

  beforeAll(async () => {
    stage = await FluxStage.start();
    backend = new StageApplication(stage, "backend");
    frontend = new StageApplication(stage, "frontend", "frontend");
    reports = new StageApplication(stage, "reports", "backend", { isWorker: true });
    backend.write({
      replicas: 3,
      migration: EVERYTHING.migration,
      env: { EXPRESSION: `\${X} $(NAME) a$$b \${${SUBSTITUTES.clientId}}` },
    });
    frontend.write({ autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 6 } });
    reports.write(REPORTS_VALUES);
    for (const application of applications()) await application.install();
    before = await identities();
  });
  afterAll(() => stage?.stop());

  it("touches nothing while the HelmRelease is suspended, and its Kustomization is Ready", async () => {
    for (const application of applications()) {
      application.render({ suspend: true });
      await stage.hand(application.name, TOLD);
    }
    const commit = await stage.repository.push("Hand over");
    for (const { name } of applications()) await stage.untilApplied(name, commit);
    expect(await identities()).toEqual(before);
    const charts = (await stage.all()).filter(({ kind }) => kind === "HelmChart");
    expect(charts).toEqual([]);
    expect(await recordsOf("backend", stage.kubectl)).toEqual(["mmrv v1 deployed"]);
  });

  it("upgrades once when it is not, in Helm's own series, and no object is another one", async () => {
    const seen = await watchAvailability(stage.kubeconfig);
    for (const application of applications()) application.render();
    const commit = await stage.repository.push("Flux delivers");
    for (const { name } of applications()) {
      await stage.untilApplied(name, commit);
      const release = await stage.untilReady("HelmRelease", name, "True", /^UpgradeSucceeded$/);
      expect(conditionOf(release)?.message).toMatch(
        new RegExp(`^Helm upgrade succeeded for release mmrv/${name}\\.v2 with chart mmrv-app@0\\.1\\.0$`),
      );
      expect(await recordsOf(name, stage.kubectl)).toEqual(["mmrv v1 superseded", "mmrv v2 deployed"]);
    }
    expect(await identities()).toEqual(before);
    expect(await seen()).toEqual({ backend: 3, frontend: 2, "reports-mail": 1 });
  });
});
