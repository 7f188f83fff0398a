import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NAMESPACES } from "../../../tools/rehearsal/definitions";
import type { StackRun } from "../../../tools/rehearsal/stack-run";
import { type ClusterStage, clusterStage } from "../../support/cluster-stage";
import { fromFolder, writeFixtureCharts } from "../../support/fixture-charts";
import type { Policy } from "../../support/network-policies";
import { allMirrors } from "../../support/real-provider";
import { LOCAL_CLUSTER, PROVIDERS, requires } from "../../support/requires";

describe("the add-ons", () => {
  const mirrors = allMirrors();
  describe("with charts of the same shape", requires(...PROVIDERS, "helm", ...LOCAL_CLUSTER), () => {
    let stage: ClusterStage;
    let addons: StackRun;
    let use: (version: 1 | 2) => Promise<void>;
    const definitions = () =>
      stage.cluster.kubectl.run(["get", "customresourcedefinitions", "--output", "name"]).then((text) =>
        text
          .split("\n")
          .filter((name) => name.includes("fixture.mmrv"))
          .map((name) => name.split("/")[1]),
      );
    beforeAll(async () => {
      stage = await clusterStage(mirrors);
      // Here the stack makes them itself.
      await stage.cluster.kubectl.run(["delete", "namespace", ...NAMESPACES]);
      addons = await stage.open("addons");
      use = async (version) => {
        const folder = join(stage.sandbox.folder, `charts-${version}`);
        writeFixtureCharts(folder, version);
        await stage.change("addons", stage.helmValues, fromFolder(folder));
      };
      await use(1);
      await addons.apply();
    });
    afterAll(() => stage?.stop());

    it("make the definitions by themselves, none from a chart's crds/, and a second plan is empty", async () => {
      expect(await definitions()).toEqual(["gates.fixture.mmrv", "roads.fixture.mmrv"]);
      await addons.planIsEmpty();
    });

    it("hold the controllers' pods to the restricted standard", async () => {
      for (const name of NAMESPACES)
        expect(await stage.cluster.kubectl.json(["get", "namespace", name])).toMatchObject({
          metadata: { labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
        });
    });

    it("close both namespaces to all but the holes of their own pods, as a real API server takes them", async () => {
      const names = NAMESPACES.map(async (namespace) => {
        const args = ["get", "networkpolicies", "--namespace", namespace];
        const { items } = await stage.cluster.kubectl.json<{ items: Policy[] }>(args);
        return items.map(({ metadata: { name }, spec: { podSelector, policyTypes } }) => [
          name,
          Object.keys(podSelector.matchLabels ?? {}).length > 0 ? "some" : "all",
          ...policyTypes,
        ]);
      });
      const both = ["Ingress", "Egress"];
      expect(await Promise.all(names)).toEqual([
        [
          ["certgen", "some", ...both],
          ["controller", "some", ...both],
          ["default-deny", "all", ...both],
          ["envoy", "some", ...both],
        ],
        [
          ["cainjector", "some", ...both],
          ["controller", "some", ...both],
          ["default-deny", "all", ...both],
          ["startupapicheck", "some", ...both],
          ["webhook", "some", ...both],
        ],
      ]);
    });

    it("upgrade the definitions in place with their chart, and no object of theirs is lost", async () => {
      const gate = { apiVersion: "fixture.mmrv/v1", kind: "Gate", metadata: { name: "main" }, spec: {} };
      await stage.cluster.kubectl.run(["create", "--namespace", "default", "--filename", "-"], JSON.stringify(gate));
      const before = await stage.cluster.kubectl.json<{ metadata: { uid: string } }>(["get", "gate", "main"]);
      await use(2);
      await addons.apply();
      await addons.planIsEmpty();
      expect(await definitions()).toEqual(["bridges.fixture.mmrv", "gates.fixture.mmrv", "roads.fixture.mmrv"]);
      const taller = { ...gate, spec: { height: 3 } };
      await stage.cluster.kubectl.run(["apply", "--namespace", "default", "--filename", "-"], JSON.stringify(taller));
      expect(await stage.cluster.kubectl.json(["get", "gate", "main"])).toMatchObject({
        metadata: { uid: before.metadata.uid },
        spec: { height: 3 },
      });
    });

    it("take over definitions that somebody else has changed", async () => {
      await stage.cluster.kubectl.run([
        "patch",
        "customresourcedefinition",
        "roads.fixture.mmrv",
        "--type=merge",
        "--patch",
        '{"spec":{"names":{"shortNames":["rd"]},"scope":"Namespaced"}}',
      ]);
      await addons.apply();
      await addons.planIsEmpty();
      expect(await definitions()).toHaveLength(3);
    });

    it("go without a trace", async () => {
      await addons.destroy();
      expect(await definitions()).toEqual([]);
    });
  });
});
