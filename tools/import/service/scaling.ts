import type { At } from "../at";
import type { Draft } from "../draft";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";
import { scheduleOf } from "./schedule-expression";

type Autoscaling = NonNullable<Draft["values"]["autoscaling"]>;

/** What charts/mmrv-app/values.yaml says. */
const CPU_PERCENT = 70;
/** What the model takes: model/schema/workload.ts. */
const LEAST_CPU = 10;
const MOST_CPU = 95;
const MOST_SCALE_DOWN_SECONDS = 3600;
const MOST_MIN = 50;
const MOST_MAX = 100;

export interface Scaling {
  readonly targets: readonly At[];
  readonly policies: readonly At[];
  readonly actions: readonly At[];
}

/** Autoscaling by CPU, between the service's own limits. What scales by anything else is asked about. */
export function autoscalingOf({ actions, policies, targets }: Scaling, ledger: Ledger): Autoscaling | undefined {
  const byCpu = policies.filter(isByCpu);
  const [cpu, ...others] = byCpu;
  for (const policy of policies.filter((one) => !isByCpu(one)).concat(others)) askPolicy(policy, ledger);
  const floors = actions.map((action) => scheduledFloor(action, ledger));
  const [target, ...rest] = targets;
  if (target === undefined) return undefined;
  for (const one of rest) ledger.dropped(one, "the same service has another scalable target");
  const isSuspended = suspended(target, ledger);
  whose(target, ledger);
  const { maxReplicas, minReplicas } = limits(target, ledger);
  return {
    enabled: !isSuspended,
    minReplicas: Math.max(minReplicas, ...floors),
    maxReplicas,
    ...byCpuOf(cpu, policies, target, ledger),
  };
}

const isByCpu = (policy: At): boolean =>
  policy.at("TargetTrackingScalingPolicyConfiguration", "PredefinedMetricSpecification", "PredefinedMetricType")
    .text === "ECSServiceAverageCPUUtilization";

function whose(at: At, ledger: Ledger): void {
  for (const name of ["ServiceNamespace", "ScalableDimension", "ResourceId"])
    if (at.at(name).isThere) ledger.mapped(at.at(name), "autoscaling");
}

function limits(target: At, ledger: Ledger): { readonly minReplicas: number; readonly maxReplicas: number } {
  const minimum = target.at("MinCapacity");
  const maximum = target.at("MaxCapacity");
  const minReplicas = limit(minimum, "autoscaling:min", MOST_MIN, "autoscaling.minReplicas", ledger);
  const maxReplicas = limit(maximum, "autoscaling:max", MOST_MAX, "autoscaling.maxReplicas", ledger);
  return { minReplicas, maxReplicas: Math.max(minReplicas, maxReplicas) };
}

function limit(at: At, id: string, most: number, to: string, ledger: Ledger): number {
  const given = at.number ?? 1;
  if (given >= 1 && given <= most) {
    ledger.mapped(at, to);
    return given;
  }
  const nearest = Math.min(most, Math.max(1, given));
  const answer = ledger.ask(at, {
    id,
    risk: given === 0 ? "done twice or never" : "slower",
    asks:
      given === 0
        ? "It may scale to no task at all. An autoscaler here keeps one pod at the least. How many should run when there is nothing to do?"
        : `It may scale to ${given} tasks, and the chart takes at most ${most}. How many pods may run?`,
    options: [{ form: `a number from 1 to ${most}`, fits: /^[1-9]\d?$|^100$/, means: "so many pods" }],
    without: `${nearest}`,
  });
  return answer === undefined ? nearest : Math.min(most, Number(answer));
}

function suspended(target: At, ledger: Ledger): boolean {
  const state = target.at("SuspendedState");
  const dynamic = ["DynamicScalingInSuspended", "DynamicScalingOutSuspended"].map((name) => state.at(name));
  if (![...dynamic, state.at("ScheduledScalingSuspended")].some((at) => at.boolean === true)) {
    if (state.isThere) ledger.dropped(state, "nothing is suspended");
    return false;
  }
  const answer = ledger.ask(state, {
    id: "autoscaling:suspended",
    risk: "slower",
    asks: "Somebody has suspended part of the scaling on AWS. Should the autoscaler run here?",
    options: [
      { answer: "on", means: "pods are added and removed" },
      { answer: "off", means: "the number of pods is replicas" },
    ],
    without: "the autoscaler runs",
  });
  return answer === "off";
}

function byCpuOf(cpu: At | undefined, policies: readonly At[], target: At, ledger: Ledger): Partial<Autoscaling> {
  if (cpu === undefined) {
    const why =
      policies.length === 0 ? "no policy was read, and the chart scales by CPU" : "the chart scales by CPU alone";
    ledger.defaulted(target.at("(no policy by CPU)"), `autoscaling.cpuPercent: ${CPU_PERCENT}`, why);
    return {};
  }
  whose(cpu, ledger);
  const tracking = cpu.at("TargetTrackingScalingPolicyConfiguration");
  ledger.mapped(
    [cpu.at("PolicyName"), cpu.at("PolicyType"), tracking.at("PredefinedMetricSpecification")].filter(
      ({ isThere }) => isThere,
    ),
    "autoscaling.cpuPercent",
  );
  oneWay(tracking.at("DisableScaleIn"), cpu, ledger);
  const cooldown = tracking.at("ScaleInCooldown");
  const scaleDownSeconds =
    cooldown.number === undefined ? undefined : Math.min(cooldown.number, MOST_SCALE_DOWN_SECONDS);
  if (scaleDownSeconds === cooldown.number && cooldown.isThere) ledger.mapped(cooldown, "autoscaling.scaleDownSeconds");
  else if (cooldown.isThere)
    ledger.defaulted(cooldown, `autoscaling.scaleDownSeconds: ${scaleDownSeconds}`, "Kubernetes takes no more");
  return {
    cpuPercent: percentOf(tracking.at("TargetValue"), ledger),
    ...(scaleDownSeconds !== undefined && { scaleDownSeconds }),
  };
}

function percentOf(at: At, ledger: Ledger): number {
  const given = at.number ?? CPU_PERCENT;
  const whole = Math.floor(given);
  const percent = Math.min(MOST_CPU, Math.max(LEAST_CPU, whole));
  if (percent === given) ledger.mapped(at, "autoscaling.cpuPercent");
  else
    ledger.defaulted(
      at,
      `autoscaling.cpuPercent: ${percent}`,
      percent === whole
        ? "a whole number; the lower one adds pods earlier"
        : `the chart takes ${LEAST_CPU} to ${MOST_CPU}`,
    );
  return percent;
}

function oneWay(at: At, policy: At, ledger: Ledger): void {
  if (at.boolean === false) ledger.dropped(at, "so does the autoscaler");
  if (at.boolean !== true) return;
  ledger.ask(at, {
    id: idOf("scaling", policy.at("PolicyName").text ?? "cpu", "scale-in"),
    risk: "slower",
    asks: "The policy only adds tasks and never removes one. The autoscaler does both. May it remove pods?",
    options: [ACCEPTED],
    without: "pods go again when load is low",
  });
}

function askPolicy(policy: At, ledger: Ledger): void {
  const name = policy.at("PolicyName").text ?? "policy";
  const predefined = policy.at(
    "TargetTrackingScalingPolicyConfiguration",
    "PredefinedMetricSpecification",
    "PredefinedMetricType",
  ).text;
  const kind = policy.at("PolicyType").text ?? "another kind";
  const by = predefined ?? (kind === "TargetTrackingScaling" ? "a metric of its own" : kind);
  const places = ["PolicyName", "PolicyType", "ServiceNamespace", "ScalableDimension", "ResourceId"]
    .concat(["TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration"])
    .concat(["PredictiveScalingPolicyConfiguration"])
    .map((member) => policy.at(member))
    .filter(({ isThere }) => isThere);
  ledger.ask(places, {
    id: idOf("scaling", name),
    risk: "slower",
    asks: `The policy ${name} scales by ${by}; the chart scales by CPU alone. On AWS the policy that wants the most tasks wins. Is CPU enough?`,
    options: [ACCEPTED],
    without: "load that does not show in CPU adds no pods",
  });
}

/** @returns the least number of pods that the action's answer asks for; 0 for none */
function scheduledFloor(action: At, ledger: Ledger): number {
  const name = action.at("ScheduledActionName").text ?? "action";
  const floor = action.at("ScalableTargetAction", "MinCapacity").number ?? 0;
  const when = scheduleOf(action.at("Schedule").text ?? "");
  const said =
    "cron" in when ? `${action.at("Schedule").text}, which is ${when.cron} in five fields` : action.at("Schedule").text;
  const answer = ledger.ask(action, {
    id: idOf("scheduled-action", name),
    risk: "slower",
    asks: `Limits change by the clock (${said}, ${action.at("Timezone").text ?? "UTC"}): at least ${floor} tasks then. The autoscaler has one minimum for all times. Which?`,
    options: [
      { answer: "minimum", means: `at least ${floor} pods at all times` },
      { answer: "accepted", means: "the minimum stays as it is" },
    ],
    without: "the minimum stays as it is, and pods come when CPU says so",
  });
  return answer === "minimum" ? Math.min(floor, MOST_MIN) : 0;
}
