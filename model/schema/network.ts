import { z } from "zod";
import { integer, oneOf, outboundHost, range, strictObject, text, union } from "../fields";

/** The network of an environment, who reaches it, and how traffic leaves it. */

const natGateway = {
  addresses: integer(1, 16, "a NAT gateway's limit").describe(
    "How many public addresses traffic leaves from, 64,512 ports each; all of them belong in allow-lists.",
  ),
  idleTimeoutMinutes: integer(4, 120, "Azure's limits").describe("How long an idle connection is kept, in minutes."),
};

const runnerSubnet = { addressPrefix: range.describe("The range of the runner's subnet, inside the network.") };

export const addressPlan = strictObject({
  network: range.describe("The virtual network."),
  nodes: range.describe("The subnet of the nodes: one address a node, pods have their own range."),
  apiServer: range.describe("The subnet that the API server is projected into; /28 or larger."),
  privateEndpoints: range.describe("The subnet of private endpoints."),
  firewall: range.describe("The firewall's subnet, /26 or larger; kept free while traffic leaves another way."),
  pods: range.describe("The overlay's pods; /24 of it goes to each node."),
  services: range.describe("Kubernetes services; outside the network."),
}).describe("The IPv4 ranges.");

export const access = union("via", "authorizedRanges or private", [
  strictObject(
    {
      via: z.literal("authorizedRanges").describe("From the internet, from these ranges only."),
      ranges: z
        .array(range, "must be a list of IPv4 ranges")
        .min(1, "must be at least one range (with none the API server answers nobody, not even a deployment)")
        .max(200, "must be at most 200 ranges (AKS limit)")
        .describe("The public ranges of your office, VPN and runners, which may reach the API server and the vaults."),
    },
    "a public API server is filtered by ranges and by nothing else",
  ),
  strictObject(
    { via: z.literal("private").describe("From inside the network only.") },
    "a private API server has no public address to filter",
  ),
]).describe("Who reaches the API server, the vaults and a Premium registry; a Standard registry has no filter.");

export const egress = union("via", "loadBalancer, natGateway or firewall", [
  strictObject(
    {
      via: z.literal("loadBalancer").describe("Through the cluster's load balancer."),
      address: oneOf(["own", "managed", "unset"]).describe(
        "own for our egress address; managed and unset only while moving to and from another shape (docs/egress.md).",
      ),
    },
    "the load balancer has an address and nothing else",
  ),
  strictObject(
    {
      via: z.literal("natGateway").describe("Through a NAT gateway: more connections at once."),
      ...natGateway,
    },
    "a NAT gateway has addresses and an idle timeout, nothing else",
  ),
  strictObject(
    {
      via: z
        .literal("firewall")
        .describe("Through Azure Firewall, which lets out only what is listed, and a NAT gateway behind it."),
      ...natGateway,
      tier: oneOf(["Standard", "Premium"]).describe(
        "Premium adds intrusion prevention; Basic has no DNS proxy, which rules by host name need.",
      ),
      routing: oneOf(["prepared", "active"]).describe(
        "prepared builds the firewall while nodes still use the NAT gateway; active sends them through it (docs/egress.md).",
      ),
      gatewayIp: z
        .ipv4("must be an IPv4 address such as 10.40.3.250 (the firewall sends users there)")
        .describe("The gateway's private address, in addressPlan.nodes; AKS counts from the other end."),
      hosts: z
        .array(outboundHost, "must be a list of host names")
        .describe("What MMRV calls on the internet besides aws.endpoints: mail, payments, error tracking."),
    },
    "the firewall has no such setting; model/schema/network.ts lists them",
  ),
]).describe("How traffic leaves; the public egress address is the same in every shape.");

export const runner = union("kind", "none, gitHub or agent", [
  strictObject({ kind: z.literal("none").describe("Nobody inside.") }, "without a runner there is no subnet for it"),
  strictObject({
    kind: z.literal("gitHub").describe("GitHub-hosted runners."),
    ...runnerSubnet,
    label: text(/^[\w.-]{1,256}$/, "must be the label of a runner (workflows ask for it)").describe(
      "What workflows ask for in runs-on: the label of the runner group's runners.",
    ),
  }),
  strictObject({ kind: z.literal("agent").describe("An HCP Terraform agent."), ...runnerSubnet }),
]).describe(
  "Who runs inside the network: nobody, GitHub-hosted runners injected into a subnet, or an HCP Terraform agent.",
);
