import { describe, expect, it } from "vitest";
import { frozenIn } from "../../../model/gitops/frozen";

describe("what is frozen", () => {
  it("is what makes a release another one to Flux", () => {
    const names = { releaseName: "backend", targetNamespace: "mmrv", storageNamespace: "mmrv" };
    const spec = { ...names, interval: "10m", chart: { spec: { chart: "./charts/mmrv-app" } } };
    const object = { kind: "HelmRelease", metadata: { name: "backend", namespace: "mmrv-gitops" }, spec };
    expect(Object.fromEntries(frozenIn(object))).toEqual({
      "metadata.name": "backend",
      "metadata.namespace": "mmrv-gitops",
      "spec.releaseName": "backend",
      "spec.targetNamespace": "mmrv",
      "spec.storageNamespace": "mmrv",
      "spec.chart.spec.chart": "./charts/mmrv-app",
    });
  });

  it("is of nothing nothing", () => {
    expect([...frozenIn("a text").values()]).toEqual(Array(6).fill(undefined));
  });
});
