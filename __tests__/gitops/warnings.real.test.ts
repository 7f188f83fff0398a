import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CLUSTER_NAMES } from "../../model/naming";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { digestsOf } from "../support/flux/releases";
import { synthFluxAlerts } from "../support/flux-alerts";
import { FluxStage } from "../support/flux-stage";
import { HANGS } from "../support/hangs.mts";
import { LOCAL_CLUSTER, requires } from "../support/requires";
import type { Block } from "../support/synth";

const ALL = ["unreadable", "unready", "suspended"];
const ROOM_FOR_NOBODY = { requests: { cpu: "99", memory: "64Mi" }, limits: { memory: "64Mi" } };

interface Warning {
  readonly count: number;
  readonly kind: string;
  readonly name: string;
  readonly reason: string;
}

/** What an alert counts: the kinds and reasons of its query, which no KQL is here to run. */
function countedBy(name: string): (warning: Warning) => boolean {
  const alerts: Block[] = synthFluxAlerts(ALL).all("azurerm_monitor_scheduled_query_rules_alert_v2");
  const query: string = alerts.find((alert) => alert.name === name)?.criteria[0].query;
  const words = (pattern: RegExp) => [...(pattern.exec(query)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(([, word]) => word);
  const [kinds, harmless] = [words(/ObjectKind in \(([^)]+)\)/), words(/Reason !in \(([^)]+)\)/)];
  return ({ kind, reason }) => kinds.includes(kind) && !harmless.includes(reason);
}

describe("what Flux warns of", requires("flux controllers", "helm", ...LOCAL_CLUSTER), () => {
  let stage: FluxStage;

  /** As the agent reads them: of every object in a namespace, what is no Normal event. */
  const warnings = async (name: string): Promise<Warning[]> => {
    const args = ["get", "events", "--namespace", CLUSTER_NAMES.gitOpsNamespace, "--field-selector", "type!=Normal"];
    const { items } = await stage.kubectl.json<{ items: Block[] }>(args);
    return items
      .map(({ count, involvedObject, reason }) => ({
        count,
        kind: involvedObject.kind,
        name: involvedObject.name,
        reason,
      }))
      .filter(countedBy(name));
  };
  const ofObject = async (alert: string, kind: string, name: string) =>
    (await warnings(alert)).filter((one) => one.kind === kind && one.name === name);
  const times = (of: readonly Warning[]) => of.reduce((sum, { count }) => sum + count, 0);
  const eventually = (isSo: () => Promise<void>) => vi.waitFor(isSo, { timeout: HANGS, interval: 500 });
  /** Warned of more than once, so that what lasts is seen in every hour of it. */
  const repeats = async (alert: string, kind: string, name: string) => {
    const before = times(await ofObject(alert, kind, name));
    await eventually(async () => expect(times(await ofObject(alert, kind, name))).toBeGreaterThan(before + 1));
  };

  beforeAll(async () => {
    stage = await FluxStage.start({ workers: ALL });
    const { releases, repository } = stage;
    for (const release of ALL) releases.write(release, REPORTS_VALUES);
    for (const release of ALL) await releases.install(release);
    releases.deliver(Object.fromEntries(ALL.map((release) => [release, "flux"])));
    await repository.push("Flux delivers");
    await stage.patience("unready", "3s");
    await stage.hand(ALL);
    for (const release of ALL) await stage.untilReady("HelmRelease", release, "True", /^UpgradeSucceeded$/);
  });
  afterAll(() => stage?.stop());

  it("is nothing of a release that somebody has suspended: of that Azure must be asked", async () => {
    const before = await ofObject("flux-release-fails", "HelmRelease", "suspended");
    await stage.suspend("suspended", true);
    await stage.reconcile("Kustomization", "mmrv-suspended");
    await stage.untilReady("Kustomization", "mmrv-suspended", "True", /^ReconciliationSucceeded$/);
    expect([before, await ofObject("flux-release-fails", "HelmRelease", "suspended")]).toEqual([[], []]);
  });

  it("is a file of values that cannot be read, each time that it tries", async () => {
    stage.repository.write(digestsOf("unreadable"), "image: [\n");
    await stage.repository.push("A broken file");
    await stage.untilReady("HelmRelease", "unreadable", "False", /^ValuesError$/);
    await repeats("flux-release-fails", "HelmRelease", "unreadable");
    const reasons = (await ofObject("flux-release-fails", "HelmRelease", "unreadable")).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(["ValuesError"]));
  });

  it("is an upgrade that was rolled back, once, and nothing of the Kustomization, which does not wait for it", async () => {
    const { mail } = REPORTS_VALUES.consumers;
    stage.releases.write("unready", {
      ...REPORTS_VALUES,
      consumers: { mail: { ...mail, resources: ROOM_FOR_NOBODY } },
    });
    await stage.repository.push("No node has so much room");
    await stage.until("HelmRelease", "unready", ({ status }) =>
      (status?.conditions ?? []).some(({ status, type }) => type === "Stalled" && status === "True"),
    );
    await eventually(async () =>
      expect((await ofObject("flux-release-fails", "HelmRelease", "unready")).map(({ reason }) => reason)).toContain(
        "UpgradeFailed",
      ),
    );
    const own = times(await ofObject("flux-release-fails", "HelmRelease", "unready"));
    // Both look again, twice, and say no more.
    for (let again = 0; again < 2; again += 1) {
      await stage.reconcile("HelmRelease", "unready");
      await stage.reconcile("Kustomization", "mmrv-unready");
      await stage.untilReady("Kustomization", "mmrv-unready", "True", /^ReconciliationSucceeded$/);
    }
    expect(times(await ofObject("flux-release-fails", "HelmRelease", "unready"))).toBe(own);
    expect(await ofObject("flux-release-fails", "Kustomization", "mmrv-unready")).toEqual([]);
  });

  it("is a source that cannot be read, each time that it tries, and no release", async () => {
    const releases = await warnings("flux-source-fails");
    expect(releases.filter(({ kind }) => kind !== "GitRepository")).toEqual([]);
    await stage.git.away();
    await stage.until("GitRepository", "mmrv", ({ status }) =>
      (status?.conditions ?? []).some(({ status, type }) => type === "Ready" && status === "False"),
    );
    await repeats("flux-source-fails", "GitRepository", "mmrv");
  });
});
