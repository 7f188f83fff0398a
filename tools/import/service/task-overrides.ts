import { secretIn } from "../../../model/secret-shapes";
import { flat } from "../../flat";
import type { At } from "../at";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";
import { type Input, type Override, overridesIn, type Sizes } from "./task-input";

/** What a job runs, as words for the container. */
export interface Started {
  /** Instead of the image's entrypoint. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly resources?: {
    readonly requests?: { readonly cpu?: string; readonly memory?: string };
    readonly limits?: { readonly memory: string };
  };
}

/**
 * What a target starts: the words that it overrides, else those of the task definition. Variables of one run are named in a
 * question, and never shown: a cron job has the application's own.
 * @returns undefined as long as nobody knows what it runs
 */
export function startedBy(name: string, target: At, taskDefinition: At, ledger: Ledger): Started | undefined {
  const parameters = target.at("EcsParameters");
  count(name, parameters, ledger);
  const isOwn = family(name, parameters, taskDefinition, ledger);
  const input = target.at("Input");
  const read = overridesIn(input.text);
  if (read === undefined) askInput(name, input, ledger);
  else settleInput(name, input, read, ledger);
  const overrides = read?.overrides ?? [];
  const isStrange = runsElsewhere(name, target, overrides, taskDefinition, ledger);
  const container = containerOf(taskDefinition, overrides);
  const override = overrides.find((one) => one.command !== undefined) ?? overrides[0];
  const entry = isOwn ? (container?.at("entryPoint").words ?? []) : [];
  const args = override?.command ?? (isOwn ? (container?.at("command").words ?? []) : []);
  const resources = resourcesOf({ ...read?.sizes, ...override });
  if (hidesSecret(name, override?.command ? input : parameters.at("(no words)"), [...entry, ...args], ledger))
    return undefined;
  const started =
    args.length > 0
      ? { ...(entry.length > 0 && { command: entry }), args, ...(resources && { resources }) }
      : asked(name, parameters, resources, ledger);
  return isStrange ? undefined : started;
}

/** The container's own words may hide one, too: a job is in Git and in the pod's description like any other work. */
function hidesSecret(name: string, place: At, words: readonly string[], ledger: Ledger): boolean {
  const [kind] = words.flatMap((word) => secretIn(word) ?? []);
  if (kind === undefined) return false;
  const answer = ledger.ask(place, {
    id: idOf("cron", name, "words"),
    risk: "wrong secret",
    asks: `The words of ${name} have what looks like ${kind}. Everybody may read them: does the job read it from a variable instead?`,
    options: [
      { answer: "plain", means: "it is no secret; the words stay" },
      { answer: "changed", means: "it does; the job is left out, and written by hand" },
    ],
    without: "it does not run on Azure",
  });
  return answer !== "plain";
}

/** ECS starts no task whose schedule changes a container that the task lacks. */
function runsElsewhere(
  name: string,
  target: At,
  overrides: readonly Override[],
  taskDefinition: At,
  ledger: Ledger,
): boolean {
  const other = familyOf(target.at("EcsParameters", "TaskDefinitionArn"));
  const own = taskDefinition.at("family").text;
  const containers = taskDefinition.at("containerDefinitions").items.map((container) => container.at("name").text);
  // The containers of another task definition are not known here.
  if (containers.length === 0 || (other !== undefined && own !== undefined && other !== own)) return false;
  const strangers = overrides.flatMap((one) =>
    containers.includes(one.name) ? [] : [one.name ?? "one without a name"],
  );
  if (strangers.length === 0) return false;
  const answer = ledger.ask(target.at("Input"), {
    id: idOf("cron", name, "container"),
    risk: "done twice or never",
    asks: `The schedule changes a container that the task of ${name} lacks: ${flat(strangers.join(", "))}. ECS starts no such task. Should it run here?`,
    options: [
      { answer: "on", means: "it runs, in the application's container" },
      { answer: "skip", means: "it is not converted" },
    ],
    without: "it does not run, as on AWS",
  });
  return answer !== "on";
}

function asked(name: string, parameters: At, resources: Started["resources"], ledger: Ledger): Started | undefined {
  const answer = ledger.ask(parameters.at("(no words)"), {
    id: idOf("cron", name, "args"),
    risk: "does not start",
    asks: `What does ${name} run? The schedule says no command, and the image's own starts its server.`,
    options: [
      {
        form: 'words as JSON such as ["node","sync.js"]',
        fits: /^\[\s*"[^"]*"(\s*,\s*"[^"]*")*\s*\]$/,
        means: "these",
      },
    ],
    without: "it does not run on Azure",
  });
  if (answer === undefined) return undefined;
  const words: unknown = JSON.parse(answer);
  return { args: Array.isArray(words) ? words.map(String) : [], ...(resources && { resources }) };
}

function count(name: string, parameters: At, ledger: Ledger): void {
  const tasks = parameters.at("TaskCount");
  if ((tasks.number ?? 1) === 1) {
    if (tasks.isThere) ledger.dropped(tasks, "a cron job starts one pod");
    return;
  }
  ledger.ask(tasks, {
    id: idOf("cron", name, "count"),
    risk: "done twice or never",
    asks: `${tasks.number} tasks start at once; a cron job starts one pod. How do they share the work?`,
    options: [ACCEPTED],
    without: "one runs",
  });
}

/** @returns whether it runs the task definition that is imported; nobody knows of a template */
function family(name: string, parameters: At, taskDefinition: At, ledger: Ledger): boolean {
  const at = parameters.at("TaskDefinitionArn");
  const own = taskDefinition.at("family").text;
  const other = familyOf(at);
  if (!at.isThere) return true;
  if (own === undefined || other === own) {
    ledger.mapped(at, `cronJobs.${name}`);
    return true;
  }
  const answer = ledger.ask(at, {
    id: idOf("cron", name, "task-definition"),
    risk: "does not start",
    asks: `It runs another task definition (${other}) than the application (${own}). A cron job has the application's image, variables and secrets. Are they the same?`,
    options: [{ answer: "same", means: "the image is the same, and it needs no other variable" }, ACCEPTED],
    without: "its words are taken, and the application's image",
  });
  return answer === "same";
}

const familyOf = (arn: At): string | undefined => arn.text?.split("/").at(-1)?.replace(/:\d+$/, "");

function containerOf(taskDefinition: At, overrides: readonly Override[]): At | undefined {
  const containers = taskDefinition.at("containerDefinitions").items;
  const named = containers.find((container) => overrides.some(({ name }) => name === container.at("name").text));
  return named ?? (containers.length === 1 ? containers[0] : undefined);
}

function askInput(name: string, input: At, ledger: Ledger): void {
  ledger.ask(input, {
    id: idOf("cron", name, "input"),
    risk: "done twice or never",
    asks: `What the schedule hands to the task of ${name} is no list of overrides that can be read. What does it change?`,
    options: [ACCEPTED],
    without: "the words of the task definition are taken",
  });
}

function settleInput(name: string, input: At, { others, overrides }: Input, ledger: Ledger): void {
  if (!input.isThere) return;
  if (others.length > 0)
    ledger.ask(input, {
      id: idOf("cron", name, "input"),
      risk: "done twice or never",
      asks: `The schedule changes of the whole task of ${name}: ${flat(others.join(", "))}. A cron job has what the application has. Does it need another?`,
      options: [ACCEPTED],
      without: "it has the application's own",
    });
  const variables = overrides.flatMap(({ environment }) => environment);
  const several = overrides.filter(({ command }) => command !== undefined).length > 1;
  if (variables.length > 0 || several)
    ledger.ask(input, {
      id: idOf("cron", name, variables.length > 0 ? "environment" : "containers"),
      risk: "does not start",
      asks:
        variables.length > 0
          ? `The schedule sets variables for ${name}: ${variables.join(", ")}. A cron job has the application's own. Where do they come from?`
          : `The schedule changes several containers of ${name}; a cron job has one. Which words run?`,
      options: [ACCEPTED],
      without: variables.length > 0 ? "they are not set" : "the first one's words run",
    });
  // A question takes the place over.
  ledger.mapped(input, `cronJobs.${name}`);
}

/** ECS counts 1024 units a CPU, and MiB. */
function resourcesOf({ cpu, memory, memoryReservation = memory }: Sizes): Started["resources"] {
  if (cpu === undefined && memory === undefined && memoryReservation === undefined) return undefined;
  return {
    requests: {
      ...(cpu !== undefined && { cpu: `${Math.max(1, Math.round((cpu * 1000) / 1024))}m` }),
      ...(memoryReservation !== undefined && { memory: `${memoryReservation}Mi` }),
    },
    ...(memory !== undefined && { limits: { memory: `${memory}Mi` } }),
  };
}
