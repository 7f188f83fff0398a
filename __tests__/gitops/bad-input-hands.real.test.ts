import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { ClusterView } from "../../tools/handover/cluster-view";
import { differencesOf } from "../../tools/handover/status-differences";
import { digestOf } from "../support/chart-values";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { killedUpgrade } from "../support/flux/killed-upgrade";
import { podsOf, type ReleaseState, stateOf } from "../support/flux/live";
import { conditionOf } from "../support/flux/objects";
import { delivering } from "../support/flux-objects";
import { FluxStage } from "../support/flux-stage";
import { HANGS } from "../support/hangs.mts";
import { LOCAL_CLUSTER, requires } from "../support/requires";

/** Each meets other hands than Flux's; workers, because they are small. */
const BEFORE_ADOPTION = ["stuck", "tight"];
const AFTER_ADOPTION = ["second", "killed", "forgotten"];
const ALL = [...BEFORE_ADOPTION, ...AFTER_ADOPTION];

const ROOM_FOR_NOBODY = ["--set-string", "consumers.mail.resources.requests.cpu=99"];

describe("a release that others touch too", requires("flux controllers", "helm", ...LOCAL_CLUSTER), () => {
  let stage: FluxStage;
  let before: Readonly<Record<string, ReleaseState>>;

  const state = (release: string) => stateOf(release, stage.kubectl, stage.helm);
  const records = async (release: string) => (await state(release)).records;
  const podsNow = async (release: string) => podsOf((await state(release)).objects);
  const podsBefore = (release: string) => podsOf(before[release]?.objects ?? {});
  const eventually = (isSo: () => Promise<void>) => vi.waitFor(isSo, { timeout: HANGS / 4, interval: 500 });
  /** What handover status says of it. */
  const differences = async (release: string) => {
    const view = new ClusterView(stage.kubectl);
    const [object, revisions] = await Promise.all([view.helmRelease(release), view.revisions(release)]);
    return differencesOf(delivering({ [release]: "flux" }), release, { object, revisions, stale: [], touched: [] });
  };
  const fieldOf = (kind: string, name: string, path: string) =>
    stage.kubectl.run([
      ...["get", kind, name, "--namespace", APPLICATION_NAMESPACE],
      ...["--output", `jsonpath={${path}}`],
    ]);
  const schedule = (release: string) => fieldOf("cronjob", `${release}-weekly`, ".spec.schedule");
  const mail = (change: object) => ({
    ...REPORTS_VALUES,
    consumers: { mail: { ...REPORTS_VALUES.consumers.mail, ...change } },
  });

  beforeAll(async () => {
    stage = await FluxStage.start({ workers: ALL });
    const { releases, repository } = stage;
    for (const release of ALL) releases.write(release, REPORTS_VALUES);
    await Promise.all(ALL.map((release) => releases.install(release)));
    before = Object.fromEntries(await Promise.all(ALL.map(async (name) => [name, await state(name)] as const)));
    await killedUpgrade("stuck", stage, ROOM_FOR_NOBODY);
    releases.write(
      "tight",
      mail({ resources: { requests: { cpu: "99", memory: "64Mi" }, limits: { memory: "64Mi" } } }),
    );
    releases.deliver(Object.fromEntries(ALL.map((release) => [release, "flux"])));
    await repository.push("Flux delivers");
    await stage.patience("tight", "20s");
    await stage.hand(ALL);
    for (const release of AFTER_ADOPTION) await stage.untilReady("HelmRelease", release, "True", /^UpgradeSucceeded$/);
  });
  afterAll(() => stage?.stop());

  it("left pending by a run that was killed is taken over all the same, and what that run had begun goes", async () => {
    await stage.untilReady("HelmRelease", "stuck", "True", /^UpgradeSucceeded$/);
    expect(await records("stuck")).toEqual(["mmrv v1 superseded", "mmrv v2 failed", "mmrv v3 deployed"]);
    await eventually(async () => expect(await podsNow("stuck")).toEqual(podsBefore("stuck")));
    expect(stage.flux.logOf("helm-controller", 2000)).toContain(
      "release locked: release with status 'pending-upgrade'",
    );
  });

  it("that cannot be upgraded at the adoption keeps its pods, and is not rolled back", async () => {
    const object = await stage.untilReady("HelmRelease", "tight", "False", /^UpgradeFailed$/);
    expect(conditionOf(object)?.message).toContain(
      "release mmrv/tight with chart mmrv-app@0.1.0: context deadline exceeded",
    );
    expect(conditionOf(object, "Stalled")).toMatchObject({ status: "True", reason: "MissingRollbackTarget" });
    expect(await records("tight")).toEqual(["mmrv v1 deployed", "mmrv v2 failed"]);
    expect(await podsNow("tight")).toMatchObject(podsBefore("tight"));
    stage.releases.write("tight", REPORTS_VALUES);
    await stage.repository.push("There is room again");
    await stage.untilReady("HelmRelease", "tight", "True", /^UpgradeSucceeded$/);
    await eventually(async () => expect(await podsNow("tight")).toEqual(podsBefore("tight")));
  });

  it("with a second writer is taken back at the next interval, by one more upgrade", async () => {
    await stage.releases.install("second", ["--set", "cronJobs.weekly.schedule=0 7 * * 1"]);
    expect(conditionOf(await stage.get("HelmRelease", "second"))?.reason).toBe("UpgradeSucceeded");
    expect(await differences("second")).toEqual([
      "revision 3 is not Flux's, whose last is 2: somebody else has released it",
    ]);
    expect(await schedule("second")).toBe("0 7 * * 1");
    await stage.reconcile("HelmRelease", "second");
    await stage.untilReady("HelmRelease", "second", "True", /^UpgradeSucceeded$/);
    expect((await records("second")).slice(-2)).toEqual(["mmrv v3 superseded", "mmrv v4 deployed"]);
    expect(await podsNow("second")).toEqual(podsBefore("second"));
    expect(await schedule("second")).toBe(REPORTS_VALUES.cronJobs.weekly.schedule);
    expect(await differences("second")).toEqual([]);
    expect(stage.flux.logOf("helm-controller", 2000)).toContain("not observed to be made for object");
  });

  it("left pending by a second writer who was killed is unlocked and taken back in the same way", async () => {
    await killedUpgrade("killed", stage, ROOM_FOR_NOBODY);
    expect(await differences("killed")).toEqual([
      "revision 3 is pending-upgrade: a run is under way, or was killed",
      "revision 3 is not Flux's, whose last is 2: somebody else has released it",
    ]);
    await stage.reconcile("HelmRelease", "killed");
    await stage.untilReady("HelmRelease", "killed", "True", /^UpgradeSucceeded$/);
    expect((await records("killed")).slice(-2)).toEqual(["mmrv v3 failed", "mmrv v4 deployed"]);
    await eventually(async () => expect(await podsNow("killed")).toEqual(podsBefore("killed")));
  });

  it("suspended by hand and forgotten gets nothing, every object of Flux is Ready, and it goes on when it may", async () => {
    await stage.suspend("forgotten", true);
    const held = await state("forgotten");
    stage.releases.write("forgotten", { ...REPORTS_VALUES, image: { digest: digestOf("b") } });
    await stage.deploy("forgotten", "A new image");
    const object = await stage.reconcile("HelmRelease", "forgotten");
    expect([conditionOf(object)?.status, object.spec.suspend]).toEqual(["True", true]);
    expect(await state("forgotten")).toEqual(held);
    expect(await differences("forgotten")).toEqual(["its HelmRelease is suspended: Flux does not act on it"]);
    await stage.suspend("forgotten", false);
    await stage.until("HelmRelease", "forgotten", ({ status }) => status?.history?.[0]?.version === 3);
    await stage.untilReady("HelmRelease", "forgotten", "True", /^UpgradeSucceeded$/);
    const image = await fieldOf("deployment", "forgotten-mail", ".spec.template.spec.containers[0].image");
    expect(image).toContain(digestOf("b"));
  });
});
