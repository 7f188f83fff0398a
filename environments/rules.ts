import type { Environment, MaintenanceWindow } from "./environment";
import { nameFaults, namesOf } from "./naming";
import { contains, overlaps, parseRange } from "./ranges";

/** One thing that is wrong: where, what was found, and the sentence "must be Y (why)". */
export interface Fault {
  readonly path: string;
  readonly got: unknown;
  readonly must: string;
}

interface Rule {
  /** The fields that the rule looks at; it runs when each of them has the right shape. */
  readonly reads: readonly (keyof Environment)[];
  readonly faults: (environment: Environment) => Fault[];
}

/** Rules that span fields. Each is independent of the others, so that a user sees every fault at once. */
export const RULES: readonly Rule[] = [
  { reads: ["addressPlan", "aws"], faults: overlappingRanges },
  { reads: ["addressPlan", "runner"], faults: misplacedSubnets },
  { reads: ["addressPlan", "nodePools"], faults: tooSmallForTheNodes },
  { reads: ["access"], faults: unfitRanges },
  { reads: ["egress", "runner"], faults: runnerWithoutAWayOut },
  { reads: ["gitHub"], faults: halfOfTheIds },
  { reads: ["access", "runner"], faults: unreachableCluster },
  { reads: ["access", "registry"], faults: publicRegistryOfAPrivateCluster },
  { reads: ["kubernetes"], faults: controlPlane },
  { reads: ["nodePools"], faults: nodePools },
  { reads: ["budget"], faults: budgetStart },
  { reads: ["maintenance"], faults: freezes },
  { reads: ["region", "pairedRegion"], faults: samePair },
  { reads: ["name", "code", "suffix"], faults: longNames },
];

const fault = (path: string, got: unknown, must: string): Fault => ({ path, got, must });

/** Ranges that AKS keeps for itself: learn.microsoft.com/azure/aks/concepts-network-ip-address-planning. */
const RESERVED_BY_AKS = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

type Named = readonly [path: string, cidr: string];

function subnetsOf({ addressPlan, runner }: Environment): Named[] {
  const subnets: Named[] = [
    ["addressPlan.nodes", addressPlan.nodes],
    ["addressPlan.apiServer", addressPlan.apiServer],
    ["addressPlan.privateEndpoints", addressPlan.privateEndpoints],
  ];
  if (runner.kind !== "none") subnets.push(["runner.addressPrefix", runner.addressPrefix]);
  return subnets;
}

const awsRanges = ({ aws }: Environment) => aws.vpcCidrs.map((cidr, index): Named => [`aws.vpcCidrs.${index}`, cidr]);

function overlappingRanges(environment: Environment): Fault[] {
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
    for (const [other, taken] of awsRanges(environment)) {
      if (overlaps(cidr, taken))
        faults.push(fault(path, cidr, `must be apart from ${other} ${taken} (MMRV keeps talking to AWS)`));
    }
    for (const taken of RESERVED_BY_AKS) {
      if (overlaps(cidr, taken))
        faults.push(fault(path, cidr, `must be apart from ${taken} (AKS keeps that range for itself)`));
    }
  }
  return faults;
}

function misplacedSubnets(environment: Environment): Fault[] {
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
  }
  return faults;
}

/** Azure reserves five addresses in every subnet; an upgrade adds a surge of a third to each pool. */
function tooSmallForTheNodes({ addressPlan, nodePools }: Environment): Fault[] {
  const nodes = nodePools.reduce((sum, pool) => sum + pool.maxCount + Math.ceil(pool.maxCount / 3), 0);
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

function unfitRanges({ access }: Environment): Fault[] {
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

function runnerWithoutAWayOut({ egress, runner }: Environment): Fault[] {
  if (runner.kind === "none" || egress.via !== "loadBalancer") return [];
  return [
    fault(
      "egress.via",
      egress.via,
      "must be natGateway with a runner (the cluster's load balancer carries nodes only, and subnets have no other way out)",
    ),
  ];
}

function halfOfTheIds({ gitHub: { ownerId, backend, frontend } }: Environment): Fault[] {
  const given = [ownerId, backend.repositoryId, frontend.repositoryId].filter((id) => id !== undefined).length;
  if (given === 0 || given === 3) return [];
  return [
    fault(
      "gitHub",
      `${given} of 3 ids`,
      "must have ownerId and both repositoryIds, or none of them (a token names all or none)",
    ),
  ];
}

function unreachableCluster({ access, runner }: Environment): Fault[] {
  if (access.via !== "private" || runner.kind !== "none") return [];
  return [
    fault(
      "runner.kind",
      runner.kind,
      "must be gitHub or agent (access is private: nothing outside the network could deploy)",
    ),
  ];
}

function publicRegistryOfAPrivateCluster({ access, registry }: Environment): Fault[] {
  if (access.via !== "private" || registry.tier === "Premium") return [];
  return [
    fault(
      "registry.tier",
      registry.tier,
      "must be Premium (access is private, and only Premium takes a private endpoint)",
    ),
  ];
}

function controlPlane({ kubernetes: { version, upgradeChannel, tier, costAnalysis } }: Environment): Fault[] {
  const faults: Fault[] = [];
  if (upgradeChannel !== "none" && version.split(".").length > 2) {
    faults.push(
      fault(
        "kubernetes.version",
        version,
        `must be ${version.split(".", 2).join(".")} (the channel installs patches; a pinned one would be planned back)`,
      ),
    );
  }
  if (costAnalysis && tier === "Free") {
    faults.push(
      fault("kubernetes.costAnalysis", costAnalysis, "must be false on the Free tier (AKS offers it from Standard on)"),
    );
  }
  return faults;
}

/** Local disk of the Ddsv5 and Dadsv5 sizes, in GiB for each vCPU: learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/ddsv5-series. */
const LOCAL_GIB_PER_VCPU = 37.5;

function nodePools({ nodePools: pools }: Environment): Fault[] {
  const faults: Fault[] = [];
  const system = pools.filter((pool) => pool.mode === "System").length;
  if (system !== 1)
    faults.push(
      fault(
        "nodePools",
        `${system} System pools`,
        "must be exactly one System pool (it is the cluster's default pool)",
      ),
    );
  if (system === pools.length)
    faults.push(
      fault(
        "nodePools",
        "0 User pools",
        "must be at least one User pool (the System pool is tainted: MMRV would never start)",
      ),
    );
  for (const [index, pool] of pools.entries()) {
    const path = `nodePools.${index}`;
    if (pools.findIndex((other) => other.name === pool.name) < index)
      faults.push(fault(`${path}.name`, pool.name, "must be a name that no other pool has"));
    if (pool.minCount > pool.maxCount)
      faults.push(fault(`${path}.minCount`, pool.minCount, `must be at most maxCount ${pool.maxCount}`));
    const [, vCpus, features] = /^Standard_[A-Z]+(\d+)([a-z]*)/.exec(pool.vmSize) ?? [];
    if (!features?.includes("d")) {
      faults.push(
        fault(
          `${path}.vmSize`,
          pool.vmSize,
          "must be a size with a local disk, such as Standard_D4ds_v5 (the OS disk is ephemeral)",
        ),
      );
    } else if (/^Standard_D\d+a?ds_v5$/.test(pool.vmSize) && pool.osDiskGb > Number(vCpus) * LOCAL_GIB_PER_VCPU) {
      faults.push(
        fault(
          `${path}.osDiskGb`,
          pool.osDiskGb,
          `must be at most ${Number(vCpus) * LOCAL_GIB_PER_VCPU} (the local disk of ${pool.vmSize})`,
        ),
      );
    }
  }
  return faults;
}

function budgetStart({ budget: { startDate } }: Environment): Fault[] {
  return startDate.endsWith("-01")
    ? []
    : [
        fault(
          "budget.startDate",
          startDate,
          `must be ${startDate.slice(0, 8)}01 (Azure takes the first day of a month only)`,
        ),
      ];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;
const WEEK = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Whether the window opens or is still open on a day between `from` and `to`, both included, by the window's own clock. */
function touches({ dayOfWeek, startTime, durationHours }: MaintenanceWindow, from: string, to: string): boolean {
  // AKS reads the dates in the window's offset, so the offset cancels out.
  const [start, end] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`) + DAY];
  for (let day = start - DAY; day < end; day += DAY) {
    if (WEEK[new Date(day).getUTCDay()] !== dayOfWeek) continue;
    const opens = Date.parse(`${new Date(day).toISOString().slice(0, 10)}T${startTime}:00Z`);
    if (opens < end && opens + durationHours * HOUR > start) return true;
  }
  return false;
}

function freezes({ maintenance: { cluster, nodes, freezes: all } }: Environment): Fault[] {
  return all.flatMap(({ from, to }, index) => {
    const path = `maintenance.freezes.${index}`;
    // A date or a time that is none has a fault of its own.
    if (Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return [];
    if (from > to) return [fault(`${path}.to`, to, `must be ${from} or later (a freeze ends after it begins)`)];
    if (touches(cluster, from, to) || touches(nodes, from, to)) return [];
    const days = [...new Set([cluster.dayOfWeek, nodes.dayOfWeek])].join(" or ");
    return [
      fault(
        path,
        `${from} to ${to}`,
        `must cover a ${days} on which a window opens (outside of every window it stops nothing)`,
      ),
    ];
  });
}

function samePair({ region, pairedRegion }: Environment): Fault[] {
  return region === pairedRegion
    ? [fault("pairedRegion", pairedRegion, "must be another region than region (it takes over when that one is down)")]
    : [];
}

function longNames(environment: Environment): Fault[] {
  return nameFaults(namesOf(environment)).map(({ got, must }) => fault("name", got, must));
}
