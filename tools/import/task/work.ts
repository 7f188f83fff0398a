import { idOf } from "../id";
import { type Container, partName, there, wordsOf } from "./container";
import { workerProbes } from "./probes";
import { resourcesOf } from "./resources";
import type { Task, Values } from "./task";
import { beginningOf } from "./words";

type Consumer = NonNullable<NonNullable<Values["consumers"]>[string]>;

const prefixesOf = ({ cast, context, inputs }: Task): string[] => [
  inputs.taskDefinition.at("family").text ?? "",
  context.application,
  cast.main.name,
];

/** What a consumer, a sidecar or a cron job of this container is called: no two alike, and no sidecar like the application. */
export function nameOf(task: Task, container: Container): string {
  const { cast, context } = task;
  const called = (one: Container): string => partName(one.name, prefixesOf(task));
  const sidecars = cast.sidecars.map((one) => one.container);
  const isSidecar = sidecars.includes(container);
  const all = isSidecar ? sidecars : [cast.main, ...cast.consumers];
  const own = called(container);
  const before = [...(isSidecar ? [context.application] : []), ...all.slice(0, all.indexOf(container)).map(called)];
  const count = before.filter((name) => name === own).length;
  return count === 0 ? own : `${own.slice(0, 27)}-${count + 1}`;
}

/** A container that takes work from a queue, in pods of its own. */
export function consumerOf(task: Task, container: Container): Consumer {
  const path = `consumers.${nameOf(task, container)}.`;
  const { ledger } = task;
  ledger.mapped(there(container.at.at("name")), path.slice(0, -1));
  ledger.dropped(there(container.at.at("essential")), "each consumer has pods of its own");
  for (const { at, name } of task.cast.main.waitsFor)
    if (name === container.name) ledger.dropped(at, `${name} runs in pods of its own`);
  for (const { at, name } of container.waitsFor)
    ledger.dropped(at, `pods of their own wait for nobody; ${name} is not in them`);
  askOfScheduler(task, container);
  const probes = workerProbes(task, container, path);
  const resources = resourcesOf(task, container, `${path}resources`);
  return {
    ...beginningOf(task, container, path),
    replicas: 1,
    ...(probes && { probes }),
    ...(resources && { resources }),
  };
}

/**
 * What starts other work by the clock: Celery's beat, also within a worker; schedulers of Airflow, RQ and Laravel; Clockwork,
 * Supercronic and cron.
 */
const SCHEDULER =
  /\bbeat\b|\bcelery\b.*\s-B\b|\b(rq|air)?-?schedulers?\b|\bschedule:(run|work)\b|\bclock(work)?\b|\b(supercronic|crond?)\b/i;

/** A roll-out starts the new one before the old one has ended. */
function askOfScheduler({ ledger }: Task, container: Container): void {
  if (!SCHEDULER.test(wordsOf(container).join(" "))) return;
  ledger.ask(container.at.at("name"), {
    id: idOf("scheduler", container.name),
    risk: "done twice or never",
    asks: `${container.name} starts work by the clock, and while a new version rolls out, two of them run for some seconds. Is what they start done twice then?`,
    options: [{ answer: "twice-is-fine", means: "no: it has a lock, or twice does no harm" }],
    without: "two run side by side while a version rolls out",
  });
}

/** The container that ended before the server started: the chart runs it before each upgrade. */
export function migrationOf(task: Task, container: Container): NonNullable<Values["migration"]> {
  const { cast, ledger } = task;
  const { at, name } = container;
  ledger.mapped(there(at.at("name"), at.at("essential")), "migration");
  const awaiting = cast.main.waitsFor.filter((one) => one.name === name);
  ledger.mapped(
    awaiting.map((one) => one.at),
    "migration.enabled",
  );
  ledger.dropped(
    there(at.at("cpu"), at.at("memory"), at.at("memoryReservation"), at.at("healthCheck")),
    "the migration has what the application has",
  );
  ledger.ask(
    awaiting.map((one) => one.at.at("condition")),
    {
      id: "migration:first",
      risk: "done twice or never",
      asks: `${name} ran before every start of the server, and the chart runs it before upgrades alone. Who runs it before the first release?`,
      options: [
        { answer: "aws", means: "nobody needs to: both clouds share the database, and AWS has run it" },
        { answer: "by-hand", means: "somebody does" },
      ],
      without: "the first release finds the database as it is",
    },
  );
  const { args = [], ...beginning } = beginningOf(task, container, "migration.");
  return { enabled: true, ...beginning, args };
}
