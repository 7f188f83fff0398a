import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gitOpsFolder } from "../../model/delivery";
import { appliedStanding } from "../../tools/handover/flux-conditions";
import { helmReleaseSchema, isActing, kustomizationSchema, readiness } from "../../tools/handover/flux-objects";
import { digestOf } from "../support/chart-values";
import { staging } from "../support/fixtures/environments/staging";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { podsOf, type ReleaseState, stateOf } from "../support/flux/live";
import { conditionOf } from "../support/flux/objects";
import { digestsOf } from "../support/flux/releases";
import { FluxStage } from "../support/flux-stage";
import { LOCAL_CLUSTER, requires } from "../support/requires";

/** Each is broken in its own way by one commit, and nothing of it is touched; workers, because they are small. */
const REFUSED = ["unbuilt", "unread", "refused", "unrendered", "unpackaged"];
/** Helm begins with it, and cannot end. */
const BEGUN = "unplaced";
/** Nothing is wrong with it. */
const SOUND = "sound";
const ALL = [...REFUSED, BEGUN, SOUND];

const ROOM_FOR_NOBODY = { requests: { cpu: "99", memory: "64Mi" }, limits: { memory: "64Mi" } };
const UPGRADED = { ...REPORTS_VALUES, image: { digest: digestOf("b") } };

describe("a commit that is no good", requires("flux controllers", "helm", ...LOCAL_CLUSTER), () => {
  let stage: FluxStage;
  let before: Readonly<Record<string, ReleaseState>>;
  let broken: string;

  const state = (release: string) => stateOf(release, stage.kubectl, stage.helm);
  const kustomization = (release: string) => `${gitOpsFolder(staging, release)}/kustomization.yaml`;
  const isAt = (version: number) => (object: Awaited<ReturnType<FluxStage["get"]>>) =>
    object.status?.history?.[0]?.version === version && conditionOf(object)?.status === "True";

  /** One commit with every fault, beside one that is none. */
  async function breakAll(): Promise<void> {
    const { releases, repository } = stage;
    repository.replace(kustomization("unbuilt"), "release.yaml", "relese.yaml");
    repository.write(digestsOf("unread"), `${repository.read(digestsOf("unread"))}env: [`);
    releases.write("refused", { ...REPORTS_VALUES, replicas: "many" });
    repository.write("charts/unrendered/templates/broken.yaml", `{{ fail "there is no such thing" }}`);
    repository.replace("charts/unrendered/Chart.yaml", "version: 0.1.0", "version: 0.1.1");
    repository.write("charts/unpackaged/Chart.yaml", "name: [");
    const { mail } = REPORTS_VALUES.consumers;
    releases.write(BEGUN, { ...REPORTS_VALUES, consumers: { mail: { ...mail, resources: ROOM_FOR_NOBODY } } });
    releases.write(SOUND, UPGRADED);
    broken = await repository.push("All but one is broken");
  }

  async function mendAll(): Promise<void> {
    const { releases, repository } = stage;
    repository.replace(kustomization("unbuilt"), "relese.yaml", "release.yaml");
    repository.remove("charts/unrendered/templates/broken.yaml");
    repository.replace("charts/unrendered/Chart.yaml", "version: 0.1.1", "version: 0.1.2");
    repository.copy(repository.path("charts/mmrv-app"), "charts/unpackaged");
    for (const release of ALL) releases.write(release, UPGRADED);
    await repository.push("All of it is mended");
  }

  beforeAll(async () => {
    stage = await FluxStage.start({ workers: ALL });
    const { releases, repository } = stage;
    for (const release of ALL) releases.write(release, REPORTS_VALUES);
    releases.deliver(Object.fromEntries(ALL.map((release) => [release, "flux"])));
    for (const release of ["unrendered", "unpackaged"]) {
      repository.copy(repository.path("charts/mmrv-app"), `charts/${release}`);
      releases.edit(release, { "spec.chart.spec.chart": `./charts/${release}` });
    }
    await repository.push("Flux delivers");
    // Long enough for what can be placed, on a busy machine too.
    await stage.patience(BEGUN, "20s");
    await stage.hand(ALL);
    for (const release of ALL) await stage.until("HelmRelease", release, isAt(1));
    before = Object.fromEntries(await Promise.all(ALL.map(async (name) => [name, await state(name)] as const)));
    await breakAll();
  });
  afterAll(() => stage?.stop());

  it("stops no other release", async () => {
    const object = await stage.until("HelmRelease", SOUND, isAt(2));
    expect(conditionOf(object)?.reason).toBe("UpgradeSucceeded");
  });

  it("is said to build nothing, where a file of it is missing", async () => {
    const object = await stage.untilReady("Kustomization", "mmrv-unbuilt", "False", /^BuildFailed$/);
    expect(conditionOf(object)?.message).toContain("relese.yaml: no such file or directory");
    expect(appliedStanding(staging, "unbuilt", kustomizationSchema.parse(object))).toMatchObject({
      isGood: false,
      text: expect.stringMatching(/^Flux could not apply it: BuildFailed: kustomize build failed: .*relese\.yaml: /),
    });
    expect(conditionOf(await stage.get("HelmRelease", "unbuilt"))).toMatchObject({
      status: "True",
      reason: "InstallSucceeded",
    });
    expect(await state("unbuilt")).toEqual(before["unbuilt"]);
  });

  it.each([
    [
      "values that are no YAML",
      "unread",
      "ValuesError: could not resolve ConfigMap chart values reference 'mmrv-gitops/unread-values' with key 'staging.yaml': error converting YAML to JSON: yaml: line ",
    ],
    [
      "values that the chart's schema refuses",
      "refused",
      "UpgradeFailed: Helm upgrade failed for release mmrv/refused with chart mmrv-app@0.1.0: values don't meet the specifications of the schema(s) in the following chart(s): mmrv-app: - at '/replicas': value must be 'a whole number from 1 to 50 (pods)'",
    ],
    [
      "a chart that cannot be rendered",
      "unrendered",
      "UpgradeFailed: Helm upgrade failed for release mmrv/unrendered with chart mmrv-app@0.1.1: execution error at (mmrv-app/templates/broken.yaml:1:3): there is no such thing",
    ],
    [
      "a chart that is none",
      "unpackaged",
      "SourceNotReady: HelmChart 'mmrv-gitops/mmrv-gitops-unpackaged' is not ready: invalid chart reference: cannot load 'Chart.yaml': error converting YAML to JSON: yaml: ",
    ],
  ])("with %s is said by the HelmRelease alone, and nothing is touched", async (_, release, says) => {
    const [reason = ""] = says.split(":");
    const object = await stage.untilReady("HelmRelease", release, "False", new RegExp(`^${reason}$`));
    expect(readiness(helmReleaseSchema.parse(object)).slice(0, says.length)).toBe(says);
    expect(conditionOf(object, "Stalled")).toBeUndefined();
    // Nobody works on it, so that it may be taken back to Terraform.
    await expect
      .poll(async () => isActing(helmReleaseSchema.parse(await stage.get("HelmRelease", release))))
      .toBe(false);
    const applied = await stage.untilApplied(release, broken);
    expect(appliedStanding(staging, release, kustomizationSchema.parse(applied)).isGood).toBe(true);
    expect(await state(release)).toEqual(before[release]);
  });

  it("whose pods have no room is rolled back, its own pods stay, and the HelmRelease is stalled", async () => {
    const object = await stage.untilReady("HelmRelease", BEGUN, "False", /^RollbackSucceeded$/);
    expect(conditionOf(object, "Stalled")).toMatchObject({
      status: "True",
      reason: "RetriesExceeded",
      message: "Failed to upgrade after 1 attempt(s)",
    });
    expect(conditionOf(object, "Released")).toMatchObject({
      status: "False",
      reason: "UpgradeFailed",
      message: "Helm upgrade failed for release mmrv/unplaced with chart mmrv-app@0.1.0: context deadline exceeded",
    });
    const { objects, records } = await state(BEGUN);
    expect(podsOf(objects)).toEqual(podsOf(before[BEGUN]?.objects ?? {}));
    expect(records).toEqual(["mmrv v1 superseded", "mmrv v2 failed", "mmrv v3 deployed"]);
  });

  it("is healed by one that is good, alone: each is upgraded once", async () => {
    await mendAll();
    for (const release of [...REFUSED, BEGUN])
      await stage.until("HelmRelease", release, (object) => {
        const isUpgraded = conditionOf(object)?.reason === "UpgradeSucceeded";
        return isUpgraded && object.status?.history?.[0]?.status === "deployed";
      });
    const [last] = (await state("unread")).records.slice(-1);
    expect(last).toBe("mmrv v2 deployed");
    expect((await state(BEGUN)).records).toEqual([
      ...["mmrv v1 superseded", "mmrv v2 failed", "mmrv v3 superseded", "mmrv v4 deployed"],
    ]);
  });
});
