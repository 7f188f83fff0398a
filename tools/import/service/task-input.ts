import { isRecord } from "../at";

/** In ECS's units: 1024 units are a CPU, and memory is in MiB. */
export interface Sizes {
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
}

/** What one run changes of a container. */
export interface Override extends Sizes {
  readonly name?: string;
  readonly command?: readonly string[];
  /** Names of variables; their values may be secrets. */
  readonly environment: readonly string[];
}

/** What a schedule hands to a task (TaskOverride of ECS's API). */
export interface Input {
  readonly overrides: readonly Override[];
  /** Of the whole task; a container's own count before them. */
  readonly sizes: Sizes;
  /** Names of whatever else it changes, such as taskRoleArn. */
  readonly others: readonly string[];
}

/**
 * An input may be empty, or an object without anything in it.
 * @returns undefined for what is no JSON and no list of overrides
 */
export function overridesIn(input: string | undefined): Input | undefined {
  if (input === undefined) return { overrides: [], sizes: {}, others: [] };
  const read = parsed(input);
  if (!isRecord(read)) return undefined;
  const { containerOverrides: all = [], cpu, memory, ...others } = read;
  if (!Array.isArray(all) || !all.every(isRecord)) return undefined;
  const sizes = sizesOf({ cpu, memory });
  const unread = Object.entries({ cpu, memory })
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(sizes, name))
    .map(([name]) => name);
  return { overrides: all.map(overrideOf), sizes, others: [...unread, ...Object.keys(others)] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function overrideOf(one: Readonly<Record<string, unknown>>): Override {
  const { command, environment, name } = one;
  return {
    environment: Array.isArray(environment)
      ? environment.filter(isRecord).map((variable) => String(variable["name"]))
      : [],
    ...(typeof name === "string" && { name }),
    ...(Array.isArray(command) && { command: command.map(String) }),
    ...sizesOf(one),
  };
}

/** A container says numbers, and a task says them in quotes. */
function sizesOf(one: Readonly<Record<string, unknown>>): Sizes {
  const all = ["cpu", "memory", "memoryReservation"].flatMap((name) => {
    const number = /^\d+$/.test(String(one[name])) ? Number(one[name]) : 0;
    return number > 0 ? [[name, number] as const] : [];
  });
  return Object.fromEntries(all);
}
