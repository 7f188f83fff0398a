import type { At } from "../at";
import { calleesOf } from "../callees";
import type { Callee } from "../draft";
import type { Context, EcsInputs, ServicePart } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import { alarmsOf } from "./alarms";
import { waitsOf } from "./attributes";
import { cronJobsOf } from "./cron-jobs";
import { type Behind, behindLoadBalancer } from "./load-balancer";
import { logGroupsOf } from "./log-groups";
import { type Permission, permissionsOf } from "./permissions";
import type { RuleRoute } from "./rule-overlap";
import { type OwnGroups, routesOf } from "./rules";
import { autoscalingOf } from "./scaling";
import { replicasOf } from "./service";
import { serviceConnections, type TimeLimits } from "./service-connections";
import { type Checked, readinessOf } from "./target-group";
import { groupNameOf } from "./target-group-name";
import { callersByPrivateZone } from "./zones";

const NO_LOAD_BALANCER: Behind = { targetGroupArns: [] };

/**
 * Everything around the task definition: how many, behind what, when, and with which permissions.
 * @throws UserError for a service that is an agent of each host (DAEMON)
 */
export function servicePart(inputs: EcsInputs, context: Context): ServicePart {
  const { ledger } = context;
  const { service } = inputs;
  const replicas = service && replicasOf(service, ledger);
  const own = service ? behindLoadBalancer(service, ledger) : NO_LOAD_BALANCER;
  const { behind, targetGroupArn, targetGroupArns } = own;
  const { callers = [], limits = {} } = service ? serviceConnections(service, ledger, inputs.cloudMapNames) : {};
  const group = groupOf(inputs.targetGroups, targetGroupArn, targetGroupArns, context);
  const { readiness, startupSeconds } = group ? readinessOf(group, behind?.port, ledger) : ({} as Checked);
  const isBehind = behind !== undefined || group !== undefined;
  absences(inputs, group, behind !== undefined, ledger);
  const waits = waitsOf(inputs.targetGroupAttributes, inputs.loadBalancerAttributes, isBehind, ledger);
  const routed = routesFor(inputs, own, isBehind, context);
  const times = timesOf(limits, waits?.idleTimeoutSeconds);
  const scaling = scalingOfThis(inputs, context);
  const autoscaling = autoscalingOf(scaling, ledger);
  const cronJobs = cronJobsOf(inputs.schedules, inputs.taskDefinition, ledger);
  const permissions = permissionsOf(inputs.rolePolicies, ledger);
  alarmsOf(
    inputs.alarms,
    { service: service?.at("serviceName").text, targetGroupArns, isScaled: autoscaling?.enabled === true },
    ledger,
  );
  logGroupsOf(inputs.logGroups, context.environment.logs.retentionDays, ledger);
  const grace = graceOf(service, context);
  const startup = longest(grace, startupSeconds);
  const drainSeconds = longest(waits?.drainSeconds, times.requestTimeoutSeconds);
  return {
    values: {
      ...(replicas !== undefined && { replicas }),
      ...(autoscaling !== undefined && { autoscaling }),
      ...(routed !== undefined && { routes: routed.routes.map((route) => ({ ...route, ...times })) }),
      ...(Object.keys(cronJobs).length > 0 && { cronJobs }),
    },
    permissions,
    callees: calleesByRole(permissions, context),
    callers: [
      ...callers,
      ...(routed?.callers ?? []),
      ...callersByPrivateZone(inputs.zoneRecords ?? [], inputs.targetGroups, ledger),
    ],
    ...(behind !== undefined && { behind }),
    ...(readiness !== undefined && { readiness }),
    ...(startup !== undefined && { startupSeconds: startup }),
    ...(drainSeconds !== undefined && { drainSeconds }),
  };
}

function longest(...seconds: readonly (number | undefined)[]): number | undefined {
  const known = seconds.filter((each) => each !== undefined && each > 0) as number[];
  return known.length === 0 ? undefined : Math.max(...known);
}

/** What was not given of what is in front of the application, and what follows. */
function absences(
  { loadBalancerAttributes, service }: EcsInputs,
  group: At | undefined,
  isBehind: boolean,
  ledger: Ledger,
): void {
  if (service === undefined || !isBehind) return;
  if (group === undefined)
    ledger.defaulted(
      service.at("(no target group)"),
      "probes.readiness",
      "none was read: the container's own check, or the chart's",
    );
  if (loadBalancerAttributes.length === 0)
    ledger.defaulted(
      service.at("(no load balancer attributes)"),
      "routes[].idleTimeoutSeconds: 60",
      "none was read: 60 s of silence is the load balancer's default and the gateway's",
    );
}

/** The target group behind which the application stands; those of other services go. */
function groupOf(
  groups: readonly At[],
  own: string | undefined,
  ofService: readonly string[],
  { ledger }: Context,
): At | undefined {
  const name = (group: At): string | undefined => group.at("TargetGroupName").text;
  const names = ofService.map(groupNameOf);
  const found = groups.find((group) => own !== undefined && name(group) === groupNameOf(own));
  const strangers = names.length === 0 ? [] : groups.filter((group) => name(group) !== undefined && group !== found);
  for (const group of strangers)
    ledger.dropped(
      group,
      names.includes(name(group) ?? "") ? "it sends to the service's other port" : "another service's",
    );
  const left = groups.filter((group) => !strangers.includes(group));
  const [first, ...rest] = left;
  if (found !== undefined || rest.length === 0) return found ?? first;
  const choices = left.map((group) => group.at("TargetGroupName").text ?? group.at("Name").text ?? "");
  const answer = ledger.ask(left, {
    id: "target-group",
    risk: "unreachable",
    asks: `Which target group sends to the application: ${choices.join(", ")}? No service says it.`,
    options: choices.map((choice) => ({ answer: choice, means: "this one; the others are another service's" })),
    without: "the readiness probe has the chart's defaults",
  });
  return left[choices.indexOf(answer ?? "")];
}

/** Behind a load balancer whose rules nobody gave, every path leads here. */
function routesFor(inputs: EcsInputs, own: OwnGroups, isBehind: boolean, context: Context) {
  if (inputs.rules.length > 0) return routesOf(inputs.rules, own, context);
  if (!isBehind) return undefined;
  const absent = (inputs.service ?? inputs.targetGroups[0])?.at("(no listener rules)");
  if (absent)
    context.ledger.defaulted(absent, "routes[].path: /", "no rules were read: every path is taken to lead here");
  const routes: readonly RuleRoute[] = [{ path: "/" }];
  return { routes, callers: [] };
}

function timesOf(
  { idleTimeoutSeconds: ofConnect, requestTimeoutSeconds }: TimeLimits,
  idle: number | undefined,
): TimeLimits {
  const idleTimeoutSeconds = longest(ofConnect, idle);
  return {
    ...(idleTimeoutSeconds !== undefined && { idleTimeoutSeconds }),
    ...(requestTimeoutSeconds !== undefined && { requestTimeoutSeconds }),
  };
}

/** Scaling is listed for every service of an account; a service says which is its own. */
function scalingOfThis(
  { scalableTargets, scalingPolicies, scheduledActions, service }: EcsInputs,
  { ledger }: Context,
) {
  const name = service?.at("serviceName").text;
  const own = (all: readonly At[]): At[] =>
    all.filter((one) => {
      const of = one.at("ResourceId").text?.split("/").at(-1);
      const isOfEcs = (one.at("ServiceNamespace").text ?? "ecs") === "ecs";
      const isOwn = isOfEcs && (name === undefined || of === undefined || of === name);
      if (!isOwn) ledger.dropped(one, "another service's");
      return isOwn;
    });
  return { targets: own(scalableTargets), policies: own(scalingPolicies), actions: own(scheduledActions) };
}

function graceOf(service: At | undefined, { ledger }: Context): number | undefined {
  const grace = service?.at("healthCheckGracePeriodSeconds");
  if (!grace?.isThere) return undefined;
  if (grace.number === 0) ledger.dropped(grace, "no time beyond what the target group gives");
  else ledger.mapped(grace, "probes.startup");
  return grace.number;
}

/** What the role may call, it calls. */
function calleesByRole(permissions: readonly Permission[], { environment }: Context): Callee[] {
  const all = permissions.flatMap(({ resources }) =>
    resources.flatMap((resource) => calleesOf("task role", resource, environment.aws.region)),
  );
  return [...new Map(all.map((callee) => [callee.host, callee])).values()];
}
