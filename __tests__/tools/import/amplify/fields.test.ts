import { App$, Branch$, DomainAssociation$ } from "@aws-sdk/client-amplify";
import { NormalizedSchema } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { AMPLIFY_TABLES } from "../../../../tools/import/amplify/tables";

/** Every path of a schema that ends in a value, as the tables spell it. */
function pathsOf(schema: ConstructorParameters<typeof Object>[0], path = ""): string[] {
  const normalized = NormalizedSchema.of(schema);
  if (normalized.isStructSchema())
    return [...normalized.structIterator()].flatMap(([name, member]) =>
      pathsOf(member, path === "" ? name : `${path}.${name}`),
    );
  if (normalized.isListSchema()) return pathsOf(normalized.getValueSchema(), `${path}[]`);
  return normalized.isMapSchema() ? pathsOf(normalized.getValueSchema(), `${path}{}`) : [path];
}

describe("the fields of Amplify", () => {
  it.each([
    ["amplify.App", App$, 46],
    ["amplify.Branch", Branch$, 30],
    ["amplify.DomainAssociation", DomainAssociation$, 16],
  ])("%s has a row for each path of the SDK's model, and no other", (shape, schema, count) => {
    const paths = pathsOf(schema);
    expect(paths).toHaveLength(count);
    expect(Object.keys(AMPLIFY_TABLES[shape] ?? {}).sort()).toEqual(paths.sort());
  });
});
