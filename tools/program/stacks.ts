import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { buildApp, type Program } from "../../main";
import { didYouMean } from "../../model/did-you-mean";
import type { Environment } from "../../model/environment";
import { type Marker, refuseOpen } from "../../model/markers";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { MmrvStack } from "../../stacks/mmrv-stack";
import { type StackJson, speaksToAzure } from "../terraform/stack-json";

/** One stack of the program, synthesized. */
export interface SynthesizedStack {
  readonly id: string;
  readonly phase: number;
  /** The stacks that must be applied before it. */
  readonly producers: readonly string[];
  /** Addresses of guarded resources; empty when the deletion guard is off. */
  readonly guarded: readonly string[];
  /** The file under environments/ that it is made from. */
  readonly settings: MmrvStack["settings"];
  readonly openMarkers: readonly Marker[];
  /** What is not in it yet, and what it waits for. */
  readonly missing: readonly string[];
  readonly json: StackJson;
  /** Where its cdk.tf.json is. */
  readonly folder: string;
}

/**
 * Synthesizes the program, and lists its stacks in its order, producers before consumers.
 * @param program what differs from the user's own; without `outdir` it is written to cdktf.out
 */
export const synthesize = (program: Program = {}): SynthesizedStack[] =>
  synthesizeConstructs(program).map(({ folder, stack }) => synthesized(stack, folder));

/** CDKTF takes a stack trace for every reference, and mapping each to its source is a fifth of the whole time. */
function withoutSourceMaps<T>(work: () => T): T {
  const { sourceMapsEnabled } = process;
  process.setSourceMapsEnabled(false);
  try {
    return work();
  } finally {
    process.setSourceMapsEnabled(sourceMapsEnabled);
  }
}

/** As {@link synthesize}: each stack as the program builds it, and where its cdk.tf.json is. */
export function synthesizeConstructs(program: Program = {}): { readonly stack: MmrvStack; readonly folder: string }[] {
  const app = withoutSourceMaps(() => {
    const built = buildApp(program);
    built.synth();
    return built;
  });
  return app.node.children
    .filter((child) => child instanceof MmrvStack)
    .map((stack) => ({ stack, folder: join(app.outdir, "stacks", stack.node.id) }));
}

function synthesized(stack: MmrvStack, folder: string): SynthesizedStack {
  const { dependencies, missing, node, openMarkers, settings } = stack;
  const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as StackJson;
  return {
    id: node.id,
    phase: node.metadata.find(({ type }) => type === "phase")?.data as number,
    producers: dependencies.map((producer) => producer.node.id),
    guarded: guardedIn(json),
    settings,
    openMarkers,
    missing,
    json,
    folder,
  };
}

const guardedIn = ({ resource }: StackJson): string[] =>
  PROTECTED_TYPES.flatMap((type) =>
    Object.entries(resource?.[type] ?? {}).flatMap(([name, body]) =>
      (body as { lifecycle?: { prevent_destroy?: boolean } }).lifecycle?.prevent_destroy ? [`${type}.${name}`] : [],
    ),
  );

/** @throws UserError with the names that there are */
export function findStack(stacks: readonly SynthesizedStack[], name: string): SynthesizedStack {
  const stack = stacks.find(({ id }) => id === name);
  if (!stack) throw unknownStacks([name], stacks);
  return stack;
}

/**
 * The named stacks and everything that they need, in the program's order; all of them without a name.
 * @throws UserError for a name that no stack has
 */
export function withProducers<T extends Pick<SynthesizedStack, "id" | "producers">>(
  all: readonly T[],
  names: readonly string[],
): T[] {
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

/** What a user is told who named stacks that the program does not have. */
function unknownStacks(names: readonly string[], all: readonly { readonly id: string }[]): UserError {
  const known = all.map(({ id }) => id);
  const said = names.map((name) => `${printable(name)}${didYouMean(name, known)}`);
  return new UserError(`no stack is called ${said.join(", ")}; the stacks are ${known.join(", ")}`);
}

/** The environment that a stack belongs to; undefined for the bootstrap. */
export const environmentOf = ({ settings }: Pick<SynthesizedStack, "settings">): Environment | undefined =>
  "addressPlan" in settings ? settings : undefined;

/** @throws UserError that lists every open marker with its question */
export const refuseMarkers = ({ id, openMarkers }: Pick<SynthesizedStack, "id" | "openMarkers">): void =>
  refuseOpen(id, openMarkers);

/**
 * The subscription that a stack is in; an empty text for one that is in none, because it speaks to AWS alone.
 * @throws UserError when nothing says it: azurerm would take whichever the Azure CLI is logged in to
 */
export function subscriptionOf({ id, json, settings }: Pick<SynthesizedStack, "id" | "json" | "settings">): string {
  if (!speaksToAzure({ json })) return "";
  const subscription = settings.subscriptionId || process.env["ARM_SUBSCRIPTION_ID"];
  if (subscription) return subscription;
  throw new UserError(
    `${id}: which subscription? Set subscriptionId in environments/${settings.name}.ts (then nobody can deploy into another one) or ARM_SUBSCRIPTION_ID in the shell`,
  );
}
