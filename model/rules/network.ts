import type { Environment } from "../environment";
import { contains, overlaps, parseRange } from "../ranges";
import { type Issue, issue } from "./issue";
import { type Foreign, type Named, overlapIssues } from "./overlap";

/** Ranges that AKS keeps for itself: learn.microsoft.com/azure/aks/concepts-network-ip-address-planning. */
const RESERVED_BY_AKS = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

function subnetsOf({ addressPlan, runner }: Environment): Named[] {
  const subnets: Named[] = [
    ["addressPlan.nodes", addressPlan.nodes],
    ["addressPlan.apiServer", addressPlan.apiServer],
    ["addressPlan.privateEndpoints", addressPlan.privateEndpoints],
    ["addressPlan.firewall", addressPlan.firewall],
  ];
  if (runner.kind !== "none") subnets.push(["runner.addressPrefix", runner.addressPrefix]);
  return subnets;
}

const named = (path: string, cidrs: readonly string[]) => cidrs.map((cidr, index): Named => [`${path}.${index}`, cidr]);

/** Ranges of others that packets of ours must still find, and why. */
function foreignRanges({ aws, database }: Environment): Foreign[] {
  return [
    { ranges: named("aws.vpcCidrs", aws.vpcCidrs), why: "MMRV keeps talking to AWS" },
    {
      ranges: database.via === "peering" ? named("database.network.cidrs", database.network.cidrs) : [],
      why: "Azure peers no networks that overlap",
    },
  ];
}

export function overlappingRanges(environment: Environment): Issue[] {
  const { addressPlan } = environment;
  const ours: Named[] = [
    ["addressPlan.network", addressPlan.network],
    ["addressPlan.pods", addressPlan.pods],
    ["addressPlan.services", addressPlan.services],
  ];
  const reserved = RESERVED_BY_AKS.map((cidr): Named => ["", cidr]);
  return overlapIssues(ours, "a packet has one destination", [
    ...foreignRanges(environment),
    { ranges: reserved, why: "AKS keeps that range for itself" },
  ]);
}

export function misplacedSubnets(environment: Environment): Issue[] {
  const { network } = environment.addressPlan;
  const subnets = subnetsOf(environment);
  return [...outside(network, subnets), ...overlapIssues(subnets, "subnets of one network"), ...tooSmall(subnets)];
}

/** Subnets that are not in the network; when none is, it is the network that is wrong. */
function outside(network: string, subnets: readonly Named[]): Issue[] {
  const by = ["addressPlan.network"];
  const wellFormed = subnets.filter(([, cidr]) => !("issue" in parseRange(cidr)));
  const out = wellFormed.filter(([, cidr]) => !contains(network, cidr));
  if (out.length > 1 && out.length === wellFormed.length) {
    const must = `must hold ${out.map(([path, cidr]) => `${path} ${cidr}`).join(", ")} (they are its subnets)`;
    return [issue("addressPlan.network", network, must)];
  }
  return out.map(([path, cidr]) =>
    issue(path, cidr, `must be inside addressPlan.network ${network} (it is a subnet of it)`, by),
  );
}

function tooSmall(subnets: readonly Named[]): Issue[] {
  return subnets.flatMap(([path, cidr]) => {
    const parsed = parseRange(cidr);
    if ("issue" in parsed) return [];
    if (parsed.prefix > 28)
      return [issue(path, cidr, "must be /28 or larger (Azure keeps five addresses; the API server needs a /28)")];
    return path === "addressPlan.firewall" && parsed.prefix > 26
      ? [issue(path, cidr, "must be /26 or larger (Azure Firewall scales out into it)")]
      : [];
  });
}

/** Every node there may be, with the surge of an upgrade, which adds a third to each pool. */
const mostNodes = ({ nodePools }: Pick<Environment, "nodePools">) =>
  nodePools.reduce((sum, pool) => sum + pool.maxCount + Math.ceil(pool.maxCount / 3), 0);

/** Where the number of nodes comes from. */
const countsOf = ({ nodePools }: Pick<Environment, "nodePools">) =>
  nodePools.map((_, index) => `nodePools.${index}.maxCount`);

export function misplacedGateway({ addressPlan, egress, nodePools }: Environment): Issue[] {
  if (egress.via !== "firewall") return [];
  const [subnet, ip] = [parseRange(addressPlan.nodes), parseRange(`${egress.gatewayIp}/32`)];
  // A malformed one has an issue of its own; the parser alone would take 10.40.3 too.
  if ("issue" in subnet || "issue" in ip || egress.gatewayIp.split(".").length !== 4) return [];
  // Azure keeps the first four and the last, and gives nodes the ones that follow.
  const nodes = mostNodes({ nodePools });
  if (subnet.first + 4 + nodes <= ip.first && ip.first < subnet.last) return [];
  return [
    issue(
      "egress.gatewayIp",
      egress.gatewayIp,
      `must be inside addressPlan.nodes ${addressPlan.nodes}, not one of its first ${4 + nodes} or its last (Azure keeps five, and nodes take ${nodes} from the start)`,
      ["addressPlan.nodes", ...countsOf({ nodePools })],
    ),
  ];
}

/** Azure reserves five addresses in every subnet. */
export function tooSmallForTheNodes({ addressPlan, nodePools }: Environment): Issue[] {
  const nodes = mostNodes({ nodePools });
  const issues: Issue[] = [];
  const subnet = parseRange(addressPlan.nodes);
  if ("prefix" in subnet && 2 ** (32 - subnet.prefix) - 5 < nodes) {
    issues.push(
      issue(
        "addressPlan.nodes",
        addressPlan.nodes,
        `must hold ${nodes} nodes and Azure's five addresses (maxCount of every pool, and a third more during an upgrade)`,
        countsOf({ nodePools }),
      ),
    );
  }
  const pods = parseRange(addressPlan.pods);
  if ("prefix" in pods && 2 ** Math.max(0, 24 - pods.prefix) * (pods.prefix > 24 ? 0 : 1) < nodes) {
    issues.push(
      issue(
        "addressPlan.pods",
        addressPlan.pods,
        `must hold ${nodes} blocks of /24 (the overlay gives one to each node)`,
        countsOf({ nodePools }),
      ),
    );
  }
  const services = parseRange(addressPlan.services);
  if ("prefix" in services && (services.prefix > 24 || services.prefix < 12)) {
    issues.push(
      issue(
        "addressPlan.services",
        addressPlan.services,
        "must be /12 to /24 (AKS takes no larger one, and a smaller one runs out of services)",
      ),
    );
  }
  return issues;
}

/**
 * The widest public range that may reach the API server, as a prefix: 65,536 addresses, more than any office, VPN or
 * runner has. A wider one is a provider's, with the addresses of strangers in it.
 */
const WIDEST_PUBLIC = 16;

/** Ranges that are nobody's on the internet: IANA's special-purpose registry, RFC 1918, RFC 6598. */
const NOT_PUBLIC = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
  ...["224.0.0.0/4", "240.0.0.0/4"],
];

export function unfitRanges({ access }: Environment): Issue[] {
  if (access.via !== "authorizedRanges") return [];
  return access.ranges.flatMap((cidr, index) => {
    const path = `access.ranges.${index}`;
    const parsed = parseRange(cidr);
    if ("prefix" in parsed && parsed.prefix < WIDEST_PUBLIC) {
      const must = `must be /${WIDEST_PUBLIC} or smaller (a wider range lets strangers at the API server and the vaults)`;
      return [issue(path, cidr, must)];
    }
    if (NOT_PUBLIC.some((range) => overlaps(range, cidr))) {
      return [issue(path, cidr, "must be a public range (a request from the internet never comes from this one)")];
    }
    return access.ranges.indexOf(cidr) < index ? [issue(path, cidr, "must be listed once")] : [];
  });
}
