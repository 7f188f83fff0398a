import { parse } from "@cdktf/hcl2json";
import type { TerraformStack } from "cdktf";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * A stack as native HCL, unformatted. CDKTF's writer renders resources well; this mends the two things of ours that it
 * garbles: overrides of the terraform block, and conditions, which it writes as an attribute.
 */
export function toHcl(stack: TerraformStack, json: { readonly terraform?: Readonly<Record<string, unknown>> }): string {
  return stack
    .toHclTerraform()
    .hcl.replace(
      /^\s*\d+ = "(\w+)"$/gm,
      (_line: string, key: string) => `${key} = ${JSON.stringify(json.terraform?.[key])}`,
    )
    .replace(/^\s*(precondition|postcondition) = \[\n([\s\S]*?)\n\]/gm, (_list: string, kind: string, items: string) =>
      items.replace(/^\{\n([\s\S]*?)\n\},?$/gm, (_item: string, body: string) => `${kind} {\n${body}\n}`),
    );
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
