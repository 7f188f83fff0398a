import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { MARKERS_VARIABLE, type Marker } from "../../model/markers";
import { stopOnMarkers } from "../../stacks/open-markers";
import { LocalAzure } from "../../tools/azure-simulator/server";
import { createSandbox } from "../../tools/rehearsal/sandbox";
import { Terraform } from "../../tools/terraform/terraform";
import { requires } from "../support/requires";
import { synthStack } from "../support/synth";

const OPEN: readonly Marker[] = [
  { path: "staging.owner", question: 'Who is "it": ${not.a.reference}, %{ if x }, C:\\new?' },
  { path: "bootstrap.region", question: "Where?" },
];

const folder = mkdtempSync(join(tmpdir(), "mmrv-markers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a stack with these markers carries, in a folder with a resource that needs no provider. */
function folderWith(name: string, open: readonly Marker[]): string {
  const here = mkdtempSync(join(folder, `${name}-`));
  const { variable } = synthStack((stack) => stopOnMarkers(stack, open)).json;
  writeFileSync(
    join(here, "cdk.tf.json"),
    JSON.stringify({ variable, resource: { terraform_data: { it: {} } } }, null, 2),
  );
  return here;
}

const CALLERS = { PATH: process.env["PATH"] ?? "", HOME: folder };
const ACCEPTED = { [`TF_VAR_${MARKERS_VARIABLE.name}`]: MARKERS_VARIABLE.accepted };

describe("Terraform, on open markers", requires("terraform"), () => {
  it("plans no deployment, and asks every question as it is", async () => {
    const terraform = new Terraform(folderWith("refused", OPEN), CALLERS);
    await terraform.init();
    const { exitCode, stderr } = await terraform.text(["plan", "-no-color", "-input=false"]);
    expect(exitCode).toBe(1);
    // Terraform wraps the first line, and leaves indented ones alone.
    expect(stderr).toContain(
      [
        "\n\ntest: 2 values in environments/staging.ts, environments/bootstrap.ts are",
        "still markers, nothing was touched",
        '  staging.owner: Who is "it": ${not.a.reference}, %{ if x }, C:\\new?',
        "  bootstrap.region: Where?\n\n",
      ].join("\n"),
    );
  });

  it("validates what is deployed, shows and edits its state, and destroys it when told to", async () => {
    const here = folderWith("deployed", OPEN);
    const terraform = new Terraform(here, CALLERS);
    await terraform.init();
    await new Terraform(here, { ...CALLERS, ...ACCEPTED }).text(["apply", "-auto-approve"]);
    const exits = async (...args: string[]) => [args, (await terraform.text(args)).exitCode];
    for (const args of [["validate"], ["state", "list"], ["show"], ["output"]])
      expect(await exits(...args)).toEqual([args, 0]);
    expect(await exits("plan", "-destroy")).toEqual([["plan", "-destroy"], 1]);
    const destroy = ["destroy", "-auto-approve", "-var=open_markers=accepted"];
    expect(await exits(...destroy)).toEqual([destroy, 0]);
  });

  it("does not stop a rehearsal", async () => {
    const azure = await LocalAzure.start();
    const sandbox = await createSandbox(azure);
    try {
      writeFileSync(sandbox.environment.TF_CLI_CONFIG_FILE, "");
      const terraform = new Terraform(folderWith("rehearsed", OPEN), sandbox.environment);
      await terraform.init();
      expect(await terraform.text(["plan", "-no-color"])).toMatchObject({ exitCode: 0, stderr: "" });
    } finally {
      await azure.stop();
      await sandbox.remove();
    }
  });
});
