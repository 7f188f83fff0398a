import { parse } from "@cdktf/hcl2json";
import type { TerraformStack } from "cdktf";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface StackBlocks {
  readonly import?: readonly { readonly to: string; readonly id: string }[];
  readonly removed?: readonly { readonly from: string; readonly lifecycle: { readonly destroy: boolean } }[];
  readonly terraform?: Readonly<Record<string, unknown>>;
  readonly variable?: Readonly<Record<string, { readonly validation?: readonly { readonly error_message: string }[] }>>;
}

/**
 * A stack as native HCL, unformatted. CDKTF's writer renders resources well; this adds the import and removed blocks that
 * it drops, and mends what of ours it garbles:
 * overrides of the terraform block, the helm provider's attributes, which it writes as blocks, conditions, the reverse, quotes in a text that also has a
 * reference and the messages of variables, which it does not escape, and texts of several lines, which it ends with one more.
 */
export function toHcl(stack: TerraformStack, json: StackBlocks): string {
  const messages = Object.values(json.variable ?? {}).flatMap(({ validation = [] }) =>
    validation.map(({ error_message }) => error_message),
  );
  const raw = messages.reduce(
    (hcl, message) => hcl.replaceAll(`"${message}"`, () => JSON.stringify(message)),
    [stack.toHclTerraform().hcl, ...overrideBlocks(json)].join("\n"),
  );
  const quoted = textsIn(json as Json).filter(
    (text) => text.includes('"') && text.includes("${") && !isOneExpression(text),
  );
  return [...new Set(quoted)]
    .reduce((hcl, text) => hcl.replaceAll(`"${text}"`, () => escaped(text)), raw)
    .replace(
      /^\s*\d+ = "(\w+)"$/gm,
      (_line: string, key: string) => `${key} = ${JSON.stringify(json.terraform?.[key])}`,
    )
    .replace(/<<EOF\n([\s\S]*?)\nEOF(,?)$/gm, (_here: string, text: string, comma: string) => escaped(text) + comma)
    .replace(/^provider "helm" \{\n[\s\S]*?^\}/m, (block: string) =>
      block.replace(/^(\s*)(kubernetes|exec) \{/gm, "$1$2 = {"),
    )
    .replace(/^\s*(precondition|postcondition) = \[\n([\s\S]*?)\n\]/gm, (_list: string, kind: string, items: string) =>
      items.replace(/^\{\n([\s\S]*?)\n\},?$/gm, (_item: string, body: string) => `${kind} {\n${body}\n}`),
    );
}

/** What comes by an override of the whole stack; the parts of it are addresses, not texts. */
const overrideBlocks = ({ import: imports = [], removed = [] }: StackBlocks): string[] => [
  ...imports.map(({ id, to }) => `import {\nto = ${to}\nid = ${JSON.stringify(id)}\n}\n`),
  ...removed.map(
    ({ from, lifecycle }) => `removed {\nfrom = ${from}\nlifecycle {\ndestroy = ${lifecycle.destroy}\n}\n}\n`,
  ),
];

function textsIn(value: Json): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether a text is one ${…} and nothing else, however deep the braces in it. */
function isOneExpression(text: string): boolean {
  if (!text.startsWith("${")) return false;
  let depth = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    if (character === "}" && depth === 0) return index === text.length - 1;
  }
  return false;
}

/** A text between quotes, escaped everywhere but in its references. */
function escaped(text: string): string {
  const parts = text
    .split(/(\$\{[^}]*\})/)
    .map((part) => (part.startsWith("${") ? part : JSON.stringify(part).slice(1, -1)));
  return `"${parts.join("")}"`;
}

/** What of the synthesized JSON the HCL does not say, as paths; empty when a reader of either sees the same. */
export async function lostIn(hcl: string, json: object): Promise<string[]> {
  const parsed = (await parse("stack.tf", hcl)) as Json;
  return differences(normalize(json as Json), normalize(parsed), "");
}

function differences(expected: Json, actual: Json | undefined, path: string): string[] {
  if (isObject(expected)) {
    const found = isObject(actual) ? actual : {};
    return Object.entries(expected).flatMap(([key, value]) =>
      differences(value, found[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return JSON.stringify(expected) === JSON.stringify(actual) ? [] : [path];
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The same for both forms: a block is a list of one in one and an object in the other, and comments do not count. */
function normalize(value: Json): Json {
  if (Array.isArray(value)) {
    const items = value.map(normalize);
    return items.length === 1 ? (items[0] ?? null) : items;
  }
  if (!isObject(value)) return typeof value === "string" ? value.replace(/^\$\{([^{}]*)\}$/, "$1") : value;
  const kept = Object.entries(value).filter(([key]) => key !== "//");
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, normalize(inner)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}
