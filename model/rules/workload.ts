import { aliasesOf, firstHostOf, publicNamesOf, servingNamesOf } from "../domains";
import type { Environment } from "../environment";
import { mebibytes, milliCpu } from "../quantities";
import type { Application } from "../schema/application";
import type { Worker, Workload } from "../schema/workload";
import { type Issue, issue } from "./issue";
import { sharedPorts, sidecarsOfTheApplicationsName, unfitMounts, unfitProbes } from "./sidecars";
import { plainSecretsOfSidecars, secretsInPlainView, variablesOfSidecars, variablesTwice } from "./variables";

/** Rules that span fields of an application's Helm values. */
interface WorkloadRule {
  /** The values that the rule looks at; it runs when each of them has the right shape. */
  readonly reads: readonly (keyof Workload)[];
  /** The fields of the environment that the rule goes by; it runs when nothing is wrong with them. @default none */
  readonly readsOfEnvironment?: readonly (keyof Environment)[];
  readonly issues: (workload: Workload, environment: Environment, application: Application) => Issue[];
}

export const WORKLOAD_RULES: readonly WorkloadRule[] = [
  { reads: ["image"], issues: tagWithoutDigest },
  { reads: ["resources", "consumers", "cronJobs", "sidecars"], issues: limitsBelowRequests },
  { reads: ["consumers", "cronJobs", "sidecars"], issues: processesWithoutWords },
  { reads: ["env", "secrets"], issues: variablesTwice },
  { reads: ["env"], issues: secretsInPlainView },
  { reads: ["volumes"], issues: volumesTwice },
  { reads: ["migration"], issues: migrationWithoutWords },
  { reads: ["workers", "consumers", "cronJobs"], issues: workNowhere },
];

/** Of an application with a server. */
export const SERVER_RULES: readonly WorkloadRule[] = [
  { reads: ["autoscaling"], issues: minimumAboveMaximum },
  { reads: ["shutdown", "routes"], issues: tooLittleGrace },
  { reads: ["routes"], readsOfEnvironment: ["domains"], issues: foreignHosts },
  { reads: ["routes"], readsOfEnvironment: ["domains"], issues: routesTwice },
  { reads: ["sidecars"], issues: sidecarsOfTheApplicationsName },
  { reads: ["sidecars", "port"], issues: sharedPorts },
  { reads: ["sidecars"], issues: unfitProbes },
  { reads: ["sidecars", "volumes"], issues: unfitMounts },
  { reads: ["sidecars", "secrets"], issues: variablesOfSidecars },
  { reads: ["sidecars"], issues: plainSecretsOfSidecars },
];

/** Of an application that is a worker. */
export const WORKER_RULES: readonly WorkloadRule[] = [
  {
    reads: ["port", "command", "args", "workingDir", "routes", "autoscaling", "sidecars"],
    issues: serverOfAWorker,
  },
  { reads: ["consumers", "cronJobs"], issues: workerWithoutWork },
];

function serverOfAWorker({
  args,
  autoscaling,
  command,
  port,
  routes,
  sidecars,
  workingDir,
}: Pick<Worker, "args" | "autoscaling" | "command" | "port" | "routes" | "sidecars" | "workingDir">) {
  const why = "(a worker has no server: consumers and cronJobs are what it runs)";
  return [
    ...(port === undefined ? [] : [issue("port", port, `must be absent ${why}`)]),
    ...(command === undefined ? [] : [issue("command", command, `must be absent ${why}`)]),
    ...(args === undefined ? [] : [issue("args", args, `must be absent ${why}`)]),
    ...(workingDir === undefined ? [] : [issue("workingDir", workingDir, `must be absent ${why}`)]),
    ...Object.keys(sidecars).map((name) => issue(`sidecars.${name}`, name, `must be absent ${why}`)),
    ...(routes.length === 0 ? [] : [issue("routes", routes, `must be absent ${why}`)]),
    ...(autoscaling.enabled ? [issue("autoscaling.enabled", true, `must be false ${why}`)] : []),
  ];
}

function workerWithoutWork({ consumers, cronJobs }: Pick<Worker, "consumers" | "cronJobs">): Issue[] {
  if (Object.keys(consumers).length + Object.keys(cronJobs).length > 0) return [];
  return [issue("consumers", consumers, "must name a process, or cronJobs must (a worker is nothing else)")];
}

/** What AWS never ran does not wait for AWS to stop running it. */
function workNowhere({ consumers, cronJobs, workers }: Workload, _: Environment, { from }: Application): Issue[] {
  const isWork = Object.keys(consumers).length + Object.keys(cronJobs).length > 0;
  if (from !== "nowhere" || workers === "azure" || !isWork) return [];
  return [issue("workers", workers, "must be azure (the application is from nowhere, so AWS runs nothing of it)")];
}

function tagWithoutDigest({ image: { digest, tag } }: Workload): Issue[] {
  if (tag === undefined || digest !== undefined) return [];
  return [
    issue("image.tag", tag, "must come with image.digest (a tag can be moved to another image after it was tested)", [
      "image.digest",
    ]),
  ];
}

function limitsBelowRequests({ resources, consumers, cronJobs, sidecars }: Workload): Issue[] {
  const all = [
    ["resources", resources],
    ...Object.entries(consumers).map(([name, consumer]) => [`consumers.${name}.resources`, consumer.resources]),
    ...Object.entries(cronJobs).map(([name, job]) => [`cronJobs.${name}.resources`, job.resources]),
    ...Object.entries(sidecars).map(([name, sidecar]) => [`sidecars.${name}.resources`, sidecar.resources]),
  ] as [string, Workload["resources"]][];
  return all.flatMap(([path, { limits, requests }]) => [
    ...(mebibytes(limits.memory) < mebibytes(requests.memory)
      ? [
          issue(
            `${path}.limits.memory`,
            limits.memory,
            `must be at least requests.memory ${requests.memory} (Kubernetes refuses the pod)`,
            [`${path}.requests.memory`],
          ),
        ]
      : []),
    ...(limits.cpu !== undefined && milliCpu(limits.cpu) < milliCpu(requests.cpu)
      ? [
          issue(
            `${path}.limits.cpu`,
            limits.cpu,
            `must be at least requests.cpu ${requests.cpu} (Kubernetes refuses the pod)`,
            [`${path}.requests.cpu`],
          ),
        ]
      : []),
  ]);
}

function minimumAboveMaximum({ autoscaling: { maxReplicas, minReplicas } }: Workload): Issue[] {
  return minReplicas > maxReplicas
    ? [
        issue(
          "autoscaling.minReplicas",
          minReplicas,
          `must be at most maxReplicas ${maxReplicas} (the autoscaler is refused)`,
          ["autoscaling.maxReplicas"],
        ),
      ]
    : [];
}

/** What a request in flight is left after SIGTERM, at the least, in seconds; a route may say that it takes longer. */
const LEAST_SECONDS = 10;

function tooLittleGrace({ routes, shutdown: { graceSeconds, preStopSeconds } }: Workload): Issue[] {
  const longest = Math.max(LEAST_SECONDS, ...routes.map(({ requestTimeoutSeconds = 0 }) => requestTimeoutSeconds));
  return graceSeconds < preStopSeconds + longest
    ? [
        issue(
          "shutdown.graceSeconds",
          graceSeconds,
          `must be at least preStopSeconds ${preStopSeconds} + ${longest} (it counts from before preStop, and a request in flight may take the rest)`,
          ["shutdown.preStopSeconds", ...routes.map((_, index) => `routes.${index}.requestTimeoutSeconds`)],
        ),
      ]
    : [];
}

function foreignHosts({ routes }: Workload, environment: Environment): Issue[] {
  const known = servingNamesOf(environment).map(({ host }) => host);
  return routes.flatMap(({ host }, index) => {
    if (host === undefined || known.includes(host)) return [];
    const redirects = publicNamesOf(environment).some((one) => one.host === host);
    const why = redirects ? "this one only redirects" : "the gateway has no certificate for another";
    const must = `must be one of the environment's domains, ${known.join(" or ")} (${why})`;
    return [issue(`routes.${index}.host`, host, must)];
  });
}

/**
 * A slash at the end of a prefix says nothing, so /api and /api/ are one. A route of a host is at each name that serves the
 * same; of a route the first place that is taken is said.
 */
function routesTwice({ routes }: Workload, environment: Environment, { name }: Application): Issue[] {
  const [domain, aliases] = [environment.domains[name], aliasesOf(environment)];
  const own = domain && firstHostOf(domain);
  const places = routes.map(({ host = own, path }) =>
    [host, ...((host && aliases[host]) || [])].map((one) => `${one}${path.replace(/(?<=.)\/$/, "")}`),
  );
  return places.flatMap((here, index) => {
    const taken = here.find((place) => places.slice(0, index).flat().includes(place));
    return taken === undefined ? [] : [issue("routes", taken, "must be listed once (one would hide the other)")];
  });
}

/** What runs our image and is not the server says what it runs. */
function processesWithoutWords({ consumers, cronJobs, sidecars }: Workload): Issue[] {
  const ours = Object.entries(sidecars).filter(([, { image }]) => image === undefined);
  const all = Object.entries({ consumers, cronJobs, sidecars: Object.fromEntries(ours) });
  return all.flatMap(([kind, parts]) =>
    Object.entries(parts).flatMap(([name, { args, command }]) => {
      if (command !== undefined || (args !== undefined && args.length > 0)) return [];
      const must = "must say what runs, or command must (without words the image starts its server)";
      return [issue(`${kind}.${name}.args`, args, must, [`${kind}.${name}.command`])];
    }),
  );
}

function migrationWithoutWords({ migration: { args, command, enabled } }: Workload): Issue[] {
  return enabled && args.length === 0 && command === undefined
    ? [issue("migration.args", args, "must say what migrates (without words the image starts its server)")]
    : [];
}

function volumesTwice({ volumes }: Workload): Issue[] {
  const paths = volumes.map(({ path }) => path);
  return [
    ...paths
      .filter((path, index) => paths.indexOf(path) !== index)
      .map((path) => issue("volumes", path, "must be listed once")),
    ...paths
      .filter((path) => path === "/mnt/secrets" || path.startsWith("/mnt/secrets/"))
      .map((path) => issue("volumes", path, "must be another folder (secrets are mounted there)")),
  ];
}
