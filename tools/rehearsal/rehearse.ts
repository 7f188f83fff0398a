import { join } from "node:path";
import { bootstrap, ENVIRONMENTS } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { namesOf, stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { actByItself } from "../azure-simulator/by-itself";
import type { FaultOnDemand } from "../azure-simulator/faults";
import { isWithin } from "../azure-simulator/resource-id";
import { LocalAzure } from "../azure-simulator/server";
import { say } from "../output";
import { environmentOf, type SynthesizedStack, synthesize, withProducers } from "../program/stacks";
import { speaksToCluster } from "../terraform/stack-json";
import { Terraform } from "../terraform/terraform";
import { RehearsalCluster } from "./cluster";
import { floorOf } from "./durations";
import { foreignChart } from "./foreign-chart";
import { expectGatewayAddress } from "./gateway-address";
import { digestOf, helmValuesWithImages } from "./images";
import { findProviders } from "./providers";
import { allowProviders, createSandbox, proveItIsUs, type Sandbox, withPrograms } from "./sandbox";
import { seedDatabases } from "./seeds";
import { endOnSignals } from "./signals";
import { StackOrder } from "./stack-order";
import { RehearsalFailure, StackRun } from "./stack-run";
import { egressTransitions, imageTransition, type Transition } from "./transitions";

/** What was seen of a stack that passed. */
interface Passed {
  readonly resources: number;
  readonly moves: number;
  readonly guard: "proven" | "off";
  /** Pods that were Ready; none of a stack without a server. */
  readonly pods?: number;
}

/** What came of one stack; a row of the closing table. */
export type Outcome = { readonly stack: string; readonly seconds: number } & (
  | ({ readonly kind: "passed" } & Passed)
  | { readonly kind: "synthesized only"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
);

export interface RehearsalOptions {
  readonly faults?: readonly FaultOnDemand[];
  /** Stacks to rehearse, producers included by themselves. @default all */
  readonly names?: readonly string[];
  readonly environments?: readonly Environment[];
  /** Whether each environment is taken through every shape of egress and back, or stays in its own. @default all */
  readonly egress?: "all" | "configured";
  /** The API server behind every cluster. @default none, and stacks that speak to one are synthesized only */
  readonly cluster?: { readonly kubeconfig: string };
}

/** A rehearsal that is ready to start: synthesized, providers found, the local Azure answering and proven. */
export class Rehearsal {
  private readonly order: StackOrder;

  private constructor(
    readonly azure: LocalAzure,
    readonly sandbox: Sandbox,
    readonly stacks: readonly SynthesizedStack[],
    private readonly unguarded: readonly SynthesizedStack[],
    private readonly transitions: readonly Transition[],
    private readonly cluster: RehearsalCluster | undefined,
    private readonly missing: ReadonlyMap<string, string>,
    /** What was there before. */
    private readonly seeded: readonly string[],
  ) {
    this.order = new StackOrder(stacks);
  }

  /** @throws UserError for bad environments, an unknown stack, or when somebody else answers for Azure */
  static async prepare({
    cluster: wanted,
    egress = "all",
    environments = ENVIRONMENTS,
    faults = [],
    names = [],
  }: RehearsalOptions = {}): Promise<Rehearsal> {
    endOnSignals();
    const azure = await LocalAzure.start();
    let sandbox = await createSandbox(azure).catch(async (error) => {
      await azure.stop();
      throw error;
    });
    let cluster: RehearsalCluster | undefined;
    try {
      const helmValues = await helmValuesWithImages(sandbox.folder, environments, 1);
      const nextValues = await helmValuesWithImages(sandbox.folder, environments, 2);
      const all = synthesize({ outdir: join(sandbox.folder, "program"), environments, helmValues });
      const stacks = withProducers(all, names);
      const unguarded = synthesize({
        outdir: join(sandbox.folder, "unguarded"),
        bootstrap: { ...bootstrap, deletionGuard: false },
        environments: environments.map((environment) => ({ ...environment, deletionGuard: false })),
        // The guard is lifted after every move, and the last one is to these images.
        helmValues: nextValues,
      });
      if (wanted) {
        cluster = await RehearsalCluster.open(wanted.kubeconfig);
        for (const why of await cluster.prepare())
          say(`the cluster takes anything where Azure's judges, because a definition could not be had: ${why}`);
        azure.arm.store.kubeconfig = cluster.aksKubeconfig;
        sandbox = withPrograms(sandbox, await cluster.installKubelogin(sandbox.folder));
      }
      const { mirrors, missing } = await findProviders(sandbox.folder, stacks);
      await allowProviders(sandbox, mirrors);
      await proveItIsUs(azure, sandbox);
      azure.arm.registrations.enforced = true;
      const seeded = seedDatabases(azure.arm, environments);
      for (const fault of faults) azure.faults.add(fault);
      const moves = [
        ...(egress === "all" ? await egressTransitions(sandbox.folder, environments, helmValues) : []),
        ...(cluster ? [await imageTransition(sandbox.folder, environments, nextValues)] : []),
      ];
      return new Rehearsal(azure, sandbox, stacks, unguarded, moves, cluster, missing, seeded);
    } catch (error) {
      await cluster?.clear();
      await azure.stop();
      await sandbox.remove();
      throw error;
    }
  }

  /** The longest chain of stacks, there and back, in seconds of fixed waits and moves: how long it will take at the least. */
  get expectedSeconds(): number {
    const reach = (stack: SynthesizedStack): number => {
      if (this.reasonAgainst(stack) !== undefined) return 0;
      const own = floorOf(stack.json, "create") + floorOf(stack.json, "destroy");
      const moves = this.transitions.filter(({ names }) => names.has(stack.id)).length * SECONDS_PER_MOVE;
      const producers = this.stacks.filter(({ id }) => stack.producers.includes(id));
      return own + moves + Math.max(0, ...producers.map(reach));
    };
    return Math.max(0, ...this.stacks.map(reach));
  }

  /** Takes one stack through, after its producers; independent stacks may run side by side. */
  run(stack: SynthesizedStack, progress: (text: string) => void): Promise<Outcome> {
    const outcome = this.rehearse(stack, progress);
    this.order.keep(stack, outcome);
    return outcome;
  }

  /** What a teardown left behind, soft-deleted vaults apart: Azure keeps those too. */
  async leftovers(): Promise<string[]> {
    const inAzure = this.azure.arm.store
      .all()
      .map(({ id }) => id.key)
      .filter((key) => !this.seeded.some((seed) => isWithin(key, seed)) && !key.includes("/deletedvaults/"));
    return [...inAzure, ...((await this.cluster?.leftovers()) ?? [])];
  }

  async stop(): Promise<void> {
    Terraform.killAll();
    await this.cluster?.clear();
    await this.azure.stop();
    await this.sandbox.remove();
  }

  private async rehearse(stack: SynthesizedStack, progress: (text: string) => void): Promise<Outcome> {
    const started = performance.now();
    const seconds = () => Math.round((performance.now() - started) / 1000);
    let announce = this.order.announcerOf(stack);
    try {
      const reason = this.reasonAgainst(stack);
      if (reason !== undefined) {
        // A consumer may start without this stack, because it looks nothing up in its state; but not before this stack's
        // own producers have been applied.
        const announceLater = announce;
        announce = () => {};
        void this.order.producersOf(stack).then(announceLater);
        return { stack: stack.id, kind: "synthesized only", reason, seconds: seconds() };
      }
      const passed = await this.takeThrough(stack, progress, () => announce(true));
      return { stack: stack.id, kind: "passed", ...passed, seconds: seconds() };
    } catch (error) {
      // Whatever it is, the stack did not pass, and the table must say so.
      const known = error instanceof RehearsalFailure || error instanceof UserError;
      const reason = known ? error.message : `a bug of the rehearsal: ${(error as Error).stack}`;
      const warnings = speaksToCluster(stack) ? ((await this.cluster?.warnings()) ?? []) : [];
      return { stack: stack.id, kind: "failed", reason: [reason, ...warnings].join("\n  "), seconds: seconds() };
    } finally {
      announce(false);
    }
  }

  /** Applies it after what it needs, plans again, moves it, proves its guard, and tears it down after what needs it. */
  private async takeThrough(
    stack: SynthesizedStack,
    progress: (text: string) => void,
    announceApplied: () => void,
  ): Promise<Passed> {
    progress(stack.producers.length > 0 ? `waiting for ${stack.producers.join(", ")}` : "starting");
    if (!(await this.order.producersOf(stack)))
      throw new RehearsalFailure("not tried: a stack that it needs was not applied");
    await this.order.turnOf(stack, progress);
    const run = new StackRun(stack, this.sandbox, progress);
    await run.init();
    const resources = await this.apply(run, progress);
    await run.planIsEmpty();
    await run.idsAreComputable();
    expectGatewayAddress(this.azure, stack);
    if (stack.json.resource?.["azurerm_kubernetes_cluster"]) {
      // Not to another environment's, whose plan may be half-way: it would see the version of before beside the one of after.
      const environment = environmentOf(stack);
      const group = environment && `/resourcegroups/${namesOf(environment).resourceGroup}/`.toLowerCase();
      actByItself(this.azure.arm, { among: (id) => group === undefined || id.includes(group) });
      await run.planIsEmpty();
    }
    const application = this.cluster === undefined ? undefined : serverIn(stack);
    if (application) await this.cluster?.expectPods(application, digestOf(application, 1));
    const moves = await this.move(stack, run);
    const pods =
      application === undefined ? undefined : await this.cluster?.expectPods(application, digestOf(application, 2));
    announceApplied();
    await Promise.all(this.order.consumersOf(stack));
    const guard = stack.guarded.length > 0 ? "proven" : "off";
    if (guard === "proven") await this.proveGuard(stack, run);
    await run.destroy();
    return { resources, moves, guard, pods };
  }

  /** With faults on demand the first apply may fail; the proof is then that the next one converges. */
  private async apply(run: StackRun, progress: (text: string) => void): Promise<number> {
    const { exitCode, errors } = await run.tryApply();
    if (exitCode === 0) return run.total;
    if (this.azure.faults.struck === 0) throw new RehearsalFailure(`apply: ${errors.join("; ")}`);
    progress(`applying again after ${errors.join("; ")}`);
    return run.apply();
  }

  /** Takes the stack through every shape of egress that changes it, and returns how often it moved. */
  private async move({ id, json }: SynthesizedStack, run: StackRun): Promise<number> {
    let [current, count] = [JSON.stringify(json), 0];
    for (const { stacks, names } of this.transitions) {
      const next = stacks.find((stack) => stack.id === id);
      const text = JSON.stringify(next?.json);
      if (!next || text === current) continue;
      current = text;
      count += 1;
      await run.move(next, names.get(id) ?? "the next shape");
    }
    return count;
  }

  private async proveGuard(stack: SynthesizedStack, run: StackRun): Promise<void> {
    await run.guardRefuses();
    const unguarded = this.unguarded.find(({ id }) => id === stack.id);
    if (unguarded) await run.liftGuard(unguarded);
  }

  /** Why a stack cannot be applied here: a provider, a cluster or a chart that cannot be had. */
  reasonAgainst(stack: SynthesizedStack): string | undefined {
    const providers = Object.values(stack.json.terraform?.required_providers ?? {});
    const [missing] = providers.flatMap(({ source }) => this.missing.get(source) ?? []);
    if (missing !== undefined) return missing;
    if (speaksToCluster(stack) && !this.cluster) return "it speaks to a cluster, and none was named: --kubeconfig FILE";
    return foreignChart(stack);
  }
}

/** What a move between shapes of egress takes, two plans and an apply: measured. */
const SECONDS_PER_MOVE = 25;

/** The application that a stack releases, if it has a server; a worker may have nothing that runs here. */
function serverIn(stack: SynthesizedStack): string | undefined {
  const environment = environmentOf(stack);
  const webs = environment?.applications.filter(({ kind }) => kind === "web") ?? [];
  return webs.find(({ name }) => stack.id === stackName(stack.settings.name, name))?.name;
}
