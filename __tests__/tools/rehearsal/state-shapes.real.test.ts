import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "vitest";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { synthesize } from "../../../tools/program/stacks";
import { allowProviders, createSandbox, proveItIsUs } from "../../../tools/rehearsal/sandbox";
import { seedDatabases } from "../../../tools/rehearsal/seeds";
import { StackRun } from "../../../tools/rehearsal/stack-run";
import { plannedChanges } from "../../../tools/terraform/terraform";
import { ENVIRONMENTS } from "../../support/fixtures/environments/all";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";

/** Bootstrap as it is with HCP Terraform; without the lock, which would take two minutes of waiting. */
const WITH_HCP = {
  ...bootstrap,
  locks: false,
  hcpTerraform: { use: "workspaces", organization: "kilimo", project: "mmrv" },
} as const;

describe("a rehearsal of a program that keeps its state elsewhere", requires("azurerm provider"), () => {
  it.concurrent.for([
    { state: { type: "hcp", organization: "kilimo" }, settings: WITH_HCP },
    { state: { type: "azurerm" }, settings: { ...bootstrap, locks: false } },
  ])(
    "keeps it in the temporary folder instead of $state.type, by the override alone, and asks nobody else",
    async ({ state, settings }, { expect }) => {
      const azure = await LocalAzure.start();
      const sandbox = await createSandbox(azure);
      try {
        await allowProviders(sandbox, [providerMirror()]);
        await proveItIsUs(azure, sandbox);
        azure.arm.registrations.enforced = true;
        seedDatabases(azure.arm, ENVIRONMENTS);
        const [ground, ...others] = synthesize({ outdir: join(sandbox.folder, "program"), state, bootstrap: settings });
        if (!ground) throw new Error("the program has no stack");
        const run = new StackRun(ground, sandbox);
        await run.init();
        const record = await readFile(join(run.folder, ".terraform", "terraform.tfstate"), "utf8");
        expect(JSON.parse(record).backend).toMatchObject({ type: "local", config: { path: "terraform.tfstate" } });
        await run.apply();
        await run.planIsEmpty();
        await run.idsAreComputable();
        // Those of Azure alone: the others look up what a plan has not made.
        const consumers = others.filter(({ id }) => id.endsWith("-infra"));
        expect(consumers).toHaveLength(ENVIRONMENTS.length);
        for (const stack of consumers) {
          const consumer = new StackRun(stack, sandbox);
          await consumer.init();
          const { events, errors } = await consumer.terraform.json(["plan", "-input=false"]);
          expect(errors).toEqual([]);
          expect(plannedChanges(events)).toHaveLength(consumer.total);
        }
        expect([...azure.refusedHosts]).toEqual([]);
      } finally {
        await azure.stop();
        await sandbox.remove();
      }
    },
  );
});
