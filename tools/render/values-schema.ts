import { join } from "node:path";
import { z } from "zod";
import { chartFolder } from "../../model/helm-values";
import { gitCredentialChartSchema } from "../../model/schema/git-credential";
import { platformChartSchema } from "../../model/schema/platform";
import { chartValuesSchema } from "../../model/schema/workload";

/** Our charts, with what each may be given. */
const CHARTS = {
  "mmrv-app": chartValuesSchema,
  "mmrv-git-credential": gitCredentialChartSchema,
  "mmrv-platform": platformChartSchema,
} as const;

interface SchemaFile {
  /** As the user knows it. */
  readonly file: string;
  readonly path: string;
  readonly text: string;
}

/** What values.schema.json of every chart of ours must say, so that Helm refuses what synthesis refuses. */
export function schemaFiles(): SchemaFile[] {
  return Object.entries(CHARTS).map(([chart, schema]) => ({
    file: `charts/${chart}/values.schema.json`,
    path: join(chartFolder(chart), "values.schema.json"),
    text: `${written(jsonSchema(schema))}\n`,
  }));
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON schema of a schema of ours, with its sentences, in what Helm understands. */
export function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    // Zod visits a described or optional schema twice; it must be changed only once.
    override: ({ zodSchema, jsonSchema }) => {
      toRe2(jsonSchema);
      const sentence = sentenceOf(zodSchema);
      if (sentence !== undefined && !("if" in jsonSchema)) say(sentence, jsonSchema);
    },
  });
}

/** Values that no field takes: a word of another type, and one that fits no pattern. */
const MISFITS = { string: "\u0000", number: 0.5, boolean: null, enum: null, never: null } as const;

/** The message of a field that was given a wrong value; undefined when the words are zod's. */
function sentenceOf(schema: z.core.$ZodType): string | undefined {
  const { type } = schema._zod.def;
  if (!(type in MISFITS)) return undefined;
  const issues = [MISFITS[type as keyof typeof MISFITS], null].map(
    (value) => z.safeParse(schema, value).error?.issues[0],
  );
  return issues.map((issue) => issue?.message).find((message) => message?.startsWith(MUST));
}

const MUST = "must be ";

/**
 * Makes Helm say the sentence. JSON Schema knows no messages, and of a pattern Helm says only that it does not match;
 * of a constant it says what the "value must be". The sentence itself is no value, which `not` sees to.
 */
function say(sentence: string, schema: JsonSchema): void {
  const { description, ...rules } = schema;
  const words = sentence.slice(MUST.length);
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, { description, if: rules, else: { const: words }, not: { const: words } });
}

const LENGTH = /^\^\(\?=\.\{(\d+),(\d+)\}\$\)/;

/** Go's regular expressions look nowhere but where they are: a length in front becomes one of JSON Schema. */
function toRe2(schema: JsonSchema): void {
  const { pattern } = schema;
  if (pattern === undefined) return;
  const [ahead, least, most] = LENGTH.exec(pattern) ?? [];
  if (ahead !== undefined)
    Object.assign(schema, {
      pattern: `^${pattern.slice(ahead.length)}`,
      minLength: Number(least),
      maxLength: Number(most),
    });
  if (/\(\?[=!<]/.test(schema.pattern ?? "")) throw new Error(`Helm cannot look around in a pattern: ${pattern}`);
}

const WIDTH = 120;

/** As the formatter of this repository writes JSON: a list on one line when it fits there. */
const written = (schema: JsonSchema): string =>
  JSON.stringify(schema, null, 2).replace(
    /^( *)(.*)\[\n([^[\]{}]*?)\n *\](,?)$/gm,
    (list, indent, key, items, comma) => {
      const line = `${indent}${key}[${items.trim().replace(/\n\s*/g, " ")}]${comma}`;
      return line.length <= WIDTH ? line : list;
    },
  );
