import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { inject } from "vitest";
import { LocalAzure } from "../../tools/rehearsal/arm/server";
import type { StackJson } from "../../tools/rehearsal/durations";
import type { SynthesizedStack } from "../../tools/rehearsal/program";
import { allowProviders, createSandbox, proveItIsUs, type Sandbox } from "../../tools/rehearsal/sandbox";
import { StackRun } from "../../tools/rehearsal/stack-run";

/** The mirror with the real provider, empty when it cannot be had: then `describe.runIf` leaves the tests out. */
export function providerMirror(): string {
  const provider = inject("azurerm");
  return "mirror" in provider ? provider.mirror : "";
}

export interface Stage {
  readonly azure: LocalAzure;
  readonly sandbox: Sandbox;
  readonly run: StackRun;
  readonly stack: SynthesizedStack;
  readonly stop: () => Promise<void>;
}

/** A stack of its own on a local Azure of its own, initialized and not applied. */
export async function stage(fill: (stack: TerraformStack) => void): Promise<Stage> {
  const azure = await LocalAzure.start();
  const sandbox = await createSandbox(azure);
  await allowProviders(sandbox, [providerMirror()]);
  await proveItIsUs(azure, sandbox);
  const outdir = join(sandbox.folder, "program");
  const app = new App({ outdir });
  const fixture = new TerraformStack(app, "fixture");
  fill(fixture);
  app.synth();
  const stack: SynthesizedStack = {
    id: "fixture",
    json: fixture.toTerraform() as StackJson,
    producers: [],
    folder: join(outdir, "stacks", "fixture"),
  };
  const run = new StackRun(stack, sandbox);
  await run.init();
  return {
    azure,
    sandbox,
    run,
    stack,
    stop: async () => {
      await azure.stop();
      await sandbox.remove();
    },
  };
}
