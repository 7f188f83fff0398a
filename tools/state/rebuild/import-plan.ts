import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { StackJson } from "../../terraform/stack-json";

/** An address, and what `terraform import` takes for it. */
export type ImportBlock = readonly [address: string, id: string];

/** What a plan would do with one resource: developer.hashicorp.com/terraform/internals/json-format, "Change Representation". */
const changeSchema = z.object({
  address: z.string(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: z.unknown(),
    after: z.unknown(),
    after_unknown: z.unknown().optional(),
    importing: z.object({ id: z.string().optional() }).nullish(),
  }),
});
const planSchema = z.object({ resource_changes: z.array(changeSchema).default([]) });

export type PlannedChange = z.infer<typeof changeSchema>;

/** The managed resources of `terraform show -json`. */
export const changesIn = (json: string): PlannedChange[] =>
  planSchema.parse(JSON.parse(json)).resource_changes.filter(({ mode }) => mode === "managed");

export const isImport = ({ change }: PlannedChange): boolean => change.importing != null;
export const actionOf = ({ change }: PlannedChange): string => change.actions.join(" and ");

/** Beside the program while a state is rebuilt, and never longer: the second would hide every change from a plan. */
const BLOCKS = "mmrv-rebuild.tf.json";
const IGNORE = "mmrv-rebuild_override.tf.json";

/** Writes what is imported (developer.hashicorp.com/terraform/language/import). */
export const writeBlocks = (folder: string, blocks: readonly ImportBlock[]): Promise<void> =>
  writeFile(join(folder, BLOCKS), JSON.stringify({ import: blocks.map(([to, id]) => ({ to, id })) }));

/**
 * The types whose providers plan from what the program says, and so cannot take it as it is: they are imported one by one,
 * without a plan.
 */
export const isOneByOne = (address: string): boolean => /^(helm_release|kubernetes_manifest)\./.test(address);

/** Takes every difference between program and Azure as it is, so that an import changes nothing in Azure. */
export function writeIgnore(folder: string, { resource = {} }: StackJson): Promise<void> {
  const override = Object.entries(resource)
    .filter(([type]) => !isOneByOne(`${type}.`))
    .map(([type, byName]) => [
      type,
      Object.fromEntries(Object.keys(byName).map((name) => [name, { lifecycle: { ignore_changes: "all" } }])),
    ]);
  return writeFile(join(folder, IGNORE), JSON.stringify({ resource: Object.fromEntries(override) }));
}

export async function removeAll(folder: string): Promise<void> {
  for (const file of [BLOCKS, IGNORE]) await rm(join(folder, file), { force: true });
}

/** The addresses of which Terraform says that nothing is there; undefined for an error of another kind. */
export function absentIn(error: string, blocks: readonly ImportBlock[]): string | undefined {
  const [, named] =
    /Cannot import non-existent remote object.*?existing object to "((?:[^"\\]|\\.)+)"/.exec(error) ??
    /^(\S+): .*(?:unexpected status 404|release: not found|StatusCode=404)/.exec(error) ??
    [];
  const address = named?.replaceAll('\\"', '"');
  return blocks.some(([known]) => known === address) ? address : undefined;
}
