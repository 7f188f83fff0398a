import { expect, it } from "vitest";
import { frozenIn } from "../../../model/gitops/frozen";

it("is what makes a release another one to Flux", () => {
  const names = { releaseName: "backend", targetNamespace: "mmrv", storageNamespace: "mmrv" };
  const spec = { ...names, suspend: true, chart: { spec: { chart: "./charts/mmrv-app", version: "0.1.0" } } };
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

it("is nothing in what is no object", () => {
  expect([...frozenIn("a text").values()].filter((value) => value !== undefined)).toEqual([]);
});
