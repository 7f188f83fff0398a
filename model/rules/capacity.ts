import type { Environment } from "../environment";
import { allocatableOf, FLUX_CONTROLLERS, type Room } from "../node-capacity";
import { mebibytes, milliCpu } from "../quantities";
import type { PlatformValues } from "../schema/platform";
import type { Workload } from "../schema/workload";
import { type Issue, issue } from "./issue";

/** Every release of an environment that asks for room, as its values say. */
export interface Tenants {
  readonly applications: ReadonlyMap<string, { readonly isWorker: boolean; readonly workload: Workload }>;
  readonly platform: PlatformValues;
}

/** Pods of one kind, at their most: a server with its surge, a consumer with its, a job at its time. */
interface Pods {
  readonly what: string;
  readonly count: number;
  readonly each: Room & { readonly limitMebibytes: number };
}

/** As the Deployments of charts/mmrv-app say: maxSurge 25 % of a server, rounded up, and one of a consumer. */
const surged = (replicas: number): number => replicas + Math.ceil(replicas / 4);

/** What charts/mmrv-app asks for a container's log. */
const LOG_MEBIBYTES = 250;

/** A container, and the folders that are its own. */
interface Container {
  readonly resources: Workload["resources"];
  readonly volumes?: Workload["volumes"];
}

/** Of a pod: Kubernetes adds up its containers, and sidecars that start first with them. */
function roomOf(containers: readonly Container[]): Pods["each"] {
  const sum = (of: (container: Container) => number) => containers.reduce((all, one) => all + of(one), 0);
  return {
    milliCpu: sum(({ resources }) => milliCpu(resources.requests.cpu)),
    mebibytes: sum(({ resources }) => mebibytes(resources.requests.memory)),
    diskMebibytes: sum(({ volumes = [] }) => volumes.reduce((all, { size }) => all + mebibytes(size), LOG_MEBIBYTES)),
    limitMebibytes: sum(({ resources }) => mebibytes(resources.limits.memory)),
  };
}

function podsOf(
  name: string,
  { isWorker, workload }: { readonly isWorker: boolean; readonly workload: Workload },
): Pods[] {
  const { autoscaling, consumers, cronJobs, migration, replicas, resources, sidecars, volumes, workers } = workload;
  const of = (what: string, count: number, own: Workload["resources"], beside: readonly Container[] = []): Pods => ({
    what,
    count,
    each: roomOf([{ resources: own, volumes }, ...beside]),
  });
  const most = autoscaling.enabled ? autoscaling.maxReplicas : replicas;
  return [
    ...(isWorker ? [] : [of(name, surged(most), resources, Object.values(sidecars))]),
    ...(migration.enabled ? [of(`${name}'s migration`, 1, resources)] : []),
    // Cron jobs are there while AWS runs them, suspended; none of them asks for room then.
    ...(workers === "azure"
      ? [
          ...Object.entries(consumers).map(([part, one]) => of(`${name}-${part}`, one.replicas + 1, one.resources)),
          ...Object.entries(cronJobs).map(([part, one]) => of(`${name}-${part}`, 1, one.resources)),
        ]
      : []),
  ];
}

/** A dimension of room: what the quota calls it, how it is written, how much of it a pod asks for. */
interface Dimension {
  readonly of: (pods: Pods) => number;
  readonly written: (amount: number) => string;
}

const CPU: Dimension = { of: ({ count, each }) => count * each.milliCpu, written: (milli) => `${milli}m` };
const MEMORY: Dimension = { of: ({ count, each }) => count * each.mebibytes, written: (count) => `${count}Mi` };
const LIMITS: Dimension = { of: ({ count, each }) => count * each.limitMebibytes, written: (count) => `${count}Mi` };
const DISK: Dimension = { of: ({ count, each }) => count * each.diskMebibytes, written: (count) => `${count}Mi` };
const COUNT: Dimension = { of: ({ count }) => count, written: String };

const sumOf = (all: readonly Pods[], { of }: Dimension): number => all.reduce((sum, pods) => sum + of(pods), 0);

/** The sum, as a person adds it up: "backend 4 × 250m, frontend 4 × 250m". */
const addends = (all: readonly Pods[], { of, written }: Dimension): string =>
  all.map((pods) => `${pods.what} ${pods.count} × ${written(of(pods) / pods.count)}`).join(", ");

const demand = ({ applications }: Tenants): Pods[] =>
  [...applications].flatMap(([name, application]) => podsOf(name, application));

/** What the namespace's quota lets in must hold all of them at once: what does not fit is not there, without a word. */
export function overQuota(tenants: Tenants): Issue[] {
  const { quota } = tenants.platform;
  const all = demand(tenants);
  const limits = [
    ["requestsCpu", CPU, milliCpu(quota.requestsCpu)],
    ["requestsMemory", MEMORY, mebibytes(quota.requestsMemory)],
    ["limitsMemory", LIMITS, mebibytes(quota.limitsMemory)],
    ["pods", COUNT, quota.pods],
  ] as const;
  return limits.flatMap(([key, dimension, limit]) => {
    const sum = sumOf(all, dimension);
    if (sum <= limit) return [];
    const must = `must be at least ${dimension.written(sum)}, for all pods at once and the new ones of a rollout (${addends(all, dimension)})`;
    return [issue(`quota.${key}`, quota[key], must)];
  });
}

/** What of an environment's file says how much room there is. */
export type Ground = Pick<Environment, "gitOps" | "nodePools">;

/** They stand wherever there is room: Azure/AKS#4734. */
const FLUX: readonly Pods[] = Object.entries(FLUX_CONTROLLERS).map(([what, room]) => ({
  what,
  count: 1,
  each: { ...room, diskMebibytes: 0, limitMebibytes: 0 },
}));

/**
 * What the User pools hold at their most, and one node of theirs. Pools of a size that no table lists hold nobody knows how
 * much, so nothing is judged; Kubernetes' own pods and those of the add-ons are not counted.
 */
export function overNodes({ gitOps, nodePools }: Ground, tenants: Tenants): Issue[] {
  const pools = nodePools.filter(({ mode }) => mode === "User");
  const rooms = pools.flatMap((pool) => {
    const room = allocatableOf(pool);
    return room === undefined ? [] : [{ maxCount: pool.maxCount, room, vmSize: pool.vmSize }];
  });
  if (rooms.length < pools.length || pools.length === 0) return [];
  const { gateway } = tenants.platform;
  const envoys: Pods = {
    what: "the gateway",
    count: gateway.maxReplicas,
    each: {
      milliCpu: milliCpu(gateway.requestsCpu),
      mebibytes: mebibytes(gateway.requestsMemory),
      diskMebibytes: 0,
      limitMebibytes: mebibytes(gateway.limitsMemory),
    },
  };
  const all = [...demand(tenants), envoys, ...(gitOps.via === "none" ? [] : FLUX)];
  const held = rooms.map(({ maxCount, vmSize }) => `${maxCount} × ${vmSize}`).join(", ");
  return (
    [
      ["CPU", CPU, "milliCpu"],
      ["memory", MEMORY, "mebibytes"],
      ["disk", DISK, "diskMebibytes"],
    ] as const
  ).flatMap(([what, dimension, key]) => {
    const inAll = rooms.reduce((sum, { maxCount, room }) => sum + maxCount * room[key], 0);
    const inOne = Math.max(...rooms.map(({ room }) => room[key]));
    const tooLarge = all.filter(({ each }) => each[key] > inOne);
    if (tooLarge.length > 0) {
      const names = tooLarge.map((pods) => `${pods.what} ${dimension.written(pods.each[key])}`).join(", ");
      return [
        issue(
          "nodePools",
          held,
          `must have a node that holds the largest pod's ${what} (${names}; a node has ${dimension.written(inOne)} for pods)`,
        ),
      ];
    }
    const sum = sumOf(all, dimension);
    if (sum <= inAll) return [];
    return [
      issue(
        "nodePools",
        held,
        `must hold the ${what} of all pods at once and of a rollout's new ones, ${dimension.written(sum)} (${addends(all, dimension)}; these hold ${dimension.written(inAll)}, without what runs on every node)`,
      ),
    ];
  });
}
