import { join } from "node:path";
import { ENVIRONMENTS } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { LocalAzure } from "../azure-simulator/server";
import { findStack, type SynthesizedStack, synthesize } from "../program/stacks";
import { helmValuesWithImages } from "../rehearsal/images";
import { findProviders } from "../rehearsal/providers";
import { allowProviders, createSandbox, proveItIsUs, type Sandbox } from "../rehearsal/sandbox";
import { endOnSignals } from "../rehearsal/signals";
import { Terraform } from "../terraform/terraform";

/** A local Azure with Terraform's real providers, and the stacks of one environment to apply to it. */
export interface DrillAzure {
  readonly azure: LocalAzure;
  readonly sandbox: Sandbox;
  /** In the order in which they were asked for. */
  readonly stacks: readonly SynthesizedStack[];
  /** Where the values are that they were synthesized with: an image for every application. */
  readonly helmValues: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts one; everything that it leaves on the disk is below TMPDIR.
 * @param kinds of the stacks, such as infra
 * @throws UserError when Terraform or a provider cannot be had, or somebody else answers for Azure
 */
export async function startDrillAzure(environment: Environment, kinds: readonly string[]): Promise<DrillAzure> {
  endOnSignals();
  await Terraform.require();
  const azure = await LocalAzure.start();
  const sandbox = await createSandbox(azure);
  const stop = async () => {
    Terraform.killAll();
    await azure.stop();
    await sandbox.remove();
  };
  try {
    const helmValues = await helmValuesWithImages(sandbox.folder, ENVIRONMENTS, 1);
    const all = synthesize({ outdir: join(sandbox.folder, "program"), helmValues });
    const stacks = kinds.map((kind) => findStack(all, stackName(environment.name, kind)));
    const { mirrors, missing } = await findProviders(sandbox.folder, stacks);
    const [first] = missing;
    if (first) throw new UserError(`the drill needs the provider ${first[0]}: ${first[1]}; nothing was begun`);
    await allowProviders(sandbox, mirrors);
    await proveItIsUs(azure, sandbox);
    return { azure, sandbox, stacks, helmValues, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
