import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLATFORM } from "../../model/delivery";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import { type Identity, identityOf, recordsOf, valuesOf } from "../support/flux/live";
import { FLUX_KINDS } from "../support/flux/objects";
import { FluxStage } from "../support/flux-stage";
import type { KubernetesObject } from "../support/helm";
import { LOCAL_CLUSTER, requires } from "../support/requires";

describe("Flux takes over the platform", requires("flux controllers", "helm", ...LOCAL_CLUSTER), takeOver);

/** Each test goes on from where the one before it left the cluster. */
function takeOver(): void {
  let stage: FluxStage;
  let before: Identity;
  let namespaceBefore: object;

  const identity = () => identityOf(PLATFORM, stage.kubectl, stage.helm);
  const records = () => recordsOf(PLATFORM, stage.kubectl);
  /** Who the namespace is, and what Pod Security reads of it. */
  const namespace = async () => {
    const { metadata } = await stage.kubectl.json<KubernetesObject & { metadata: { uid: string } }>([
      ...["get", "namespace", APPLICATION_NAMESPACE],
    ]);
    const labels = Object.entries(metadata.labels ?? {}).filter(([key]) => !key.startsWith("kustomize.toolkit."));
    return { uid: metadata.uid, labels: Object.fromEntries(labels) };
  };
  const gateway = async () => {
    const { spec } = await stage.kubectl.json<{ spec: object }>([
      ...["get", "gateways", CLUSTER_NAMES.gateway, "--namespace", APPLICATION_NAMESPACE],
    ]);
    return spec;
  };

  beforeAll(async () => {
    stage = await FluxStage.start();
    stage.releases.write(PLATFORM);
    await stage.releases.install(PLATFORM);
    before = await identity();
    namespaceBefore = await namespace();
  });
  afterAll(() => stage?.stop());

  it("has a Gateway and what belongs to it, all of which one upgrade leaves as they are", async () => {
    const [spec, values] = [await gateway(), await valuesOf(PLATFORM, stage.helm)];
    stage.releases.deliver({ platform: "handover" });
    const handover = await stage.repository.push("Hand over");
    await stage.hand([PLATFORM]);
    await stage.untilApplied(PLATFORM, handover);
    expect(await identity()).toEqual(before);
    expect(await records()).toEqual(["mmrv v1 deployed"]);

    stage.releases.deliver({ platform: "flux" });
    await stage.deploy(PLATFORM, "Flux delivers");
    await stage.untilReady("HelmRelease", PLATFORM, "True", /^UpgradeSucceeded$/);
    expect(await records()).toEqual(["mmrv v1 superseded", "mmrv v2 deployed"]);
    expect(await identity()).toEqual(before);
    expect(await valuesOf(PLATFORM, stage.helm)).toEqual(values);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(["Gateway mmrv", "EnvoyProxy mmrv"]));
    expect(await gateway()).toEqual(spec);
  });

  it("keeps the namespace, which is Git's too, as Terraform made it", async () => {
    expect(await namespace()).toEqual(namespaceBefore);
  });

  it("gives it back, and the namespace stays when nobody speaks of it any more", async () => {
    stage.releases.deliver({ platform: "handover" });
    await stage.deploy(PLATFORM, "The way back");
    await stage.takeBack(PLATFORM);
    await stage.kubectl.run(["delete", FLUX_KINDS.HelmRelease, PLATFORM, "--namespace", CLUSTER_NAMES.gitOpsNamespace]);
    expect(await namespace()).toEqual(namespaceBefore);
    await stage.releases.install(PLATFORM);
    expect(await identity()).toEqual(before);
    expect(await records()).toEqual(["mmrv v1 superseded", "mmrv v2 superseded", "mmrv v3 deployed"]);
  });
}
