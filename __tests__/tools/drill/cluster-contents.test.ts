import { describe, expect, it } from "vitest";
import type { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { contentsOf } from "../../../tools/drill/cluster-contents";

const object = (kind: string, more: object = {}) => ({ kind, metadata: { name: "x" }, ...more });
const pod = (status: "False" | "True", metadata: object = {}) => ({
  kind: "Pod",
  metadata: { name: "x", ...metadata },
  status: { conditions: [{ type: "Ready", status }] },
});

/** A cluster that holds these objects. */
function holding(inside: readonly object[], outside: readonly object[]): Kubectl {
  const asked: string[] = [];
  const answers = {
    run: async (args: readonly string[]) => {
      asked.push(args.join(" "));
      return args.includes("--namespaced=true") ? "pods\nservices\n" : "componentstatuses\ngatewayclasses.gateway.io\n";
    },
    json: async ([, kinds, ...rest]: readonly string[]) => {
      if (kinds === "pods,services" && rest.join(" ").endsWith("--namespace mmrv")) return { items: inside };
      if (kinds === "gatewayclasses.gateway.io" && rest.includes("app.kubernetes.io/managed-by=Helm"))
        return { items: outside };
      throw new Error(`asked for ${kinds} ${rest.join(" ")}`);
    },
  };
  return answers as Partial<Kubectl> as Kubectl;
}

describe("what a cluster holds", () => {
  it("is counted by kind, in the namespace and, of what Helm made, outside of it", async () => {
    const contents = await contentsOf(
      holding([object("Service"), object("Service"), object("ConfigMap")], [object("GatewayClass")]),
    );
    expect(contents).toEqual({ Service: 2, ConfigMap: 1, GatewayClass: 1 });
  });

  it("is counted without what comes and goes by itself, Helm's records, and what is being deleted", async () => {
    const passing = ["ControllerRevision", "Endpoints", "EndpointSlice", "Event", "Job", "Lease", "ReplicaSet"];
    const contents = await contentsOf(
      holding(
        [
          ...passing.map((kind) => object(kind)),
          object("Secret", { type: "helm.sh/release.v1" }),
          object("Secret", { type: "Opaque" }),
          { kind: "Service", metadata: { name: "x", deletionTimestamp: "2026-12-01T00:00:00Z" } },
        ],
        [],
      ),
    );
    expect(contents).toEqual({ Secret: 1 });
  });

  it("counts pods only when they are Ready and stay", async () => {
    const going = { deletionTimestamp: "2026-12-01T00:00:00Z" };
    const pods = [pod("True"), pod("True"), pod("False"), pod("True", going), object("Pod")];
    expect(await contentsOf(holding(pods, []))).toEqual({ "Pods that are Ready": 2 });
  });
});
