import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../model/user-error";
import type { SynthesizedStack } from "../program/stacks";
import { environmentOf } from "../program/stacks";
import { speaksToAws, speaksToCluster } from "../terraform/stack-json";

/** A stack that a pull request changes. */
interface ChangedStack {
  readonly aws: boolean;
  readonly environment: string;
  /**
   * On the pull request, after the merge by the identity that deploys, once the open markers of its environment are
   * answered, or by a person with Owner. One that the program has no longer is not planned: what it made stays until
   * somebody destroys it.
   */
  readonly planned: "pullRequest" | "afterMerge" | "onceAnswered" | "byOwner" | "removed";
  readonly stack: string;
}

type Stack = Pick<SynthesizedStack, "id" | "json" | "openMarkers" | "settings">;

/**
 * The stacks whose synthesized JSON is not the base's. A chart of ours counts: its path in there has the hash of what is
 * inside it.
 * @param base, head folders that were synthesized into (cdktf.out)
 * @throws UserError when the base was not synthesized
 */
export function changesSince(base: string, stacks: readonly Stack[], head = "cdktf.out"): ChangedStack[] {
  const before = join(base, "stacks");
  if (!existsSync(before))
    throw new UserError(
      `${base}: holds no synthesized stacks\n  next: in the folder around it, npm ci && npm run synth`,
    );
  const textIn = (folder: string, stack: string): string | undefined => {
    const file = join(folder, "stacks", stack, "cdk.tf.json");
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  const removed = readdirSync(before).filter((name) => !stacks.some(({ id }) => id === name));
  return [
    ...stacks.filter(({ id }) => textIn(base, id) !== textIn(head, id)).map(changedStack),
    ...removed.map((stack) => ({ stack, environment: "", aws: false, planned: "removed" as const })),
  ];
}

function changedStack(stack: Stack): ChangedStack {
  const environment = environmentOf(stack);
  const { id, openMarkers, settings } = stack;
  const common = { stack: id, environment: settings.name, aws: speaksToAws(stack) };
  if (!environment) return { ...common, planned: "byOwner" };
  const cluster = speaksToCluster(stack);
  return {
    ...common,
    planned: openMarkers.length > 0 ? "onceAnswered" : cluster ? "afterMerge" : "pullRequest",
  };
}
