import { describe, expect, it } from "vitest";
import { departures, FROZEN_CHART_FIELDS, frozenIn } from "../../../model/gitops/frozen";

const release = (environment: string, name: string, spec: object = {}) => ({
  file: `gitops/${environment}/${name}/release.yaml`,
  object: { kind: "HelmRelease", metadata: { name, namespace: "mmrv-gitops" }, spec },
});

describe("what is frozen", () => {
  it("is what makes a release another one to Flux", () => {
    const names = { releaseName: "backend", targetNamespace: "mmrv", storageNamespace: "mmrv" };
    const { object } = release("staging", "backend", { ...names, chart: { spec: { chart: "./charts/mmrv-app" } } });
    expect(frozenIn(object)).toEqual({
      "metadata.name": "backend",
      "metadata.namespace": "mmrv-gitops",
      "spec.releaseName": "backend",
      "spec.targetNamespace": "mmrv",
      "spec.storageNamespace": "mmrv",
      "spec.chart.spec.chart": "./charts/mmrv-app",
    });
  });

  it("is of a chart its name, and of nothing nothing", () => {
    expect(frozenIn({ name: "mmrv-app", version: "0.1.0" }, FROZEN_CHART_FIELDS)).toEqual({ name: "mmrv-app" });
    expect(frozenIn("a text", FROZEN_CHART_FIELDS)).toEqual({ name: undefined });
  });
});

describe("10: a release that leaves Git", () => {
  const left = (before: Parameters<typeof departures>[0], after: Parameters<typeof departures>[0]) =>
    departures(before, after).map(({ path }) => path);

  it("was suspended before, or it would be uninstalled", () => {
    const before = [release("staging", "backend"), release("staging", "frontend", { suspend: true })];
    expect(departures(before, [])).toEqual([
      {
        path: "gitops/staging/backend/release.yaml",
        got: undefined,
        must: "must stay, or be suspended first (its deletion uninstalls the release)",
        by: [],
      },
    ]);
  });

  it("has not left when it stands in another file of its environment", () => {
    const { object } = release("staging", "backend");
    expect(left([release("staging", "backend")], [{ file: "gitops/staging/all/release.yaml", object }])).toEqual([]);
  });

  it("has left when another environment alone has one of its name", () => {
    expect(left([release("staging", "backend")], [release("production", "backend")])).toHaveLength(1);
  });

  it("is no Namespace and no values", () => {
    expect(left([{ file: "gitops/staging/platform/namespace.yaml", object: { kind: "Namespace" } }], [])).toEqual([]);
  });
});
