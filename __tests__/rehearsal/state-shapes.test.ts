import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LocalAzure } from "../../tools/rehearsal/arm/server";
import { synthesize } from "../../tools/rehearsal/program";
import { allowProviders, createSandbox, proveItIsUs } from "../../tools/rehearsal/sandbox";
import { StackRun } from "../../tools/rehearsal/stack-run";
import { plannedChanges } from "../../tools/terraform/terraform";
import { providerMirror } from "../support/real-provider";

describe.runIf(providerMirror() !== "")("a rehearsal of a program that keeps its state elsewhere", () => {
  it.each([{ type: "hcp", organization: "kilimo" }, { type: "azurerm" }])(
    "keeps it in the temporary folder instead of $type, by the override alone, and asks nobody else",
    async (state) => {
      const azure = await LocalAzure.start();
      const sandbox = await createSandbox(azure);
      try {
        await allowProviders(sandbox, [providerMirror()]);
        await proveItIsUs(azure, sandbox);
        const [bootstrap] = await synthesize(join(sandbox.folder, "program"), { state });
        if (!bootstrap) throw new Error("the program has no stack");
        const run = new StackRun(bootstrap, sandbox);
        await run.init();
        const record = await readFile(join(run.folder, ".terraform", "terraform.tfstate"), "utf8");
        expect(JSON.parse(record).backend).toMatchObject({ type: "local", config: { path: "terraform.tfstate" } });
        const { events, errors } = await run.terraform.json(["plan", "-input=false"]);
        expect(errors).toEqual([]);
        expect(plannedChanges(events)).toHaveLength(run.total);
        expect([...azure.refusedHosts]).toEqual([]);
      } finally {
        await azure.stop();
        await sandbox.remove();
      }
    },
    60_000,
  );
});
