import { type At, isRecord } from "../at";
import { idOf } from "../id";
import type { Ledger } from "../ledger";
import { ACCEPTED } from "../question";

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

interface Override {
  readonly name?: string;
  readonly command?: readonly string[];
  readonly environment: readonly string[];
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
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
  const overrides = overridesIn(input.text);
  if (overrides === undefined) {
    ledger.ask(input, {
      id: idOf("cron", name, "input"),
      risk: "done twice or never",
      asks: `What the schedule hands to the task of ${name} is no list of overrides that can be read. What does it change?`,
      options: [ACCEPTED],
      without: "the words of the task definition are taken",
    });
  } else settleInput(name, input, overrides, ledger);
  const container = containerOf(taskDefinition, overrides ?? []);
  const override = (overrides ?? []).find((one) => one.command !== undefined) ?? overrides?.[0];
  const entry = isOwn ? container?.at("entryPoint").words : undefined;
  const args = override?.command ?? (isOwn ? container?.at("command").words : undefined);
  const resources = resourcesOf(override);
  if (args !== undefined && args.length > 0)
    return {
      ...(entry !== undefined && entry.length > 0 && { command: entry }),
      args,
      ...(resources && { resources }),
    };
  return asked(name, parameters, resources, ledger);
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
  const other = at.text?.split("/").at(-1)?.replace(/:\d+$/, "");
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

function containerOf(taskDefinition: At, overrides: readonly Override[]): At | undefined {
  const containers = taskDefinition.at("containerDefinitions").items;
  const named = containers.find((container) => overrides.some(({ name }) => name === container.at("name").text));
  return named ?? (containers.length === 1 ? containers[0] : undefined);
}

function settleInput(name: string, input: At, overrides: readonly Override[], ledger: Ledger): void {
  if (!input.isThere) return;
  const variables = overrides.flatMap(({ environment }) => environment);
  const several = overrides.filter(({ command }) => command !== undefined).length > 1;
  if (variables.length === 0 && !several) {
    ledger.mapped(input, `cronJobs.${name}`);
    return;
  }
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
}

/** An input may be empty, or an object without anything in it. */
function overridesIn(input: string | undefined): Override[] | undefined {
  if (input === undefined) return [];
  const read = parsed(input);
  if (!isRecord(read) || Object.keys(read).some((key) => key !== "containerOverrides")) return undefined;
  const all = read["containerOverrides"] ?? [];
  return Array.isArray(all) && all.every(isRecord) ? all.map(overrideOf) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function overrideOf(one: Readonly<Record<string, unknown>>): Override {
  const { command, cpu, environment, memory, memoryReservation, name } = one;
  const isNumber = (value: unknown): value is number => typeof value === "number" && value > 0;
  return {
    environment: Array.isArray(environment)
      ? environment.filter(isRecord).map((variable) => String(variable["name"]))
      : [],
    ...(typeof name === "string" && { name }),
    ...(Array.isArray(command) && { command: command.map(String) }),
    ...(isNumber(cpu) && { cpu }),
    ...(isNumber(memory) && { memory }),
    ...(isNumber(memoryReservation) && { memoryReservation }),
  };
}

/** ECS counts 1024 units a CPU, and MiB. */
function resourcesOf(override: Override | undefined): Started["resources"] {
  if (override === undefined) return undefined;
  const { cpu, memory, memoryReservation = memory } = override;
  if (cpu === undefined && memory === undefined && memoryReservation === undefined) return undefined;
  return {
    requests: {
      ...(cpu !== undefined && { cpu: `${Math.max(1, Math.round((cpu * 1000) / 1024))}m` }),
      ...(memoryReservation !== undefined && { memory: `${memoryReservation}Mi` }),
    },
    ...(memory !== undefined && { limits: { memory: `${memory}Mi` } }),
  };
}
