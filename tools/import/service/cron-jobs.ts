import { CRON } from "../../../model/schema/cron";
import { isTimeZone } from "../../../model/schema/time-zone";
import { type At, isRecord } from "../at";
import type { Draft } from "../draft";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED, type Option } from "../question";
import { scheduleOf } from "./schedule-expression";
import { type Started, startedBy } from "./task-overrides";
import { unlikeOthers } from "./unwrap-service";

type CronJobs = NonNullable<Draft["values"]["cronJobs"]>;
type CronJob = CronJobs[string];

/** ECS ends no task by itself; an hour is longer than most jobs, and JobFailed tells of one that hangs. */
const DEADLINE_SECONDS = 3600;

const SKIP: Option = { answer: "skip", means: "it is not converted" };

/**
 * The tasks that a clock starts, as cron jobs. `resources` are there only where the schedule says them; without, they are the container's.
 * @param taskDefinition that is imported: what a job runs that overrides no command
 */
export function cronJobsOf(schedules: readonly At[], taskDefinition: At, ledger: Ledger): CronJobs {
  const taken = new Set<string>();
  return Object.fromEntries(
    schedules.flatMap((schedule) => {
      const targets = schedule.source.shape === "events.Rule" ? schedule.at("Targets").items : [schedule.at("Target")];
      return targets.flatMap((target) => {
        const name = unlikeOthers(partOf(schedule.at("Name").text ?? "job"), taken);
        const job = jobOf(name, schedule, target, taskDefinition, ledger);
        return job === undefined ? [] : [[name, job] as const];
      });
    }),
  );
}

/** At most 30 lower-case letters, digits and inner hyphens (model/schema/workload.ts). */
export function partOf(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
  return (/^[a-z]/.test(plain) ? plain : `job-${plain}`).slice(0, 30).replace(/-+$/, "");
}

function jobOf(name: string, schedule: At, target: At, taskDefinition: At, ledger: Ledger): CronJob | undefined {
  if (!target.at("EcsParameters").isThere) {
    askTarget(name, schedule, target, ledger);
    return undefined;
  }
  ledger.mapped(schedule.at("Name"), `cronJobs.${name}`);
  ledger.mapped(
    [target.at("Arn")].filter(({ isThere }) => isThere),
    `cronJobs.${name}`,
  );
  // CloudFormation writes AwsvpcConfiguration for the Scheduler, and its API awsvpcConfiguration.
  const network = target.at("EcsParameters", "NetworkConfiguration", "AwsvpcConfiguration");
  ledger.dropped(
    [network.at("AssignPublicIp"), ...network.at("Subnets").items, ...network.at("SecurityGroups").items].filter(
      ({ isThere }) => isThere,
    ),
    "a pod has an address of the cluster's network",
  );
  const when = whenOf(name, schedule, ledger);
  const started = startedBy(name, target, taskDefinition, ledger);
  unheard(name, target, ledger);
  if (!isOn(name, schedule, ledger) || when === undefined || started === undefined) return undefined;
  ledger.defaulted(
    schedule.at("(no end of a run)"),
    `cronJobs.${name}.deadlineSeconds: ${DEADLINE_SECONDS}`,
    "ECS ends no task by itself; a run that hangs would hold back the next one",
  );
  return { ...runs(started), ...when, deadlineSeconds: DEADLINE_SECONDS };
}

const runs = ({ args, command, resources }: Started) => ({
  ...(command !== undefined && { command }),
  ...(args !== undefined && { args }),
  ...(resources !== undefined && { resources }),
});

/** The time of a job; undefined as long as nobody knows it. */
function whenOf(name: string, schedule: At, ledger: Ledger) {
  const timeZone = zoneOf(name, schedule, ledger);
  const [begin, end] = [schedule.at("StartDate"), schedule.at("EndDate")];
  if (end.isThere)
    ledger.ask(end, {
      id: idOf("cron", name, "end"),
      risk: "done twice or never",
      asks: `The schedule ends on ${end.text}. A cron job goes on until somebody takes it out. Who does?`,
      options: [ACCEPTED],
      without: "it goes on after that day",
    });
  if (begin.isThere) ledger.dropped(begin, "from when a rate counts");
  if (!schedule.at("ScheduleExpression").isThere) {
    ledger.ask(schedule.at("EventPattern"), {
      id: idOf("cron", name, "event"),
      risk: "done twice or never",
      asks: "The task starts when an event comes, and not by the clock. Nothing here hears events of AWS. Who starts it?",
      options: [ACCEPTED],
      without: "nobody starts it on Azure",
    });
    return undefined;
  }
  const cron = cronOf(name, schedule, ledger);
  return cron === undefined || timeZone === undefined ? undefined : { schedule: cron, timeZone };
}

function cronOf(name: string, schedule: At, ledger: Ledger): string | undefined {
  const expression = schedule.at("ScheduleExpression");
  const scheduled = scheduleOf(expression.text ?? "", schedule.at("StartDate").text);
  if ("cron" in scheduled) {
    ledger.mapped(expression, `cronJobs.${name}.schedule ${scheduled.cron}`);
    if (scheduled.note !== undefined) ledger.note(scheduled.note);
    return scheduled.cron;
  }
  const answer = ledger.ask(expression, {
    id: idOf("cron", name, "schedule"),
    risk: "done twice or never",
    asks: `When does ${name} run? ${expression.text} is no schedule of five fields: ${scheduled.why}.`,
    options: [
      { form: "five cron fields such as 0 3 * * 1-5", fits: CRON, means: "it runs then, with Sunday as 0" },
      SKIP,
    ],
    without: "it does not run on Azure",
  });
  return answer === undefined || answer === "skip" ? undefined : answer;
}

/** EventBridge's rules go by UTC, the Scheduler by the zone that it says. */
function zoneOf(name: string, schedule: At, ledger: Ledger): string | undefined {
  const zone = schedule.at("ScheduleExpressionTimezone");
  if (!zone.isThere || zone.text === "UTC") {
    if (zone.isThere) ledger.mapped(zone, `cronJobs.${name}.timeZone Etc/UTC`);
    return "Etc/UTC";
  }
  // A word without a slash may be three zones: CST.
  if (zone.text?.includes("/") && isTimeZone(zone.text)) {
    ledger.mapped(zone, `cronJobs.${name}.timeZone`);
    return zone.text;
  }
  return ledger.ask(zone, {
    id: idOf("cron", name, "time-zone"),
    risk: "done twice or never",
    asks: `Which time zone is ${zone.text}? Kubernetes does not know it.`,
    options: [
      { form: "a time zone such as America/Guatemala", fits: /^[A-Z][A-Za-z]+\/[\w+/-]+$/, means: "its clock" },
    ],
    without: "the job does not run on Azure",
  });
}

function isOn(name: string, schedule: At, ledger: Ledger): boolean {
  const state = schedule.at("State");
  if (!state.text?.startsWith("DISABLED")) {
    if (state.isThere) ledger.dropped(state, "it is on, as every cron job");
    return true;
  }
  const answer = ledger.ask(state, {
    id: idOf("cron", name, "off"),
    risk: "done twice or never",
    asks: `The schedule ${name} is off on AWS. Should it run here?`,
    options: [{ answer: "on", means: "it runs" }, SKIP],
    without: "it does not run, as on AWS",
  });
  return answer === "on";
}

function unheard(name: string, target: At, ledger: Ledger): void {
  const queue = target.at("DeadLetterConfig");
  if (!queue.isThere) return;
  ledger.ask(queue, {
    id: idOf("cron", name, "dead-letter"),
    risk: "done twice or never",
    asks: "What could not be started goes to a queue. Kubernetes writes to none; the alert JobFailed tells of a run that failed. Who reads the queue?",
    options: [ACCEPTED],
    without: "nothing comes into that queue any more",
  });
}

function askTarget(name: string, schedule: At, target: At, ledger: Ledger): void {
  const service = target.at("Arn").text?.split(":")[2] ?? "nothing";
  const members = isRecord(target.value) ? Object.keys(target.value).map((member) => target.at(member)) : [target];
  const own = [
    "Name",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "EventPattern",
    "State",
    "StartDate",
    "EndDate",
  ];
  ledger.ask(
    [...members, ...own.map((member) => schedule.at(member))].filter(({ isThere }) => isThere),
    {
      id: idOf("cron", name, "target"),
      risk: "done twice or never",
      asks: `The schedule ${name} starts no task of ECS, but ${service}. Does that go on on AWS?`,
      options: [ACCEPTED],
      without: "nothing here does it",
    },
  );
}
