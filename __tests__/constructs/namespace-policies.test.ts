import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { describe, expect, it } from "vitest";
import { NamespacePolicies } from "../../constructs/namespace-policies";
import { policiesOf } from "../support/network-policies";
import { everyProvider } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

describe("NamespacePolicies", () => {
  let ready: readonly string[] = [];
  const { json } = synthStack((stack) => {
    everyProvider(stack);
    const namespace = new NamespaceV1(stack, "namespace", { metadata: { name: "controllers" } });
    const policies = new NamespacePolicies(stack, "policies", {
      namespace,
      pods: {
        server: {
          labels: { app: "server" },
          ingress: [{ ports: [{ port: 443, protocol: "TCP" }] }],
          egress: [
            { peers: [{ namespace: "other", pods: { app: "client" } }] },
            {
              peers: [{ range: "0.0.0.0/0", except: ["10.0.0.0/8"] }, { range: "10.1.0.0/28" }],
              ports: [{ port: 53, protocol: "UDP" }],
            },
          ],
        },
        silent: { labels: { app: "silent" }, ingress: [], egress: [] },
      },
    });
    ready = policies.ready.map(({ friendlyUniqueId }) => friendlyUniqueId);
  });
  const resources = Object.entries<Block>(json.resource.kubernetes_network_policy_v1);
  const named = (name: string) => {
    const [id, resource] = resources.find(([, { metadata }]) => metadata.name === name) ?? [];
    return { id: id ?? "", resource };
  };

  it("makes one policy for each kind of pod, with all of its holes in both directions", () => {
    const policyTypes = ["Ingress", "Egress"];
    expect(policiesOf(json)).toEqual([
      {
        metadata: { name: "default-deny", namespace: "controllers" },
        spec: { podSelector: {}, policyTypes },
      },
      {
        metadata: { name: "server", namespace: "controllers" },
        spec: {
          podSelector: { matchLabels: { app: "server" } },
          policyTypes,
          ingress: [{ ports: [{ port: 443, protocol: "TCP" }] }],
          egress: [
            {
              to: [
                {
                  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "other" } },
                  podSelector: { matchLabels: { app: "client" } },
                },
              ],
              ports: [{ protocol: "TCP" }],
            },
            {
              to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }, { ipBlock: { cidr: "10.1.0.0/28" } }],
              ports: [{ port: 53, protocol: "UDP" }],
            },
          ],
        },
      },
      {
        metadata: { name: "silent", namespace: "controllers" },
        spec: { podSelector: { matchLabels: { app: "silent" } }, policyTypes },
      },
    ]);
  });

  it("denies the rest last, and ends that first, so that pods which run already never stand without their holes", () => {
    const holes = ["server", "silent"].map((name) => `kubernetes_network_policy_v1.${named(name).id}`);
    expect(named("default-deny").resource.depends_on).toEqual(holes);
  });

  it("is ready when nothing is open any more", () => {
    expect(ready).toEqual([named("default-deny").id]);
  });
});
