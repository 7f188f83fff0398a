import type { SynthesizedStack } from "../program/stacks";
import { speaksToCluster } from "../terraform/stack-json";

/** Who waits for whom: a stack for those that it needs, its teardown for those that need it. */
export class StackOrder {
  private readonly runs = new Map<string, Promise<unknown>>();
  private readonly applied = new Map<string, Promise<boolean>>();

  constructor(private readonly stacks: readonly SynthesizedStack[]) {}

  /** Keeps the run of a stack, whose end others wait for. */
  keep({ id }: SynthesizedStack, run: Promise<unknown>): void {
    this.runs.set(id, run);
  }

  /** Returns how to announce that a stack is applied, or never will be; the first word counts. */
  announcerOf({ id }: SynthesizedStack): (applied: boolean) => void {
    let announce: (applied: boolean) => void = () => {};
    const applied = new Promise<boolean>((resolve) => {
      announce = resolve;
    });
    this.applied.set(id, applied);
    return announce;
  }

  /** Environments share the one API server, so their stacks on it go one environment after the other. */
  async turnOf(stack: SynthesizedStack, progress: (text: string) => void): Promise<void> {
    if (!speaksToCluster(stack)) return;
    const environments = [...new Set(this.stacks.map(({ settings }) => settings.name))];
    const before = environments.slice(0, environments.indexOf(stack.settings.name));
    const others = this.stacks.filter((other) => speaksToCluster(other) && before.includes(other.settings.name));
    if (others.length > 0) progress(`waiting for ${others.map(({ id }) => id).join(", ")} to leave the cluster`);
    await Promise.all(others.map(({ id }) => this.runs.get(id)));
  }

  /** Whether everything that the stack needs is applied, or needs not be. */
  async producersOf({ producers }: SynthesizedStack): Promise<boolean> {
    const applied = await Promise.all(producers.map((producer) => this.applied.get(producer)));
    return !applied.includes(false);
  }

  /** The runs of everything that needs the stack, by way of others too: one between them may not be applied here. */
  consumersOf(stack: SynthesizedStack): Promise<unknown>[] {
    return this.stacks
      .filter(({ producers }) => producers.includes(stack.id))
      .flatMap((consumer) => [this.runs.get(consumer.id) ?? [], this.consumersOf(consumer)].flat());
  }
}
