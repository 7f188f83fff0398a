import { readFileSync } from "node:fs";
import { At } from "../../tools/import/at";
import type { EcsInputs, ServicePart } from "../../tools/import/ecs/inputs";
import { SERVICE_TABLES } from "../../tools/import/fields/service-tables";
import { type Decision, Ledger, type Row } from "../../tools/import/ledger";
import { servicePart } from "../../tools/import/service/service-part";
import { staging } from "./fixtures/environments/staging";

/** A file of the corpus, as text and as JSON. */
export const corpusText = (name: string): string => readFileSync(`__tests__/support/import/services/${name}`, "utf8");
export const corpus = (name: string): unknown => JSON.parse(corpusText(name));

const TASK_DEFINITION = At.root({ name: "taskDefinition", shape: "ecs.TaskDefinition" }, undefined);

/** Inputs of which nothing was given. */
export const NOTHING: EcsInputs = {
  taskDefinition: TASK_DEFINITION,
  tags: [],
  targetGroups: [],
  targetGroupAttributes: [],
  loadBalancerAttributes: [],
  rules: [],
  scalableTargets: [],
  scalingPolicies: [],
  scheduledActions: [],
  schedules: [],
  rolePolicies: [],
  alarms: [],
  logGroups: [],
  envFiles: new Map(),
  known: new Map(),
};

/** What the service's side makes of some inputs, all others being absent. */
export interface Imported {
  readonly part: ServicePart;
  readonly ids: readonly string[];
  readonly decisions: readonly Decision[];
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
  readonly faults: readonly string[];
  /** Every place of the inputs that has a value, but for the task definition's. */
  readonly leaves: readonly string[];
}

export function importService(given: Partial<EcsInputs>, answers: Readonly<Record<string, string>> = {}): Imported {
  const inputs = { ...NOTHING, ...given };
  const ledger = new Ledger(SERVICE_TABLES, new Map(Object.entries(answers)));
  const { cloudMapNames: _, envFiles: __, known: ___, service, tags, taskDefinition: ____, ...lists } = inputs;
  const all = [...(service ? [service] : []), ...tags, ...Object.values(lists).flat()];
  for (const at of all) ledger.read(at);
  const part = servicePart(inputs, { environment: staging, application: "backend", ledger });
  const rows = ledger.settle();
  const decisions = ledger.decisions();
  return {
    part,
    ids: decisions.map(({ id }) => id),
    decisions,
    notes: ledger.notes,
    rows,
    faults: ledger.faults,
    leaves: all.flatMap((at) => leavesOf(at)),
  };
}

/** By its own walk, so that the account is compared with something else than itself. */
function leavesOf(at: At): string[] {
  const count = (value: unknown): number => {
    if (value === null || value === undefined || value === "") return 0;
    if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + count(one), 0);
    if (typeof value === "object") return Object.values(value).reduce<number>((sum, one) => sum + count(one), 0);
    return 1;
  };
  return Array.from({ length: count(at.value) }, () => at.source.name);
}
