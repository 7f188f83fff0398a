import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
}

export interface Job {
  readonly name?: string;
  readonly uses?: string;
  readonly needs?: string | readonly string[];
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly secrets?: unknown;
  readonly with?: Readonly<Record<string, string>>;
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": unknown };
  readonly defaults?: { readonly run: { readonly shell: string } };
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Action {
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Parsed<T> {
  readonly file: string;
  readonly text: string;
  readonly content: T;
}

const read = <T>(file: string): Parsed<T> => {
  const text = readFileSync(file, "utf8");
  return { file, text, content: parse(text) as T };
};

const workflowsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => read<Workflow>(join(folder, name)));

/** This repository's workflows, and those that the applications' repositories copy. */
export const workflows = [...workflowsIn(".github/workflows"), ...workflowsIn("examples/workflows")];

export const actions = readdirSync(".github/actions")
  .sort()
  .map((name) => read<Action>(join(".github/actions", name, "action.yml")));

/** Every step of a workflow or an action, wherever it stands. */
export const stepsOf = (content: Workflow | Action): readonly Step[] =>
  "jobs" in content ? Object.values(content.jobs).flatMap(({ steps = [] }) => steps) : content.runs.steps;

/** @throws when there is no such file */
export function workflow(file: string): Workflow {
  const found = workflows.find((one) => one.file === file);
  if (found === undefined) throw new Error(`no workflow ${file}`);
  return found.content;
}

/** The step of a workflow or an action that has this name, or this id. @throws when there is none, or more than one */
export function stepNamed(content: Workflow | Action, name: string): Step & { readonly run: string } {
  const [step, ...others] = stepsOf(content).filter((one) => one.name === name || one.id === name);
  if (step?.run === undefined || others.length > 0) throw new Error(`expected one step "${name}" that runs something`);
  return { ...step, run: step.run };
}
