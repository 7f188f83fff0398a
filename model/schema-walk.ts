import type { z } from "zod";

type Schema = z.core.$ZodType | undefined;

/** The schema of a key's value; of a union, in the first of its options that knows the key. */
export function memberOf(schema: Schema, key: PropertyKey): Schema {
  const definition = (schema as z.core.$ZodTypes | undefined)?._zod.def;
  switch (definition?.type) {
    case "object":
      return definition.shape[String(key)];
    case "array":
      return definition.element;
    case "record":
      return definition.valueType;
    case "optional":
      return memberOf(definition.innerType, key);
    case "union":
      return definition.options.map((option) => memberOf(option, key)).find((member) => member !== undefined);
    default:
      return undefined;
  }
}

/** The keys that the object at a path may have; in a union, with what its value has chosen. */
export function keysOf(schema: Schema, path: readonly PropertyKey[], value: unknown): string[] {
  const [key, ...rest] = path;
  const definition = (schema as z.core.$ZodTypes | undefined)?._zod.def;
  if (definition?.type === "optional") return keysOf(definition.innerType, path, value);
  if (definition?.type === "union") {
    const chosen = definition.options.filter((option) => isChosen(definition, option, value));
    return chosen.flatMap((option) => keysOf(option, path, value));
  }
  if (key === undefined) return definition?.type === "object" ? Object.keys(definition.shape) : [];
  return keysOf(memberOf(schema, key), rest, (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key]);
}

/** Whether an option of a union is the one that the value's discriminator names; of a plain union each may be. */
function isChosen(union: z.core.$ZodUnionDef, option: z.core.$ZodType, value: unknown): boolean {
  if (!("discriminator" in union)) return true;
  const key = String(union.discriminator);
  const word = memberOf(option, key) as z.core.$ZodTypes | undefined;
  const given = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return word?._zod.def.type === "literal" && word._zod.def.values.some((literal) => literal === given);
}
