import { type At, isRecord } from "../at";
import { Faults } from "../faults";
import { chooseService } from "../service/choose-service";
import { rolePoliciesIn } from "../service/unwrap-role";
import { schedulesIn } from "../service/unwrap-schedules";
import {
  ALARMS,
  attributesIn,
  LOG_GROUPS,
  RULES,
  SCALABLE_TARGETS,
  SCALING_POLICIES,
  SCHEDULED_ACTIONS,
  TARGET_GROUPS,
  unwrap,
  type Wrapping,
  ZONE_RECORDS,
} from "../service/unwrap-service";
import { unwrap as unwrapTask } from "../task/unwrap";
import type { Answer, EcsAnswers } from "./answers";
import type { EcsInputs } from "./inputs";

/** Everything that was given, taken out of what it came in. */
export interface Gathered {
  readonly inputs: EcsInputs;
  readonly notes: readonly string[];
}

/**
 * Takes the answers about a service out of their wrappers.
 * @param wanted the service's name, where an answer has several
 * @throws UserError with what is wrong in every one of them
 */
export function gather(answers: EcsAnswers, wanted: string | undefined): Gathered {
  const faults = new Faults();
  const from = <T>(fallback: T, take: () => T): T => faults.take(fallback, take);
  const taken = new Set<string>();
  const listed = (given: readonly Answer[], wrapping: Wrapping): At[] =>
    given.flatMap(({ content, file }) => from([], () => unwrap(content, file, wrapping, taken)));
  const task = from(undefined, () => unwrapTask(answers.taskDefinition.content, answers.taskDefinition.file));
  const { service } = answers;
  const chosen = service && from(undefined, () => chooseService(service.content, service.file, wanted));
  const [groupAttributes, groups] = partition(answers.targetGroup, areAttributes);
  const attributes = (given: readonly Answer[], kind: "targetGroup" | "loadBalancer"): At[] =>
    given.flatMap(({ content, file }) => from([], () => [attributesIn(content, file, kind, taken)]));
  const [policies, otherScaling] = partition(answers.scaling, ({ content }) =>
    has(content, "ScalingPolicies", "PolicyName"),
  );
  const [actions, targets] = partition(otherScaling, ({ content }) =>
    has(content, "ScheduledActions", "ScheduledActionName"),
  );
  const around = {
    targetGroups: listed(groups, TARGET_GROUPS),
    targetGroupAttributes: attributes(groupAttributes, "targetGroup"),
    loadBalancerAttributes: attributes(answers.loadBalancer, "loadBalancer"),
    rules: listed(answers.rules, RULES),
    scalableTargets: listed(targets, SCALABLE_TARGETS),
    scalingPolicies: listed(policies, SCALING_POLICIES),
    scheduledActions: listed(actions, SCHEDULED_ACTIONS),
    schedules: from([], () => schedulesIn(answers.schedules)),
    rolePolicies: answers.rolePolicies.flatMap(({ content, file }) =>
      from([], () => rolePoliciesIn(content, file, taken)),
    ),
    alarms: listed(answers.alarms, ALARMS),
    logGroups: listed(answers.logGroups, LOG_GROUPS),
    zoneRecords: listed(answers.zoneRecords, ZONE_RECORDS),
  };
  faults.throwAll();
  if (task === undefined) throw new Error("no task definition, and nothing is wrong with it");
  return {
    inputs: {
      ...around,
      ...task,
      service: chosen?.service,
      envFiles: answers.envFiles,
      known: answers.known,
      cloudMapNames: answers.cloudMapNames,
    },
    notes: chosen?.notes ?? [],
  };
}

/** Every place that the ledger must give account of. */
export const allOf = ({
  cloudMapNames: _,
  envFiles: __,
  known: ___,
  service,
  tags,
  taskDefinition,
  ...lists
}: EcsInputs): At[] => [
  taskDefinition,
  ...tags,
  ...(service === undefined ? [] : [service]),
  ...Object.values(lists).flat(),
];

const areAttributes = ({ content }: Answer): boolean => has(content, "Attributes", "Key");

/** Whether an answer lists something, or is a list of what has a sign, or is one such thing. */
function has(content: unknown, list: string, sign: string): boolean {
  const [one]: readonly unknown[] = Array.isArray(content) ? content : [content];
  return isRecord(one) && (Object.hasOwn(one, list) || Object.hasOwn(one, sign));
}

function partition<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}
