import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { gitOpsFolder } from "../../model/delivery";
import { staging } from "../support/fixtures/environments/staging";
import { REPORTS_VALUES } from "../support/fixtures/reports";
import { recordsOf, uidOf } from "../support/flux/live";
import { FLUX_KINDS } from "../support/flux/objects";
import { FluxStage } from "../support/flux-stage";
import { HANGS } from "../support/hangs.mts";
import { LOCAL_CLUSTER, requires } from "../support/requires";

/** Each breaks one rule, which is why model/gitops refuses it; a worker, because it is small. */
const AT_ADOPTION = {
  stored: { "spec.storageNamespace": undefined },
  named: { "spec.releaseName": undefined },
  remedied: { "spec.storageNamespace": undefined, "spec.install.remediation": { retries: 1 } },
} as const;
const LATER = ["deleted", "pruned", "kept", "renamed", "retitled"];
const ALL = [...Object.keys(AT_ADOPTION), ...LATER];

const ROOM_FOR_NOBODY = { requests: { cpu: "99", memory: "64Mi" }, limits: { memory: "64Mi" } };

describe("a HelmRelease that breaks a rule", requires("flux controllers", "helm", ...LOCAL_CLUSTER), () => {
  let stage: FluxStage;
  let before: Readonly<Record<string, string | undefined>>;

  const deployment = (name: string) => uidOf("deployment", name, stage.kubectl);
  const records = (release: string) => recordsOf(release, stage.kubectl);
  const eventually = (isSo: () => Promise<void>) => vi.waitFor(isSo, { timeout: HANGS, interval: 500 });

  beforeAll(async () => {
    stage = await FluxStage.start({ workers: ALL });
    const { releases, repository } = stage;
    for (const release of ALL) releases.write(release, REPORTS_VALUES);
    await Promise.all(ALL.map((release) => releases.install(release)));
    before = Object.fromEntries(
      await Promise.all(ALL.map(async (name) => [name, await deployment(`${name}-mail`)] as const)),
    );
    releases.deliver(Object.fromEntries(ALL.map((release) => [release, "flux"])));
    for (const [release, fields] of Object.entries(AT_ADOPTION)) releases.edit(release, fields);
    const { mail } = REPORTS_VALUES.consumers;
    releases.write("remedied", { ...REPORTS_VALUES, consumers: { mail: { ...mail, resources: ROOM_FOR_NOBODY } } });
    await stage.patience("remedied", "3s");
    repository.copy(repository.path("charts/mmrv-app"), "charts/copy");
    releases.edit("renamed", { "spec.chart.spec.chart": "./charts/copy" });
    releases.edit("pruned", { "metadata.annotations": undefined });
    await repository.push("Flux delivers");
    await stage.hand(ALL);
    await stage.hand(["pruned", "kept"], { prune: true });
    for (const release of LATER) await stage.untilReady("HelmRelease", release, "True", /^UpgradeSucceeded$/);
  });
  afterAll(() => stage?.stop());

  it("without storageNamespace installs over what lives, in a second series of records", async () => {
    await stage.untilReady("HelmRelease", "stored", "True", /^InstallSucceeded$/);
    expect((await records("stored")).sort()).toEqual(["mmrv v1 deployed", "mmrv-gitops v1 deployed"]);
  });

  it("without releaseName runs everything twice", async () => {
    await stage.untilReady("HelmRelease", "named", "True", /^InstallSucceeded$/);
    expect(await deployment("named-mail")).toBe(before["named"]);
    expect(await deployment("mmrv-named-mail")).toEqual(expect.any(String));
  });

  it("with a remedy for an install uninstalls what lives, when the first upgrade fails", async () => {
    await eventually(async () => expect(await deployment("remedied-mail")).not.toBe(before["remedied"]));
  });

  it("uninstalls when it is deleted and is not suspended", async () => {
    await stage.kubectl.run(["delete", FLUX_KINDS.HelmRelease, "deleted", "--namespace", "mmrv-gitops"]);
    expect(await deployment("deleted-mail")).toBeUndefined();
    expect(await records("deleted")).toEqual([]);
  });

  it("uninstalls when it leaves Git under garbage collection, and not with the annotation that is rendered", async () => {
    for (const release of ["pruned", "kept"]) {
      const file = `${gitOpsFolder(staging, release)}/kustomization.yaml`;
      const other = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `left-${release}`, namespace: "mmrv-gitops" },
      };
      stage.repository.write(`${gitOpsFolder(staging, release)}/release.yaml`, stringify(other));
      expect(stage.repository.read(file)).toContain("release.yaml");
    }
    const commit = await stage.repository.push("Two releases leave Git");
    for (const release of ["pruned", "kept"]) await stage.untilApplied(release, commit);
    await eventually(async () => expect(await deployment("pruned-mail")).toBeUndefined());
    expect(await records("pruned")).toEqual([]);
    expect(await deployment("kept-mail")).toBe(before["kept"]);
    expect((await stage.get("HelmRelease", "kept")).metadata.deletionTimestamp).toBeUndefined();
  });

  it.each([
    ["another name of the chart", "renamed", "renamed-mail", "chart name"],
    ["another releaseName", "retitled", "other-mail", "release name"],
  ])("with %s uninstalls and installs again", async (_, release, now, because) => {
    if (release === "renamed") {
      stage.repository.replace("charts/copy/Chart.yaml", "name: mmrv-app", "name: copy");
      stage.repository.replace("charts/copy/Chart.yaml", "version: 0.1.0", "version: 0.1.1");
    } else stage.releases.edit(release, { "spec.releaseName": "other" });
    await stage.repository.push(`${release} changes`);
    await stage.until("HelmRelease", release, ({ status }) => status?.history?.[0]?.version === 1);
    expect(await deployment(`${release}-mail`)).not.toBe(before[release]);
    expect(await deployment(now)).not.toBe(before[release]);
    expect(stage.flux.logOf("helm-controller", 1000)).toContain(
      `release target configuration changed (${because}): running uninstall for current release`,
    );
  });
});
