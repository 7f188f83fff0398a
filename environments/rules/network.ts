import type { Environment } from "../environment";
import { contains, overlaps, parseRange } from "../ranges";
import { type Fault, fault } from "./fault";

/** Ranges that AKS keeps for itself: learn.microsoft.com/azure/aks/concepts-network-ip-address-planning. */
const RESERVED_BY_AKS = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

type Named = readonly [path: string, cidr: string];

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
function foreignRanges({ aws, database }: Environment): { ranges: Named[]; why: string }[] {
  return [
    { ranges: named("aws.vpcCidrs", aws.vpcCidrs), why: "MMRV keeps talking to AWS" },
    {
      ranges: database.via === "peering" ? named("database.network.cidrs", database.network.cidrs) : [],
      why: "Azure peers no networks that overlap",
    },
  ];
}

export function overlappingRanges(environment: Environment): Fault[] {
  const { addressPlan } = environment;
  const ours: Named[] = [
    ["addressPlan.network", addressPlan.network],
    ["addressPlan.pods", addressPlan.pods],
    ["addressPlan.services", addressPlan.services],
  ];
  const faults: Fault[] = [];
  for (const [index, [path, cidr]] of ours.entries()) {
    for (const [other, taken] of ours.slice(0, index)) {
      if (overlaps(cidr, taken))
        faults.push(fault(path, cidr, `must be apart from ${other} ${taken} (a packet has one destination)`));
    }
    for (const { ranges, why } of foreignRanges(environment)) {
      for (const [other, taken] of ranges) {
        if (overlaps(cidr, taken)) faults.push(fault(path, cidr, `must be apart from ${other} ${taken} (${why})`));
      }
    }
    for (const taken of RESERVED_BY_AKS) {
      if (overlaps(cidr, taken))
        faults.push(fault(path, cidr, `must be apart from ${taken} (AKS keeps that range for itself)`));
    }
  }
  return faults;
}

export function misplacedSubnets(environment: Environment): Fault[] {
  const { network } = environment.addressPlan;
  const subnets = subnetsOf(environment);
  const faults = subnets.flatMap(([path, cidr], index) => [
    ...(contains(network, cidr) || "fault" in parseRange(cidr)
      ? []
      : [fault(path, cidr, `must be inside addressPlan.network ${network} (it is a subnet of it)`)]),
    ...subnets
      .slice(0, index)
      .filter(([, taken]) => overlaps(cidr, taken))
      .map(([other, taken]) => fault(path, cidr, `must be apart from ${other} ${taken} (subnets of one network)`)),
  ]);
  for (const [path, cidr] of subnets) {
    const parsed = parseRange(cidr);
    if ("prefix" in parsed && parsed.prefix > 28)
      faults.push(fault(path, cidr, "must be /28 or larger (Azure keeps five addresses; the API server needs a /28)"));
    if ("prefix" in parsed && path === "addressPlan.firewall" && parsed.prefix > 26 && parsed.prefix <= 28)
      faults.push(fault(path, cidr, "must be /26 or larger (Azure Firewall scales out into it)"));
  }
  return faults;
}

/** Every node there may be, with the surge of an upgrade, which adds a third to each pool. */
const mostNodes = ({ nodePools }: Pick<Environment, "nodePools">) =>
  nodePools.reduce((sum, pool) => sum + pool.maxCount + Math.ceil(pool.maxCount / 3), 0);

export function misplacedGateway({ addressPlan, egress, nodePools }: Environment): Fault[] {
  if (egress.via !== "firewall") return [];
  const [subnet, ip] = [parseRange(addressPlan.nodes), parseRange(`${egress.gatewayIp}/32`)];
  // A malformed one has a fault of its own; the parser alone would take 10.40.3 too.
  if ("fault" in subnet || "fault" in ip || egress.gatewayIp.split(".").length !== 4) return [];
  // Azure keeps the first four and the last, and gives nodes the ones that follow.
  const nodes = mostNodes({ nodePools });
  if (subnet.first + 4 + nodes <= ip.first && ip.first < subnet.last) return [];
  return [
    fault(
      "egress.gatewayIp",
      egress.gatewayIp,
      `must be inside addressPlan.nodes ${addressPlan.nodes}, not one of its first ${4 + nodes} or its last (Azure keeps five, and nodes take ${nodes} from the start)`,
    ),
  ];
}

/** Azure reserves five addresses in every subnet. */
export function tooSmallForTheNodes({ addressPlan, nodePools }: Environment): Fault[] {
  const nodes = mostNodes({ nodePools });
  const faults: Fault[] = [];
  const subnet = parseRange(addressPlan.nodes);
  if ("prefix" in subnet && 2 ** (32 - subnet.prefix) - 5 < nodes) {
    faults.push(
      fault(
        "addressPlan.nodes",
        addressPlan.nodes,
        `must hold ${nodes} nodes and Azure's five addresses (maxCount of every pool, and a third more during an upgrade)`,
      ),
    );
  }
  const pods = parseRange(addressPlan.pods);
  if ("prefix" in pods && 2 ** Math.max(0, 24 - pods.prefix) * (pods.prefix > 24 ? 0 : 1) < nodes) {
    faults.push(
      fault(
        "addressPlan.pods",
        addressPlan.pods,
        `must hold ${nodes} blocks of /24 (the overlay gives one to each node)`,
      ),
    );
  }
  const services = parseRange(addressPlan.services);
  if ("prefix" in services && (services.prefix > 24 || services.prefix < 12)) {
    faults.push(
      fault(
        "addressPlan.services",
        addressPlan.services,
        "must be /12 to /24 (AKS takes no larger one, and a smaller one runs out of services)",
      ),
    );
  }
  return faults;
}

/** Ranges that are nobody's on the internet: IANA's special-purpose registry, RFC 1918, RFC 6598. */
const NOT_PUBLIC = ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

export function unfitRanges({ access }: Environment): Fault[] {
  if (access.via !== "authorizedRanges") return [];
  return access.ranges.flatMap((cidr, index) => {
    const path = `access.ranges.${index}`;
    const parsed = parseRange(cidr);
    if ("prefix" in parsed && parsed.prefix < 8) {
      return [fault(path, cidr, "must be /8 or smaller (this lets the whole internet at the API server)")];
    }
    if (NOT_PUBLIC.some((range) => overlaps(range, cidr))) {
      return [fault(path, cidr, "must be a public range (a request from the internet never comes from this one)")];
    }
    return [];
  });
}
