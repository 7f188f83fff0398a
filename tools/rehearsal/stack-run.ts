import { join } from "node:path";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import { NOT_COMPUTABLE, resourceIds } from "../deploy/resource-ids";
import type { SynthesizedStack } from "../program/stacks";
import { resourceGraph } from "../terraform/stack-json";
import { plannedChanges, Terraform, type TerraformEvent, type TerraformResult } from "../terraform/terraform";
import { layOut } from "./lay-out";
import { REHEARSAL_SUBSCRIPTION, type Sandbox } from "./sandbox";

/** Something that the rehearsal expected and did not see; the message is for the closing table. */
export class RehearsalFailure extends Error {}

interface StateResource {
  readonly mode: string;
  readonly type: string;
  readonly address: string;
  readonly values: { readonly id: string; readonly namespace?: string };
}

/** The id that `terraform import` takes; that of a release is longer than the one in the state. */
const importIdOf = ({ address, values: { id, namespace } }: StateResource) =>
  address.startsWith("helm_release.") ? `${namespace}/${id}` : id;

type Progress = (text: string) => void;

/** Addresses that a shape of egress brings and takes along: of the firewall, of the runner, further ones of a NAT gateway. */
const OF_A_SHAPE = /^azurerm_public_ip\.(firewall-address|runner-address|egress-address-\d+)$/;

const isKept = (action: string, { addr, resource_type }: { readonly addr: string; readonly resource_type: string }) =>
  PROTECTED_TYPES.includes(resource_type) && !(action === "delete" && OF_A_SHAPE.test(addr));

/** What is applied of a stack. */
export type StackToRun = Pick<SynthesizedStack, "id" | "json" | "folder">;

const hasRelease = ({ json }: StackToRun) => json.resource?.["helm_release"] !== undefined;

/** One stack on its way through the rehearsal: applied, planned again, guarded, torn down. */
export class StackRun {
  readonly folder: string;
  readonly terraform: Terraform;

  constructor(
    private stack: StackToRun,
    sandbox: Sandbox,
    private readonly progress: Progress = () => {},
  ) {
    this.folder = join(sandbox.folder, "stacks", stack.id);
    this.terraform = new Terraform(this.folder, sandbox.environment, true);
  }

  /** How many resources the stack has. */
  get total(): number {
    return resourceGraph(this.stack.json).size;
  }

  async init(): Promise<void> {
    await layOut(this.stack, this.folder);
    const { exitCode, stderr } = await this.terraform.init();
    if (exitCode !== 0) throw new RehearsalFailure(`init: ${stderr.trim()}`);
  }

  /** @returns how many resources the stack has */
  async apply(): Promise<number> {
    const { exitCode, errors } = await this.tryApply();
    if (exitCode !== 0) throw new RehearsalFailure(`apply: ${errors.join("; ")}`);
    return this.total;
  }

  /** An apply whose errors the caller wants to see. */
  tryApply(): Promise<TerraformResult> {
    return this.terraform.json(["apply", "-auto-approve", "-input=false"], this.counter("made"));
  }

  /** @throws RehearsalFailure that lists what a second apply would change */
  async planIsEmpty(): Promise<void> {
    this.progress("planning again");
    const { exitCode, events, errors } = await this.terraform.json(["plan", "-detailed-exitcode", "-input=false"]);
    if (exitCode === 0) return;
    const changes = plannedChanges(events).map(({ action, resource }) => `${action} ${resource.addr}`);
    throw new RehearsalFailure(`second plan is not empty: ${[...changes, ...errors].join("; ")}`);
  }

  /** @throws RehearsalFailure unless every id in the state is the one that `mmrv adopt` would compute */
  async idsAreComputable(): Promise<void> {
    const { stdout } = await this.terraform.text(["show", "-json"]);
    const { values } = JSON.parse(stdout) as { values: { root_module: { resources: StateResource[] } } };
    const computed = resourceIds(this.stack.json, REHEARSAL_SUBSCRIPTION);
    const wrong = values.root_module.resources
      .filter(({ mode, type }) => mode === "managed" && !(type in NOT_COMPUTABLE))
      .filter((resource) => computed.get(resource.address) !== importIdOf(resource))
      .map((resource) => `${resource.address} is ${importIdOf(resource)}, computed ${computed.get(resource.address)}`);
    if (wrong.length > 0) throw new RehearsalFailure(`ids that adopt would not find: ${wrong.join("; ")}`);
  }

  /**
   * Swaps in a changed stack and applies it, after proving that nothing protected is replaced or deleted but the
   * addresses that only the shape before had. A release changes alone, and once.
   */
  async move(next: StackToRun, name: string): Promise<void> {
    this.stack = next;
    await layOut(next, this.folder);
    this.progress(`moving to ${name}`);
    const { events, errors } = await this.terraform.json(["plan", "-input=false"]);
    const changes = plannedChanges(events);
    const isOneUpgrade = changes.length === 1 && changes[0]?.action === "update";
    const lost = changes
      .filter(({ action, resource }) =>
        hasRelease(next) ? !isOneUpgrade : ["replace", "delete"].includes(action) && isKept(action, resource),
      )
      .map(({ action, resource }) => `${action} ${resource.addr}`);
    if (lost.length > 0 || errors.length > 0)
      throw new RehearsalFailure(`moving to ${name} is not in place: ${[...lost, ...errors].join("; ")}`);
    const { exitCode, errors: failures } = await this.tryApply();
    if (exitCode !== 0) throw new RehearsalFailure(`moving to ${name}: ${failures.join("; ")}`);
    await this.planIsEmpty();
    await this.idsAreComputable();
  }

  /** Proves that the deletion guard refuses a destroy and names what it guards. Terraform stops at the first few. */
  async guardRefuses(): Promise<void> {
    this.progress("trying to destroy under the guard");
    const { exitCode, errors } = await this.terraform.json(["plan", "-destroy", "-input=false"]);
    if (exitCode === 0) throw new RehearsalFailure("the deletion guard is on, but a destroy was planned");
    const guarded = [...resourceGraph(this.stack.json)].filter(([, { type }]) => PROTECTED_TYPES.includes(type));
    const isByGuard = (error: string) =>
      error.includes("prevent_destroy") && guarded.some(([address]) => error.includes(address));
    if (!errors.every(isByGuard))
      throw new RehearsalFailure(`destroy failed, but not by the guard: ${errors.join("; ")}`);
  }

  /** Swaps in the same stack with the guard off, and proves that this alone changes nothing. */
  async liftGuard(unguarded: StackToRun): Promise<void> {
    await layOut(unguarded, this.folder);
    await this.planIsEmpty();
  }

  async destroy(): Promise<void> {
    const { exitCode, errors } = await this.terraform.json(
      ["apply", "-destroy", "-auto-approve", "-input=false"],
      this.counter("gone"),
    );
    if (exitCode !== 0) throw new RehearsalFailure(`destroy: ${errors.join("; ")}`);
  }

  /** Says how far it is, and what it has been waiting for the longest. */
  private counter(verb: string) {
    let count = 0;
    return ({ type, hook }: TerraformEvent) => {
      if (type === "apply_complete" && !hook?.resource.addr.startsWith("data.")) count += 1;
      if (type === "apply_complete" || type === "apply_progress")
        this.progress(`${count}/${this.total} ${verb}, ${hook?.resource.addr ?? ""} ${hook?.elapsed_seconds ?? 0}s`);
    };
  }
}
