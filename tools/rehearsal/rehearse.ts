import { writeSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENTS } from "../../environments/all";
import type { Environment } from "../../environments/environment";
import { UserError } from "../../environments/user-error";
import { Terraform } from "../terraform/terraform";
import type { FaultOnDemand } from "./arm/faults";
import { LocalAzure } from "./arm/server";
import { floorOf } from "./durations";
import { type SynthesizedStack, synthesize, withProducers } from "./program";
import { findProvider } from "./providers";
import { allowProviders, createSandbox, proveItIsUs, type Sandbox } from "./sandbox";
import { seedPhaseZero } from "./seeds";
import { RehearsalFailure, StackRun } from "./stack-run";

/** What came of one stack; a row of the closing table. */
export type Outcome = { readonly stack: string; readonly seconds: number } & (
  | { readonly kind: "passed"; readonly resources: number; readonly guard: "proven" | "off" }
  | { readonly kind: "synthesized only"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
);

export interface RehearsalOptions {
  readonly faults?: readonly FaultOnDemand[];
  /** Stacks to rehearse, producers included by themselves. @default all */
  readonly names?: readonly string[];
  readonly environments?: readonly Environment[];
}

/** A rehearsal that is ready to start: synthesized, providers found, the local Azure answering and proven. */
export class Rehearsal {
  readonly stacks: readonly SynthesizedStack[];
  private readonly runs = new Map<string, Promise<Outcome>>();
  private readonly applied = new Map<string, Promise<boolean>>();

  private constructor(
    readonly azure: LocalAzure,
    readonly sandbox: Sandbox,
    stacks: readonly SynthesizedStack[],
    private readonly unguarded: readonly SynthesizedStack[],
    private readonly missing: ReadonlyMap<string, string>,
  ) {
    this.stacks = stacks;
  }

  /** @throws UserError for bad environments, an unknown stack, or when somebody else answers for Azure */
  static async prepare({
    environments = ENVIRONMENTS,
    faults = [],
    names = [],
  }: RehearsalOptions = {}): Promise<Rehearsal> {
    endOnSignals();
    const azure = await LocalAzure.start();
    const sandbox = await createSandbox(azure).catch(async (error) => {
      await azure.stop();
      throw error;
    });
    try {
      const all = await synthesize(join(sandbox.folder, "program"), environments);
      const stacks = withProducers(all, names);
      const unguarded = await synthesize(
        join(sandbox.folder, "unguarded"),
        environments.map((environment) => ({ ...environment, deletionGuard: false })),
      );
      const { mirrors, missing } = await findProviders(sandbox.folder, stacks);
      await allowProviders(sandbox, mirrors);
      await proveItIsUs(azure, sandbox);
      seedPhaseZero(azure.arm, environments);
      for (const fault of faults) azure.faults.add(fault);
      return new Rehearsal(azure, sandbox, stacks, unguarded, missing);
    } catch (error) {
      await azure.stop();
      await sandbox.remove();
      throw error;
    }
  }

  /** The longest path through fixed waits, there and back, in seconds: how long it will take at the least. */
  get expectedSeconds(): number {
    const runnable = this.stacks.filter((stack) => this.reasonAgainst(stack) === undefined);
    return Math.max(0, ...runnable.map(({ json }) => floorOf(json, "create") + floorOf(json, "destroy")));
  }

  /** Takes one stack through, after its producers; independent stacks may run side by side. */
  run(stack: SynthesizedStack, progress: (text: string) => void): Promise<Outcome> {
    const outcome = this.take(stack, progress);
    this.runs.set(stack.id, outcome);
    return outcome;
  }

  /** What a teardown left behind, soft-deleted vaults apart: Azure keeps those too. */
  leftovers(): string[] {
    const phaseZero = "/resourcegroups/rg-mmrv-bootstrap";
    return this.azure.arm.store
      .all()
      .map(({ id }) => id.key)
      .filter((key) => !key.includes(phaseZero) && !key.includes("/deletedvaults/"));
  }

  async stop(): Promise<void> {
    Terraform.killAll();
    await this.azure.stop();
    await this.sandbox.remove();
  }

  private async take(stack: SynthesizedStack, progress: (text: string) => void): Promise<Outcome> {
    const started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 1000);
    let announce: (applied: boolean) => void = () => {};
    this.applied.set(
      stack.id,
      new Promise((resolve) => {
        announce = resolve;
      }),
    );
    try {
      const reason = this.reasonAgainst(stack);
      if (reason !== undefined) return { stack: stack.id, kind: "synthesized only", reason, seconds: seconds() };
      progress(stack.producers.length > 0 ? `waiting for ${stack.producers.join(", ")}` : "starting");
      const producers = await Promise.all(stack.producers.map((producer) => this.applied.get(producer)));
      if (producers.includes(false)) throw new RehearsalFailure("not tried: a stack that it needs was not applied");
      const run = new StackRun(stack, this.sandbox, progress);
      await run.init();
      const resources = await this.apply(run, progress);
      await run.planIsEmpty();
      await run.idsAreComputable();
      announce(true);
      await Promise.all(this.consumersOf(stack));
      const guard = stack.isGuarded ? "proven" : "off";
      if (guard === "proven") await this.proveGuard(stack, run);
      await run.destroy();
      return { stack: stack.id, kind: "passed", resources, guard, seconds: seconds() };
    } catch (error) {
      // Whatever it is, the stack did not pass, and the table must say so.
      const known = error instanceof RehearsalFailure || error instanceof UserError;
      const reason = known ? error.message : `a bug of the rehearsal: ${(error as Error).stack}`;
      return { stack: stack.id, kind: "failed", reason, seconds: seconds() };
    } finally {
      announce(false);
    }
  }

  /** With faults on demand the first apply may fail; the proof is then that the next one converges. */
  private async apply(run: StackRun, progress: (text: string) => void): Promise<number> {
    const { exitCode, errors } = await run.tryApply();
    if (exitCode === 0) return run.total;
    if (this.azure.faults.struck === 0) throw new RehearsalFailure(`apply: ${errors.join("; ")}`);
    progress(`applying again after ${errors.join("; ")}`);
    return run.apply();
  }

  private async proveGuard(stack: SynthesizedStack, run: StackRun): Promise<void> {
    await run.guardRefuses();
    const unguarded = this.unguarded.find(({ id }) => id === stack.id);
    if (unguarded) await run.liftGuard(unguarded);
  }

  private consumersOf(stack: SynthesizedStack): Promise<Outcome>[] {
    return this.stacks
      .filter(({ producers }) => producers.includes(stack.id))
      .flatMap(({ id }) => this.runs.get(id) ?? []);
  }

  /** Why a stack cannot be applied here: the reason of the first provider that cannot be had. */
  reasonAgainst({ json }: SynthesizedStack): string | undefined {
    return Object.values(json.terraform?.required_providers ?? {}).flatMap(
      ({ source }) => this.missing.get(source) ?? [],
    )[0];
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ends at once when told to: nothing real is at stake, the state is temporary and the Azure is this process. */
function endOnSignals(): void {
  for (const signal of SIGNALS) if (process.listeners(signal).includes(end)) return;
  for (const signal of SIGNALS) process.once(signal, end);
  process.once("exit", () => Terraform.killAll());
}

function end(signal: NodeJS.Signals): void {
  // Written at once, past whoever draws progress on the terminal and has hidden its cursor.
  if (process.stdout.isTTY) writeSync(1, "\x1b[?25h");
  writeSync(2, `\nstopped by ${signal}: Terraform ended, temporary files removed\n`);
  process.exit(130);
}

/** Each provider that the stacks require, once: where it is, or Terraform's reason why it cannot be had. */
async function findProviders(folder: string, stacks: readonly SynthesizedStack[]) {
  const required = new Map(
    stacks
      .flatMap(({ json }) => Object.values(json.terraform?.required_providers ?? {}))
      .map((provider) => [provider.source, provider]),
  );
  const found = await Promise.all(
    [...required.values()].map(async (provider) => ({ provider, result: await findProvider(folder, provider) })),
  );
  const mirrors = found.flatMap(({ result }) => ("mirror" in result ? [result.mirror] : []));
  const missing = new Map(
    found.flatMap(({ provider, result }) => ("reason" in result ? [[provider.source, result.reason] as const] : [])),
  );
  return { mirrors, missing };
}
