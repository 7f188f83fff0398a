import { join } from "node:path";
import { CUTOVER } from "../../environments/all";
import { applicationNames } from "../../model/applications";
import { Cutovers } from "../../model/cutover/files";
import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { type SynthesizedStack, synthesize } from "../program/stacks";
import { egressWalk, shapeOf } from "./egress-walk";

/** The whole program after one change that is proven to happen in place. */
export interface Transition {
  readonly stacks: readonly SynthesizedStack[];
  /** What each stack that changes moves to. */
  readonly names: ReadonlyMap<string, string>;
}

/** Every environment through every shape of egress, and back. */
export async function egressTransitions(
  folder: string,
  environments: readonly Environment[],
  helmValues: string,
): Promise<Transition[]> {
  const walks = environments.map(egressWalk);
  // While users move, the cutover holds the egress in its place.
  const cutovers = new Cutovers(CUTOVER).withNobodyMoved(environments);
  const transitions: Transition[] = [];
  for (const index of walks[0]?.keys() ?? []) {
    const moved = walks.flatMap((walk) => walk[index] ?? []);
    const stacks = synthesize({ outdir: join(folder, `move-${index + 1}`), environments: moved, helmValues, cutovers });
    const names = new Map(moved.map((environment) => [stackName(environment.name, "infra"), shapeOf(environment)]));
    // The gateway moves with the egress; its stack is applied once, as configured.
    transitions.push({ stacks: stacks.filter(({ id }) => names.has(id)), names });
  }
  return transitions;
}

/** Every application to its next image. */
export async function imageTransition(
  folder: string,
  environments: readonly Environment[],
  helmValues: string,
): Promise<Transition> {
  const stacks = synthesize({ outdir: join(folder, "next-image"), environments, helmValues });
  const names = new Map(
    environments.flatMap((environment) =>
      applicationNames(environment).map(
        (application) => [stackName(environment.name, application), "the next image"] as const,
      ),
    ),
  );
  return { stacks: stacks.filter(({ id }) => names.has(id)), names };
}
