import ipaddr from "ipaddr.js";
import { expect } from "vitest";
import { isSelected } from "./chart-objects";
import type { Block } from "./synth";

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}
interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
interface Port {
  readonly port?: number | string;
  readonly endPort?: number;
  readonly protocol: string;
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}
export interface Policy {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly ("Ingress" | "Egress")[];
    readonly ingress?: readonly Rule[];
    readonly egress?: readonly Rule[];
  };
}

export interface Pod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What its ports are called. */
  readonly ports: Readonly<Record<string, number>>;
}
/** A pod, or an address that is no pod's. */
type End = Pod | string;

export interface Call {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

const isPod = (end: End): end is Pod => typeof end !== "string";
const contains = (cidr: string, address: string) => ipaddr.parse(address).match(ipaddr.parseCIDR(cidr));

/** Equalities only: another kind of selector would be read as none, and let everybody in. */
function chooses(selector: Selector, labels: Pod["labels"]): boolean {
  const { matchLabels = {}, ...more } = selector;
  expect(more).toEqual({});
  return isSelected(labels, matchLabels);
}

function isPeer({ ipBlock, namespaceSelector, podSelector, ...more }: Peer, end: End, namespace?: string): boolean {
  expect(more).toEqual({});
  if (!isPod(end)) {
    if (!ipBlock) return false;
    return contains(ipBlock.cidr, end) && !(ipBlock.except ?? []).some((range) => contains(range, end));
  }
  // Cilium selects no pod by its address.
  if (ipBlock) return false;
  const isThere = namespaceSelector
    ? chooses(namespaceSelector, { "kubernetes.io/metadata.name": end.namespace })
    : end.namespace === namespace;
  return isThere && chooses(podSelector ?? {}, end.labels);
}

/** What Kubernetes makes of network policies: the sender must be let out, and the receiver must let in. */
export function isAllowed(policies: readonly Policy[], { from, port, protocol = "TCP", to }: Call): boolean {
  const passes = (direction: "Ingress" | "Egress", self: End, other: End): boolean => {
    if (!isPod(self)) return true;
    const about = policies.filter(
      ({ metadata, spec }) =>
        metadata.namespace === self.namespace &&
        spec.policyTypes.includes(direction) &&
        chooses(spec.podSelector, self.labels),
    );
    if (about.length === 0) return true;
    return about.some(({ metadata: { namespace }, spec }) =>
      ((direction === "Ingress" ? spec.ingress : spec.egress) ?? []).some(({ from: senders, ports, to: receivers }) => {
        const peers = direction === "Ingress" ? senders : receivers;
        return (
          isAnyOr(peers, (peer) => isPeer(peer, other, namespace)) &&
          isAnyOr(ports, (one) => one.protocol === protocol && isOf(one, port, to))
        );
      }),
    );
  };
  return passes("Egress", from, to) && passes("Ingress", to, from);
}

/** A list that is missing or empty stands for everybody, or every port. */
const isAnyOr = <T>(list: readonly T[] = [], isMeant: (one: T) => boolean): boolean =>
  list.length === 0 || list.some(isMeant);

function isOf({ endPort, port: first }: Port, port: number, receiver: End): boolean {
  if (first === undefined) return true;
  const from = numberOf(first, receiver);
  return from !== undefined && from <= port && port <= (endPort ?? from);
}

const numberOf = (port: number | string, receiver: End): number | undefined =>
  typeof port === "number" ? port : isPod(receiver) ? receiver.ports[port] : undefined;

/** The policies of a synthesized stack, as the provider sends them to the API server. */
export function policiesOf({ resource }: Block): Policy[] {
  const namespaceOf = (reference: string): string => {
    const [, id = ""] = /^\$\{kubernetes_namespace_v1\.([\w-]+)\.metadata\[0\]\.name\}$/.exec(reference) ?? [];
    return resource.kubernetes_namespace_v1[id].metadata.name;
  };
  return Object.values<Block>(resource.kubernetes_network_policy_v1).map(({ metadata, spec }) => ({
    metadata: { name: metadata.name, namespace: namespaceOf(metadata.namespace) },
    spec: renamed(spec) as Policy["spec"],
  }));
}

/** Terraform's names are Kubernetes' in another case; a port, which may be a name, is a text there. Labels stay as they are. */
function renamed(value: unknown, at = ""): unknown {
  if (at === "port") return /^\d+$/.test(String(value)) ? Number(value) : value;
  if (at === "matchLabels" || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => renamed(one));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const ours = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      return [ours, renamed(one, ours)];
    }),
  );
}
