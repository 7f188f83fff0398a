import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../../model/environment";
import type { Draft } from "../../../tools/import/draft";
import type { EcsInputs, ServicePart } from "../../../tools/import/ecs/inputs";
import { TABLES } from "../../../tools/import/fields/all";
import { type Decision, Ledger, type Row } from "../../../tools/import/ledger";
import { readJson } from "../../../tools/import/read-input";
import { convertEcs } from "../../../tools/import/task/convert";
import { TASK_DEFINITION, unwrap } from "../../../tools/import/task/unwrap";
import { staging } from "../fixtures/environments/staging";

const FOLDER = join(__dirname, "ecs");

/** The files of the corpus, by name. */
export const corpus = (): string[] => readdirSync(FOLDER).sort();
export const corpusText = (file: string): string => readFileSync(join(FOLDER, file), "utf8");

/** The environment that the corpus is imported into: its account and region, and an application of each kind. */
export const environment: Environment = {
  ...staging,
  applications: [
    { name: "shop", kind: "web", from: "ecs", phase: 1 },
    { name: "jobs", kind: "worker", from: "ecs", phase: 1 },
  ],
  aws: { ...staging.aws, accountId: "111122223333", region: "us-east-1", permissions: {} },
};

/** Those without a server go to the application that is work alone. */
export const applicationOf = (file: string): "shop" | "jobs" => (/^(06|07|14|16|27)/.test(file) ? "jobs" : "shop");

export interface Converted {
  readonly draft: Draft;
  readonly rows: readonly Row[];
  readonly decisions: readonly Decision[];
  readonly ids: readonly string[];
  readonly notes: readonly string[];
  readonly faults: readonly string[];
}

interface Options {
  readonly application?: string;
  readonly answers?: Readonly<Record<string, string>>;
  readonly envFiles?: EcsInputs["envFiles"];
  readonly known?: EcsInputs["known"];
  readonly service?: ServicePart;
}

/** A file of the corpus, converted. @throws UserError for one that is refused */
export const convertFile = (file: string, options: Options = {}): Converted =>
  convertJson(readJson(join(FOLDER, file), TASK_DEFINITION), file, options);

/** The same for what a test makes up. */
export function convertJson(json: unknown, file: string, options: Options = {}): Converted {
  const { answers = {}, application = "shop", envFiles = new Map(), known = new Map(), service } = options;
  const { tags, taskDefinition } = unwrap(json, file);
  const ledger = new Ledger(TABLES, new Map(Object.entries(answers)));
  for (const input of [taskDefinition, ...tags]) ledger.read(input);
  const nothing = { targetGroups: [], targetGroupAttributes: [], loadBalancerAttributes: [], rules: [], alarms: [] };
  const scaling = { scalableTargets: [], scalingPolicies: [], scheduledActions: [], schedules: [] };
  const inputs: EcsInputs = {
    ...nothing,
    ...scaling,
    rolePolicies: [],
    logGroups: [],
    taskDefinition,
    tags,
    envFiles,
    known,
  };
  const draft = convertEcs(inputs, { environment, application, ledger }, service);
  const rows = ledger.settle();
  const decisions = ledger.decisions();
  return {
    draft,
    rows,
    decisions,
    ids: decisions.map(({ id }) => id).sort(),
    notes: ledger.notes,
    faults: ledger.faults,
  };
}
