import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildApp, type Program } from "../../main";
import { MmrvStack } from "../../stacks/mmrv-stack";
import type { StackJson } from "../terraform/stack-json";
import { unknownStacks } from "../terraform/unknown-stacks";

export interface SynthesizedStack {
  readonly id: string;
  /** The name of the environment that it is made from, or of the bootstrap. */
  readonly environment: string;
  readonly json: StackJson;
  /** The stacks that must be applied before it. */
  readonly producers: readonly string[];
  readonly folder: string;
  /** Whether the deletion guard is on. */
  readonly isGuarded: boolean;
}

interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly workingDirectory: string; readonly dependencies: readonly string[] }>
  >;
}

/** Synthesizes the program into `outdir` and reads back its stacks, producers before consumers. */
export async function synthesize(outdir: string, program: Program = {}): Promise<SynthesizedStack[]> {
  const app = buildApp({ ...program, outdir });
  app.synth();
  const manifest = JSON.parse(await readFile(join(outdir, "manifest.json"), "utf8")) as Manifest;
  return Promise.all(
    app.node.children
      .filter((child) => child instanceof MmrvStack)
      .map(async ({ node: { id }, settings }) => {
        const { workingDirectory = "", dependencies = [] } = manifest.stacks[id] ?? {};
        const folder = join(outdir, workingDirectory);
        const text = await readFile(join(folder, "cdk.tf.json"), "utf8");
        const isGuarded = text.includes('"prevent_destroy": true');
        return {
          id,
          environment: settings.name,
          json: JSON.parse(text) as StackJson,
          producers: dependencies,
          folder,
          isGuarded,
        };
      }),
  );
}

/**
 * The named stacks and everything that they need, in the program's order.
 * @throws UserError for a name that no stack has
 */
export function withProducers(all: readonly SynthesizedStack[], names: readonly string[]): SynthesizedStack[] {
  const unknown = names.filter((name) => !all.some(({ id }) => id === name));
  if (unknown.length > 0) throw unknownStacks(unknown, all);
  const wanted = new Set<string>();
  const add = (name: string) => {
    wanted.add(name);
    for (const producer of all.find(({ id }) => id === name)?.producers ?? []) add(producer);
  };
  for (const name of names.length > 0 ? names : all.map(({ id }) => id)) add(name);
  return all.filter(({ id }) => wanted.has(id));
}

/** Copies a stack to `folder` and puts its state there, whatever the program says: one override file, no other change. */
export async function layOut({ folder: from }: SynthesizedStack, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await cp(from, folder, { recursive: true });
  await writeFile(
    join(folder, "override.tf.json"),
    JSON.stringify({ terraform: { backend: { local: { path: "terraform.tfstate" } } } }),
  );
}
