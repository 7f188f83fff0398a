import { UserError } from "../../../model/user-error";
import { At, isRecord } from "../at";
import { idOf } from "../id";
import { unlikeOthers } from "./unwrap-service";

type Fields = Readonly<Record<string, unknown>>;

const NEXT =
  "\n  next: aws scheduler get-schedule --name NAME, or aws events describe-rule --name NAME and aws events list-targets-by-rule --rule NAME, each --output json";

/**
 * The schedules of several files: those of the Scheduler as they are, rules of EventBridge with the targets that another file
 * lists (AWS does not say there whose they are: so one rule at a time).
 * @throws UserError for what is neither, and for targets without their rule
 */
export function schedulesIn(files: readonly { readonly file: string; readonly content: unknown }[]): At[] {
  const taken = new Set<string>();
  const parts = files.flatMap(({ content, file }) => partsIn(content).map((part) => ({ file, part })));
  const orphans = parts.filter(({ part }) => isRecord(part) && !("Name" in part) && "Targets" in part);
  const rules = parts.filter((part) => !orphans.includes(part));
  if (orphans.length > 0 && (rules.length !== 1 || orphans.length !== 1))
    throw new UserError(
      `${orphans[0]?.file}: does not say whose targets they are; give one rule with its targets at a time; nothing was written${NEXT}`,
    );
  const targets = orphans.map(({ part }) => part).find(isRecord);
  return rules.map(({ file, part }) => rootOf(isRecord(part) ? { ...targets, ...part } : part, file, taken));
}

function partsIn(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  if (!isRecord(content)) return [content];
  const { Rule, Rules, Schedules } = content;
  if (Array.isArray(Rules)) return Rules;
  if (Array.isArray(Schedules)) return Schedules;
  return isRecord(Rule)
    ? [{ ...Rule, ...(content["Targets"] !== undefined && { Targets: content["Targets"] }) }]
    : [content];
}

function rootOf(part: unknown, file: string, taken: Set<string>): At {
  if (!isRecord(part) || typeof part["Name"] !== "string")
    throw new UserError(`${file}: is no schedule and no rule: it has no Name; nothing was written${NEXT}`);
  const name = unlikeOthers(idOf("schedule", part["Name"]), taken);
  return At.root({ name, shape: shapeOf(part, file) }, part);
}

function shapeOf(part: Fields, file: string): string {
  if (isRecord(part["Target"]) && "ScheduleExpression" in part)
    return "Arn" in part ? "scheduler.Schedule" : "scheduler.CreateScheduleInput";
  if ("ScheduleExpression" in part || "EventPattern" in part) return "events.Rule";
  throw new UserError(
    `${file}: says of ${String(part["Name"])} neither when it runs nor what; nothing was written${NEXT}`,
  );
}
