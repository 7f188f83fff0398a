import { describe, expect, it } from "vitest";
import { isRecord } from "../../../../tools/import/at";
import type { Decision } from "../../../../tools/import/ledger";
import { json, markdown } from "../../../../tools/import/report";
import { whySecret } from "../../../../tools/import/task/secret-looking";
import { answered } from "../../../support/import/answers";
import { chartIssues } from "../../../support/import/chart-issues";
import { applicationOf, type Converted, convertJson, corpus, corpusText } from "../../../support/import/ecs";
import { mutationsOf, randomBy } from "../../../support/import/mutations";

const CONVERTED = corpus().flatMap((file): [string, unknown][] => {
  const parsed = parsedOf(file);
  return parsed === undefined || convertedOf(parsed, file) === undefined ? [] : [[file, parsed]];
});
/** From each file, this many more with something changed by chance. */
const MUTANTS = 25;

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
    expect(count).toBeGreaterThan(400);
  });

  it("no value of a variable that looks like a secret is shown or written", () => {
    const shown: string[] = [];
    everyMutant((content, file, converted) => {
      const report = { is: "ecs" as const, environment: "staging", application: "shop", from: [], ...converted };
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

/** Answers of every form, good ones and odd ones: what a question takes, the chart must take. */
const SAMPLES = [
  ...["/healthz", "8080", "512Mi", "250m", `sha256:${"0".repeat(64)}`, "MY_NAME", "another-name", "plain:here"],
  ...['["node","worker.js"]', "/app/cache", "elsewhere.example.com", "/", "65535", "64", "plain:", "true", "0123"],
  ...["PORT", "AWS_ROLE_ARN", "DATABASE_URL", "data", "mono-database-url", "6379", '["$(X)"]', "redis://x:6379/0"],
  ...["/tmp /tmp", "/var/log /var/log/x", "/mnt/secrets", "/etc/ssl/x", "/a/../b", '/healthz?x=1&y="2"', "1Mi"],
];

/** All that a question takes of them. */
const answersTo = ({ options }: Decision): string[] =>
  options.flatMap((option) => ("answer" in option ? [option.answer] : SAMPLES.filter((one) => option.fits.test(one))));
const answerTo = (decision: Decision): string => answersTo(decision)[0] ?? "";

const settled = (content: unknown, file: string, choose = answerTo): Converted =>
  answered((answers) => convertJson(content, file, { answers, application: applicationOf(file) }), choose);
const issuesOf = ({ draft }: Converted, file: string): unknown[] => chartIssues(draft.values, applicationOf(file));

describe("once every question is answered, the draft of", () => {
  it.each(CONVERTED)("%s is what the chart takes, over its own defaults", (file, content) => {
    expect(issuesOf(settled(content, file), file)).toEqual([]);
  });

  it.each(CONVERTED)("%s is what the chart takes, whichever answer a question gets", (file, content) => {
    const wrong: string[] = [];
    for (const { id, ...question } of settled(content, file).decisions) {
      for (const answer of answersTo({ id, ...question })) {
        const choose = (decision: Decision) => (decision.id === id ? answer : answerTo(decision));
        const issues = issuesOf(settled(content, file, choose), file);
        if (issues.length > 0) wrong.push(`${id}: ${answer}: ${JSON.stringify(issues)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("a file with things changed by chance is, too", () => {
    const wrong: string[] = [];
    everyMutant((content, file, { draft, ids }) => {
      // Nobody knows what the placeholders of a template stand for.
      if (ids.includes("template")) return;
      // Work alone is added to the values that a server has already.
      const isServer = draft.values.probes !== undefined;
      if (isServer !== (applicationOf(file) === "shop")) return;
      const issues = issuesOf(settled(content, file), file);
      if (issues.length > 0) wrong.push(`${file} ${JSON.stringify(issues)} of ${JSON.stringify(content)}`);
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
