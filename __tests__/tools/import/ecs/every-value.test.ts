import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { SERVER_RULES, WORKER_RULES, WORKLOAD_RULES } from "../../../../model/rules/workload";
import { workerSchema, workloadSchema } from "../../../../model/schema/workload";
import { isRecord } from "../../../../tools/import/at";
import { mergeValues } from "../../../../tools/import/ecs/merge-values";
import { whySecret } from "../../../../tools/import/ecs/secret-looking";
import type { Decision } from "../../../../tools/import/ledger";
import { takes } from "../../../../tools/import/question";
import { json, markdown } from "../../../../tools/import/report";
import { type Converted, convertJson, corpus, corpusText, environment } from "../../../support/import/ecs";
import { mutationsOf, randomBy } from "../../../support/import/mutations";

/** Those without a server go to the application that is work alone. */
const applicationOf = (file: string): string => (/^(06|07|14|16|27)/.test(file) ? "jobs" : "shop");

const CONVERTED = corpus().flatMap((file): [string, unknown][] => {
  const parsed = parsedOf(file);
  return parsed === undefined || convertedOf(parsed, file) === undefined ? [] : [[file, parsed]];
});
/** From each file, this many more with something changed by chance. */
const MUTANTS = 40;

function parsedOf(file: string): unknown {
  try {
    return JSON.parse(corpusText(file).replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** Undefined for one that is refused; whatever else is thrown is a fault. */
function convertedOf(
  content: unknown,
  file: string,
  answers: Readonly<Record<string, string>> = {},
): Converted | undefined {
  try {
    return convertJson(content, file, { answers, application: applicationOf(file) });
  } catch (error) {
    if (error instanceof Error && error.name === "UserError") return undefined;
    throw error;
  }
}

/** How many single values there are, counted without the importer's help; "" counts for a variable. */
function valuesIn(content: unknown): number {
  if (Array.isArray(content)) return sum(content.map(valuesIn));
  if (isRecord(content))
    return sum(
      Object.entries(content).map(([key, one]) => (VARIABLES.includes(key) ? emptyIn(one) : 0) + valuesIn(one)),
    );
  return content === null || content === undefined || content === "" ? 0 : 1;
}

const VARIABLES = ["environment", "properties"];
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const emptyIn = (list: unknown): number =>
  Array.isArray(list) ? list.filter((one) => isRecord(one) && one["value"] === "").length : 0;

function everyMutant(check: (content: unknown, file: string, converted: Converted) => void): number {
  let converted = 0;
  for (const [file, content] of CONVERTED) {
    for (const mutant of [content, ...mutationsOf(content, randomBy(file), MUTANTS)]) {
      const result = convertedOf(mutant, file);
      if (result === undefined) continue;
      converted++;
      check(mutant, file, result);
    }
  }
  return converted;
}

describe("whatever a task definition holds", () => {
  it("each of its values is one row of the report, and no other is", () => {
    const wrong: string[] = [];
    const count = everyMutant((content, file, { rows }) => {
      const there = rows.filter(({ isAbsent }) => !isAbsent);
      const paths = new Set(rows.map(({ path, source }) => `${source} ${path}`));
      const values = valuesIn(content);
      if (there.length !== values || paths.size !== rows.length)
        wrong.push(
          `${file}: ${values} values, ${there.length} rows, ${rows.length - paths.size} twice in ${JSON.stringify(content)}`,
        );
    });
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(500);
  });

  it("no value of a variable that looks like a secret is shown or written", () => {
    const shown: string[] = [];
    everyMutant((content, file, converted) => {
      const report = { environment: "staging", application: "shop", from: [], ...converted };
      const text = [JSON.stringify(converted), JSON.stringify(json(report)), markdown(report)].join("\n");
      for (const [name, value] of variablesIn(content))
        if (value.length > 7 && whySecret(name, value) !== undefined && text.includes(value))
          shown.push(`${file} ${name}`);
    });
    expect(shown).toEqual([]);
  });
});

/** Every plain variable that is written as one, wherever it is. */
function variablesIn(content: unknown): [name: string, value: string][] {
  if (Array.isArray(content)) return content.flatMap(variablesIn);
  if (!isRecord(content)) return [];
  const { name, value } = content;
  const own: [string, string][] = typeof name === "string" && typeof value === "string" ? [[name, value]] : [];
  return [...own, ...Object.values(content).flatMap(variablesIn)];
}

const DEFAULTS: unknown = parse(readFileSync(join(__dirname, "../../../../charts/mmrv-app/values.yaml"), "utf8"));

/** Answers of every form. */
const SAMPLES = [
  ...["/healthz", "8080", "512Mi", "250m", `sha256:${"0".repeat(64)}`, "MY_NAME", "another-name", "plain:here"],
  ...['["node","worker.js"]', "/app/cache", "elsewhere.example.com"],
];

function answerTo(decision: Decision): string {
  const [option] = decision.options;
  if (option && "answer" in option) return option.answer;
  return SAMPLES.find((sample) => takes(decision, sample)) ?? "";
}

/** Answers one question after the other, because an answer may raise the next. */
function answered(
  content: unknown,
  file: string,
): { readonly converted: Converted; readonly answers: Record<string, string> } {
  const answers: Record<string, string> = {};
  for (;;) {
    const converted = convertJson(content, file, { answers, application: applicationOf(file) });
    const open = converted.decisions.filter(({ answer }) => answer === undefined);
    if (open.length === 0) return { converted, answers };
    const before = Object.keys(answers).length;
    for (const decision of open) answers[decision.id] = answerTo(decision);
    if (Object.keys(answers).length === before) throw new Error(`no answer to ${open.map(({ id }) => id).join(", ")}`);
  }
}

describe("once every question is answered, the draft of", () => {
  it.each(CONVERTED)("%s is what the chart takes, over its own defaults", (file, content) => {
    const { draft } = answered(content, file).converted;
    const values = mergeValues(DEFAULTS as Draft, draft.values);
    const application = environment.applications.find(({ name }) => name === applicationOf(file));
    const isWorker = application?.kind === "worker";
    const result = (isWorker ? workerSchema : workloadSchema).safeParse(values);
    expect(result.success ? [] : result.error.issues).toEqual([]);
    const rules = [...WORKLOAD_RULES, ...(isWorker ? WORKER_RULES : SERVER_RULES)];
    const issues = rules.flatMap((rule) => rule.issues(values as never, environment, application as never));
    expect(issues).toEqual([]);
  });
});

type Draft = Parameters<typeof mergeValues>[0];
