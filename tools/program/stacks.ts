import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { buildApp } from "../../main";
import { type Marker, refuseOpen } from "../../model/markers";
import { UserError } from "../../model/user-error";
import { MmrvStack } from "../../stacks/mmrv-stack";
import type { StackJson } from "../terraform/stack-json";
import { unknownStacks } from "../terraform/unknown-stacks";

/** One stack of the program, as the commands see it. */
export interface StackInfo {
  readonly id: string;
  readonly phase: number;
  readonly producers: readonly string[];
  /** Addresses of guarded resources; empty when the deletion guard is off. */
  readonly guarded: readonly string[];
  /** The file under environments/ that it is made from. */
  readonly settings: MmrvStack["settings"];
  readonly openMarkers: readonly Marker[];
  /** What is not in it yet, and what it waits for. */
  readonly missing: readonly string[];
  readonly json: StackJson;
}

/** Synthesizes into cdktf.out and lists the stacks in the program's order. */
export function synthesizeAll(): StackInfo[] {
  const app = buildApp();
  app.synth();
  return app.node.children
    .filter((child) => child instanceof MmrvStack)
    .map((stack) => {
      const id = stack.node.id;
      const json = stack.toTerraform() as StackJson;
      const guarded = PROTECTED_TYPES.flatMap((type) =>
        Object.entries(json.resource?.[type] ?? {}).flatMap(([name, body]) =>
          (body as { lifecycle?: { prevent_destroy?: boolean } }).lifecycle?.prevent_destroy ? [`${type}.${name}`] : [],
        ),
      );
      const phase = stack.node.metadata.find(({ type }) => type === "phase")?.data as number;
      return {
        id,
        phase,
        producers: stack.dependencies.map(({ node }) => node.id),
        guarded,
        settings: stack.settings,
        openMarkers: stack.openMarkers,
        missing: stack.missing,
        json,
      };
    });
}

/** @throws UserError with the names that there are */
export function findStack(stacks: readonly StackInfo[], name: string): StackInfo {
  const stack = stacks.find(({ id }) => id === name);
  if (!stack) throw unknownStacks([name], stacks);
  return stack;
}

/** @throws UserError that lists every open marker with its question */
export const refuseMarkers = ({ id, openMarkers }: StackInfo): void => refuseOpen(id, openMarkers);

/** @throws UserError when nothing says it: azurerm would take whichever the Azure CLI is logged in to */
export function subscriptionOf({ id, settings }: StackInfo): string {
  const subscription = settings.subscriptionId || process.env.ARM_SUBSCRIPTION_ID;
  if (subscription) return subscription;
  throw new UserError(
    `${id}: which subscription? Set subscriptionId in environments/${settings.name}.ts (then nobody can deploy into another one) or ARM_SUBSCRIPTION_ID in the shell`,
  );
}
