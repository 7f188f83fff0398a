import { describe, expect, it } from "vitest";
import { UserError } from "../../../model/user-error";
import { ClusterView } from "../../../tools/handover/cluster-view";
import { helmReleaseSchema } from "../../../tools/handover/flux-objects";
import { differingPaths, substituted, valuesByFiles, valuesInCluster } from "../../../tools/handover/flux-values";

describe("what Flux makes of what is rendered", () => {
  it("is a variable's value, one dollar of two, and everything else as it is", () => {
    const rendered = {
      id: "${client_id}",
      text: "a$$b $${client_id} x$y ${unknown} ${constructor}",
      list: [1, "$$"],
      on: true,
    };
    expect(substituted(rendered, { client_id: "3333" })).toEqual({
      id: "3333",
      text: "a$b ${client_id} x$y ${unknown} ${constructor}",
      list: [1, "$"],
      on: true,
    });
  });
});

describe("what Flux gives Helm", () => {
  const layers = [
    { file: "values.yaml", values: { env: { A: "1", B: "${X}" }, routes: [{ path: "/" }] } },
    { file: "staging.yaml", values: { env: { A: "2" }, replicas: 2 } },
  ];
  const merged = { env: { A: "2", B: "${X}" }, routes: [{ path: "/" }], replicas: 2, identity: { clientId: "3333" } };

  it("is by the files what they say, untouched, and over it what is rendered", () => {
    expect(valuesByFiles({ layers }, { identity: { clientId: "${client_id}" } }, { client_id: "3333" })).toEqual(
      merged,
    );
  });

  const object = helmReleaseSchema.parse({
    metadata: { name: "backend", namespace: "mmrv-gitops", uid: "u", resourceVersion: "1", generation: 1 },
    spec: {
      valuesFrom: [
        { kind: "ConfigMap", name: "backend-values" },
        { kind: "ConfigMap", name: "backend-values", valuesKey: "environment.yaml" },
      ],
      values: { identity: { clientId: "3333" } },
    },
  });
  const viewOf = (data: object | undefined) =>
    new ClusterView({
      json: () => Promise.reject(new Error("not asked")),
      run: async () => (data ? JSON.stringify({ data }) : ""),
    });

  it("is by the cluster what its ConfigMap says as Helm reads it, and over it the HelmRelease's own", async () => {
    const data = {
      "values.yaml": 'env: { A: "1", B: "${X}" }\nroutes: [{ path: / }]\n',
      "environment.yaml": 'env: { A: "2" }\nreplicas: 2\non: yes\n',
    };
    expect(await valuesInCluster(viewOf(data), object)).toEqual({ ...merged, true: true });
  });

  it("is not known while something of it is not there", async () => {
    const asked = valuesInCluster(viewOf({ "values.yaml": "{}" }), object);
    await expect(asked).rejects.toThrow(
      new UserError(
        "ConfigMap backend-values with environment.yaml is not there, and the HelmRelease takes values from it",
      ),
    );
    await expect(valuesInCluster(viewOf(undefined), object)).rejects.toThrow(/values.yaml is not there/);
  });
});

describe("where two sets of values differ", () => {
  it.each<[one: unknown, other: unknown, paths: string[]]>([
    [{ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, []],
    [{ a: undefined }, {}, []],
    [{ a: null }, {}, ["a"]],
    [{ a: { b: "secret" } }, { a: { b: "other" } }, ["a.b"]],
    [{ a: [1, 2] }, { a: [1] }, ["a.1"]],
    [{ a: [1] }, { a: { 0: 1 } }, ["a"]],
    [{ a: "1" }, { a: 1 }, ["a"]],
    [undefined, {}, [""]],
  ])("%j and %j is %j, by path and without a value", (one, other, paths) => {
    expect(differingPaths(one, other)).toEqual(paths);
  });
});
