import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SERVER_RULES, WORKER_RULES, WORKLOAD_RULES } from "../../../model/rules/workload";
import { type Workload, workerSchema, workloadSchema } from "../../../model/schema/workload";
import type { Draft } from "../../../tools/import/draft";
import { mergeValues } from "../../../tools/import/task/merge-values";
import { APP_CHART } from "../chart-values";
import { environment } from "./ecs";

const DEFAULTS: Draft["values"] = parse(readFileSync(join(APP_CHART, "values.yaml"), "utf8"));

/**
 * What synthesis says against values, over the chart's own.
 * @param name of an application in the environment that the corpus is imported into
 */
export function chartIssues(values: Draft["values"], name: string): unknown[] {
  const application = environment.applications.find((one) => one.name === name);
  if (application === undefined) throw new Error(`no application ${name}`);
  const isWorker = application.kind === "worker";
  const result = (isWorker ? workerSchema : workloadSchema).safeParse(mergeValues(DEFAULTS, values));
  if (!result.success) return result.error.issues.map(({ message, path }) => `${path.join(".")}: ${message}`);
  const rules = [...WORKLOAD_RULES, ...(isWorker ? WORKER_RULES : SERVER_RULES)];
  return rules.flatMap((rule) => rule.issues(result.data as Workload, environment, application));
}
