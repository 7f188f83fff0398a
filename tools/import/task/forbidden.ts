import type { At } from "../at";
import type { Question } from "../question";

type Decided = Pick<Question, "risk" | "asks" | "without"> & {
  readonly id: string;
  readonly at: (container: At) => At;
};

/** What a container may have on ECS and no pod of ours has: each is one question, wherever it occurs. */
export const DECIDED: readonly Decided[] = [
  {
    id: "privileged",
    at: (container) => container.at("privileged"),
    risk: "does not start",
    asks: "It is privileged, which Pod Security refuses. What does it do to its host?",
    without: "it runs without privileges",
  },
  {
    id: "capabilities",
    at: (container) => container.at("linuxParameters", "capabilities", "add"),
    risk: "does not start",
    asks: "It adds capabilities of Linux, which Pod Security refuses. What does it need them for?",
    without: "it runs without any",
  },
  {
    id: "devices",
    at: (container) => container.at("linuxParameters", "devices"),
    risk: "does not start",
    asks: "It uses a device of its host, which Pod Security refuses. What is it for?",
    without: "it has no such device",
  },
  {
    id: "sysctls",
    at: (container) => container.at("systemControls"),
    risk: "does not start",
    asks: "It sets parameters of the kernel, for which the chart has no word. Does the application need them?",
    without: "the node's values hold",
  },
  {
    id: "links",
    at: (container) => container.at("links"),
    risk: "unreachable",
    asks: "It calls another container by a name of Docker's. Containers of a pod reach each other on localhost alone.",
    without: "the name is not found",
  },
  {
    id: "names",
    at: (container) => container.at("extraHosts"),
    risk: "unreachable",
    asks: "It knows hosts by a list of its own. Who must be found by it? Pods ask the cluster's DNS.",
    without: "the names are looked up as all others",
  },
  {
    id: "dns",
    at: (container) => container.at("dnsServers"),
    risk: "unreachable",
    asks: "It asks name servers of its own. Which names do only they know?",
    without: "pods ask the cluster's DNS",
  },
  {
    id: "dns",
    at: (container) => container.at("dnsSearchDomains"),
    risk: "unreachable",
    asks: "It asks name servers of its own. Which names do only they know?",
    without: "pods ask the cluster's DNS",
  },
  {
    id: "networking",
    at: (container) => container.at("disableNetworking"),
    risk: "access lost",
    asks: "It may not use the network on ECS. Why? The containers of a pod share one network.",
    without: "it has the pod's network",
  },
  {
    id: "gpu",
    at: (container) => container.at("resourceRequirements"),
    risk: "does not start",
    asks: "It wants a GPU or an accelerator. Which nodes have one? No pool of ours has.",
    without: "it runs without one",
  },
  {
    id: "volumes-from",
    at: (container) => container.at("volumesFrom"),
    risk: "does not start",
    asks: "It sees the folders of another container's image. What does it take from there? Its own image must have that.",
    without: "the folders are not there",
  },
];
