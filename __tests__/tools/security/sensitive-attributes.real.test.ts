import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StackVariant, synthesizeVariants } from "../../../tools/program/variants";
import { Terraform } from "../../../tools/terraform/terraform";
import { everyProvider } from "../../support/provider-stack";
import { allMirrors } from "../../support/real-provider";
import { PROVIDERS, requires } from "../../support/requires";
import { SENSITIVE_ATTRIBUTES } from "../../support/sensitive-attributes";
import { type Block, synthStack } from "../../support/synth";

/** Every resource and data source whose provider can be had, by its type as in the list. */
function blocksOf({ json }: StackVariant): [type: string, block: Block][] {
  const all = [
    ...Object.entries(json.resource ?? {}),
    ...Object.entries(json.data ?? {}).map(([type, byName]) => [`data.${type}`, byName] as const),
  ];
  return all
    .filter(([type]) => /^(data\.)?(azurerm|helm|kubernetes)_/.test(type))
    .flatMap(([type, byName]) => Object.values(byName).map((block): [string, Block] => [type, block]));
}

/** Whether a block says something of an attribute, in whichever of its nested blocks. */
function says(block: Block, [name = "", ...inner]: readonly string[]): boolean {
  if (Array.isArray(block)) return block.some((one) => says(one, [name, ...inner]));
  if (typeof block !== "object" || block === null || !(name in block)) return false;
  return inner.length === 0 || says(block[name], inner);
}

describe("sensitive attributes", () => {
  let blocks: [type: string, block: Block][] = [];
  beforeAll(async () => {
    blocks = (await synthesizeVariants()).flatMap(blocksOf);
  });

  it.each(
    SENSITIVE_ATTRIBUTES.flatMap(({ type, attributes, dead }) =>
      dead.because === "deadAtItsSource" ? attributes.map((attribute) => ({ type, attribute, ...dead })) : [],
    ),
  )("of $type are dead in $source: $attribute", ({ attribute, source }) => {
    const there = SENSITIVE_ATTRIBUTES.filter(
      ({ type, attributes }) => type === source && attributes.includes(attribute),
    );
    expect(there).toMatchObject([{ dead: { because: "switchedOff" } }]);
  });

  it.each(
    SENSITIVE_ATTRIBUTES.flatMap(({ type, dead }) => (dead.because === "switchedOff" ? [{ type, ...dead }] : [])),
  )("of $type are dead: $attribute is $is wherever there is one", ({ type, attribute, is }) => {
    const values = blocks.filter(([other]) => other === type).map(([, block]) => block[attribute]);
    expect(values.length).toBeGreaterThan(0);
    expect([...new Set(values)]).toEqual([is]);
  });

  it.each(
    SENSITIVE_ATTRIBUTES.flatMap(({ type, attributes, dead }) =>
      dead.because === "neverSet" ? attributes.map((attribute) => ({ type, attribute })) : [],
    ),
  )("of $type are never set: $attribute", ({ type, attribute }) => {
    const having = blocks.filter(([other]) => other === type);
    expect(having).not.toEqual([]);
    expect(having.filter(([, block]) => says(block, attribute.split(".")))).toEqual([]);
  });

  describe("of the real providers", requires(...PROVIDERS), () => {
    const folder = mkdtempSync(join(tmpdir(), "mmrv-schema-"));
    afterAll(() => rmSync(folder, { recursive: true }));

    it("are all listed, and nothing else is", async () => {
      const schema = await providerSchema(folder);
      const types = [...new Set(blocks.map(([type]) => type))].sort();
      const marked = types.flatMap((type) =>
        sensitiveIn(schemaOf(schema, type).block).map((name) => `${type} ${name}`),
      );
      const listed = SENSITIVE_ATTRIBUTES.flatMap(({ type, attributes }) =>
        attributes.map((name) => `${type} ${name}`),
      );
      expect(marked.length).toBeGreaterThan(10);
      expect(marked.sort()).toEqual(listed.sort());
    });
  });
});

/** What is read of `terraform providers schema -json`: developer.hashicorp.com/terraform/cli/commands/providers/schema. */
interface SchemaBlock {
  readonly attributes?: Readonly<Record<string, SchemaAttribute>>;
  readonly block_types?: Readonly<Record<string, { readonly block: SchemaBlock }>>;
}

interface SchemaAttribute {
  readonly sensitive?: boolean;
  readonly nested_type?: SchemaBlock;
}

type Schemas = Readonly<Record<string, { readonly block: SchemaBlock }>>;

interface ProviderSchema {
  readonly resource_schemas: Schemas;
  readonly data_source_schemas: Schemas;
}

/** The schemas of the versions that the stacks require, from the providers themselves. */
async function providerSchema(folder: string): Promise<ProviderSchema> {
  const { required_providers } = synthStack(everyProvider).json.terraform;
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
  const rc = join(folder, "terraform.rc");
  const mirrors = allMirrors().map((mirror) => `  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n`);
  writeFileSync(rc, `provider_installation {\n${mirrors.join("")}}\n`);
  const environment = { PATH: process.env.PATH ?? "", HOME: folder, TF_CLI_CONFIG_FILE: rc, CHECKPOINT_DISABLE: "1" };
  const terraform = new Terraform(folder, environment, true);
  const init = await terraform.init();
  expect(init.exitCode, init.stderr).toBe(0);
  const { stdout } = await terraform.text(["providers", "schema", "-json"]);
  const { provider_schemas } = JSON.parse(stdout) as { provider_schemas: Readonly<Record<string, ProviderSchema>> };
  const all = Object.values(provider_schemas);
  expect(all.length).toBe(3);
  return {
    resource_schemas: Object.assign({}, ...all.map(({ resource_schemas }) => resource_schemas)),
    data_source_schemas: Object.assign({}, ...all.map(({ data_source_schemas }) => data_source_schemas)),
  };
}

function schemaOf({ data_source_schemas, resource_schemas }: ProviderSchema, type: string): { block: SchemaBlock } {
  const found = type.startsWith("data.") ? data_source_schemas[type.slice("data.".length)] : resource_schemas[type];
  if (!found) throw new Error(`no schema of ${type}`);
  return found;
}

function sensitiveIn({ attributes = {}, block_types = {} }: SchemaBlock): string[] {
  const within = (name: string, block: SchemaBlock) => sensitiveIn(block).map((inner) => `${name}.${inner}`);
  return [
    ...Object.entries(attributes).flatMap(([name, { sensitive, nested_type }]) => [
      ...(sensitive ? [name] : []),
      ...(nested_type ? within(name, nested_type) : []),
    ]),
    ...Object.entries(block_types).flatMap(([name, { block }]) => within(name, block)),
  ];
}
