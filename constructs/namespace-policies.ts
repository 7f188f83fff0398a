import type { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";

type Labels = Readonly<Record<string, string>>;

/** Who is at the other end: pods of a namespace, or addresses that are no pod's and no node's (Cilium finds neither by address). */
export type Peer =
  | { readonly namespace: string; readonly pods: Labels }
  | { readonly range: string; readonly except?: readonly string[] };

/** What may pass although nothing else does. */
export interface Hole {
  /** @default whoever it is: pods, nodes, the internet, the API server */
  readonly peers?: readonly Peer[];
  /** Ports of whoever receives. By number: Cilium mistakes names on the way out (cilium/cilium#30003). @default every port of TCP */
  readonly ports?: readonly { readonly port: number; readonly protocol: "TCP" | "UDP" }[];
}

/** What the pods of one kind receive and send. What is in neither list never arrives; what the kubelet asks always does. */
export interface PodTraffic {
  readonly labels: Labels;
  readonly ingress: readonly Hole[];
  readonly egress: readonly Hole[];
}

export interface NamespacePoliciesProps {
  readonly namespace: NamespaceV1;
  /** By the name of the policy. */
  readonly pods: Readonly<Record<string, PodTraffic>>;
}

/**
 * A namespace in which nobody reaches anybody, and exact holes for the pods that it is there for.
 *
 * All holes of a pod are in one policy, because the first policy that selects a pod closes everything else: where pods run
 * already, they get their holes in the same moment. The denial for all others comes last, and goes first.
 */
export class NamespacePolicies extends Construct {
  /** What pods that start in the namespace depend on: then none has lived without its policy. */
  readonly ready: readonly TerraformResource[];

  constructor(scope: Construct, id: string, { namespace, pods }: NamespacePoliciesProps) {
    super(scope, id);
    const place = { namespace: namespace.metadata.name };
    const policyTypes = ["Ingress", "Egress"];
    const holes = Object.entries(pods).map(
      ([name, { egress, ingress, labels }]) =>
        new NetworkPolicyV1(this, name, {
          metadata: { name, ...place },
          spec: {
            podSelector: { matchLabels: { ...labels } },
            policyTypes,
            // No hole is no block, in HCL too.
            ingress: orNone(ingress.map(({ peers, ports }) => ({ from: peers?.map(peerOf), ports: portsOf(ports) }))),
            egress: orNone(egress.map(({ peers, ports }) => ({ to: peers?.map(peerOf), ports: portsOf(ports) }))),
          },
        }),
    );
    const denial = new NetworkPolicyV1(this, "default-deny", {
      metadata: { name: "default-deny", ...place },
      spec: { podSelector: {}, policyTypes },
      dependsOn: holes,
    });
    this.ready = [denial];
  }
}

const orNone = <T>(list: readonly T[]): T[] | undefined => (list.length === 0 ? undefined : [...list]);

const peerOf = (peer: Peer) =>
  "range" in peer
    ? { ipBlock: { cidr: peer.range, except: peer.except && [...peer.except] } }
    : {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peer.namespace } },
        podSelector: { matchLabels: { ...peer.pods } },
      };

const portsOf = (ports: Hole["ports"]) =>
  ports === undefined ? [{ protocol: "TCP" }] : ports.map(({ port, protocol }) => ({ port: String(port), protocol }));
