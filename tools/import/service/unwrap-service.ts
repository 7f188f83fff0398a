import { UserError } from "../../../model/user-error";
import { At, isRecord, type Source } from "../at";
import { idOf } from "../id";

/** How what AWS prints of one kind is taken apart. */
export interface Wrapping {
  /** What one is called, such as "target group". */
  readonly is: string;
  /** The member of the answer that lists them, such as TargetGroups. */
  readonly list: string;
  /** The command that prints them. */
  readonly by: string;
  /** What one has, whichever form it has. */
  readonly signs: readonly string[];
  readonly source: (one: Readonly<Record<string, unknown>>) => Source;
}

/**
 * Every one of a kind in a file: the answer of a describe call, its list alone, one alone, or what the create call takes.
 * @param taken names of sources so far; two of one name get a number
 * @throws UserError for what is none, and for an answer that goes on
 */
export function unwrap(content: unknown, file: string, wrapping: Wrapping, taken = new Set<string>()): At[] {
  const { by, is, list, signs, source } = wrapping;
  const next = `\n  next: ${by} --output json`;
  if (isRecord(content)) refusePart(content, file, next);
  const all = listIn(content, list);
  return all.map((one) => {
    if (!isRecord(one) || !signs.some((sign) => Object.hasOwn(one, sign)))
      throw new UserError(`${file}: is no ${is}: it has no ${signs.join(" and no ")}; nothing was written${next}`);
    const { name, shape } = source(one);
    return At.root({ name: unlikeOthers(idOf(name), taken), shape }, one);
  });
}

const listIn = (content: unknown, list: string): readonly unknown[] => {
  const inside = isRecord(content) ? (content[list] ?? content) : content;
  return Array.isArray(inside) ? inside : [inside];
};

/** The AWS CLI fetches every page; a token is left by --no-paginate and --max-items. */
function refusePart(content: Readonly<Record<string, unknown>>, file: string, next: string): void {
  const token = ["NextToken", "nextToken", "NextMarker"].find((name) => typeof content[name] === "string");
  if (token === undefined) return;
  throw new UserError(`${file}: is one page of several (${token}); nothing was written${next}`);
}

export function unlikeOthers(name: string, taken: Set<string>): string {
  const numbered = Array.from({ length: taken.size + 1 }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`));
  const free = numbered.find((candidate) => !taken.has(candidate)) ?? name;
  taken.add(free);
  return free;
}

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

export const TARGET_GROUPS: Wrapping = {
  is: "target group",
  list: "TargetGroups",
  by: "aws elbv2 describe-target-groups --load-balancer-arn ARN",
  signs: ["TargetGroupArn", "HealthCheckProtocol", "Protocol"],
  source: (one) =>
    Object.hasOwn(one, "TargetGroupName")
      ? { name: `targetGroup:${text(one["TargetGroupName"])}`, shape: "elbv2.TargetGroup" }
      : { name: `targetGroup:${text(one["Name"])}`, shape: "elbv2.CreateTargetGroupInput" },
};

export const RULES: Wrapping = {
  is: "listener rule",
  list: "Rules",
  by: "aws elbv2 describe-rules --listener-arn ARN",
  signs: ["RuleArn", "Actions"],
  source: (one) => ({
    name: `rule:${text(one["Priority"])}`,
    shape: Object.hasOwn(one, "RuleArn") ? "elbv2.Rule" : "elbv2.CreateRuleInput",
  }),
};

export const SCALABLE_TARGETS: Wrapping = {
  is: "scalable target",
  list: "ScalableTargets",
  by: "aws application-autoscaling describe-scalable-targets --service-namespace ecs",
  signs: ["ScalableDimension"],
  source: (one) => ({ name: `scalableTarget:${lastOf(text(one["ResourceId"]))}`, shape: "aas.ScalableTarget" }),
};

export const SCALING_POLICIES: Wrapping = {
  is: "scaling policy",
  list: "ScalingPolicies",
  by: "aws application-autoscaling describe-scaling-policies --service-namespace ecs",
  signs: ["PolicyName"],
  source: (one) => ({ name: `scalingPolicy:${text(one["PolicyName"])}`, shape: "aas.ScalingPolicy" }),
};

export const SCHEDULED_ACTIONS: Wrapping = {
  is: "scheduled action",
  list: "ScheduledActions",
  by: "aws application-autoscaling describe-scheduled-actions --service-namespace ecs",
  signs: ["ScheduledActionName"],
  source: (one) => ({ name: `scheduledAction:${text(one["ScheduledActionName"])}`, shape: "aas.ScheduledAction" }),
};

export const ALARMS: Wrapping = {
  is: "alarm",
  list: "MetricAlarms",
  by: "aws cloudwatch describe-alarms",
  signs: ["AlarmName"],
  source: (one) => ({ name: `alarm:${text(one["AlarmName"])}`, shape: "cloudwatch.MetricAlarm" }),
};

export const LOG_GROUPS: Wrapping = {
  is: "log group",
  list: "logGroups",
  by: "aws logs describe-log-groups --log-group-name-prefix NAME",
  signs: ["logGroupName"],
  source: (one) => ({ name: `logGroup:${text(one["logGroupName"])}`, shape: "logs.LogGroup" }),
};

export const ZONE_RECORDS: Wrapping = {
  is: "record of a zone",
  list: "ResourceRecordSets",
  by: "aws route53 list-resource-record-sets --hosted-zone-id ID",
  signs: ["ResourceRecords", "AliasTarget"],
  source: (one) => ({
    name: `record:${text(one["Name"])}${text(one["Type"])}${text(one["SetIdentifier"])}`,
    shape: "route53.ResourceRecordSet",
  }),
};

const lastOf = (path: string): string => path.split("/").at(-1) ?? path;

/**
 * Attributes of a target group or a load balancer, a list of keys and values, as one object: a row of the report is a key.
 * @throws UserError for what is no such list
 */
export function attributesIn(
  content: unknown,
  file: string,
  kind: "targetGroup" | "loadBalancer",
  taken = new Set<string>(),
): At {
  const [list, command] =
    kind === "targetGroup"
      ? ["TargetGroupAttributes", "describe-target-group-attributes --target-group-arn"]
      : ["LoadBalancerAttributes", "describe-load-balancer-attributes --load-balancer-arn"];
  const all = isRecord(content) ? content["Attributes"] : content;
  if (!Array.isArray(all) || !all.every((one) => isRecord(one) && typeof one["Key"] === "string"))
    throw new UserError(
      `${file}: is no list of attributes, each with Key and Value; nothing was written\n  next: aws elbv2 ${command} ARN --output json`,
    );
  const entries = all.flatMap((one: unknown) => (isRecord(one) ? [[String(one["Key"]), one["Value"]] as const] : []));
  const name = unlikeOthers(`${kind}Attributes`, taken);
  return At.root({ name, shape: `elbv2.${list}` }, Object.fromEntries(entries));
}
