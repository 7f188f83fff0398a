import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { inject } from "vitest";
import { LocalAzure } from "../../tools/azure-simulator/server";
import { layOut } from "../../tools/rehearsal/lay-out";
import {
  allowProviders,
  createSandbox,
  proveItIsUs,
  REHEARSAL_SUBSCRIPTION,
  type Sandbox,
} from "../../tools/rehearsal/sandbox";
import { StackRun, type StackToRun } from "../../tools/rehearsal/stack-run";
import type { StackJson } from "../../tools/terraform/stack-json";
import type { ProviderName } from "./missing";
import { EXISTING_GROUP } from "./provider-stack";

/** The mirror with a real provider, empty when it cannot be had: then `requires` leaves the tests out. */
export function providerMirror(name: ProviderName = "azurerm"): string {
  const provider = inject("providers")[name];
  return "mirror" in provider ? provider.mirror : "";
}

/** The mirrors of all three; none when one cannot be had. */
export function allMirrors(): string[] {
  const mirrors = (["azurerm", "helm", "kubernetes"] as const).map((name) => providerMirror(name));
  return mirrors.includes("") ? [] : mirrors;
}

export interface Stage {
  readonly azure: LocalAzure;
  readonly sandbox: Sandbox;
  readonly run: StackRun;
  readonly stack: StackToRun;
  readonly stop: () => Promise<void>;
}

type Fill = (stack: TerraformStack) => void;

/** A stack of its own on a local Azure of its own, initialized and not applied. */
export async function stage(fill: Fill): Promise<Stage> {
  const azure = await LocalAzure.start();
  const group = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${EXISTING_GROUP.name}`;
  azure.arm.store.seed(group, { id: group, ...EXISTING_GROUP });
  const sandbox = await createSandbox(azure);
  await allowProviders(sandbox, [providerMirror()]);
  await proveItIsUs(azure, sandbox);
  const stack = synthesizeFixture(join(sandbox.folder, "program"), fill);
  const run = new StackRun(stack, sandbox);
  await run.init();
  const stop = async () => {
    await azure.stop();
    await sandbox.remove();
  };
  return { azure, sandbox, run, stack, stop };
}

/** Puts a changed program in the place of the staged one; its state stays. */
export async function restage({ run, sandbox }: Stage, step: string, fill: Fill): Promise<void> {
  await layOut(synthesizeFixture(join(sandbox.folder, step), fill), run.folder);
}

function synthesizeFixture(outdir: string, fill: Fill): StackToRun {
  const app = new App({ outdir });
  const fixture = new TerraformStack(app, "fixture");
  fill(fixture);
  app.synth();
  const json = fixture.toTerraform() as StackJson;
  return { id: "fixture", json, folder: join(outdir, "stacks", "fixture") };
}
