import { copyFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { App } from "cdktf";
import { describe, expect, it } from "vitest";
import { StateStorage } from "../../../constructs/state-storage";
import { MmrvStack } from "../../../stacks/mmrv-stack";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { carryOut, planMove } from "../../../tools/deploy/move-state";
import { allowProviders, createSandbox, proveItIsUs } from "../../../tools/rehearsal/sandbox";
import { unlockState } from "../../../tools/state/unlock";
import { Terraform } from "../../../tools/terraform/terraform";
import { acquire, blobClient, release } from "../../support/blob-account";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";
import { stackInfo } from "../../support/small-stack";
import { sendTo } from "../../support/state-fixture";

const ACCOUNT = "stmmrvstatetest";
const THEIRS = "5f1c0d4e-0000-4000-8000-00000000000d";

/** The stack that makes the storage, with its state where `type` says. */
function synthesize(outdir: string, type: "azurerm" | "local"): void {
  const stateAccount = { resourceGroupName: "rg-state", storageAccountName: ACCOUNT };
  const app = new App({ outdir, context: { state: { type }, stateAccount } });
  const stack = new MmrvStack(app, "states", { ...bootstrap, deletionGuard: false });
  const resourceGroup = new ResourceGroup(stack, "group", { name: "rg-state", location: "eastus2" });
  new StateStorage(stack, "states", {
    name: ACCOUNT,
    resourceGroup,
    replication: "ZRS",
    softDeleteDays: 7,
    administrators: [],
  }).addContainer(bootstrap.name);
  app.synth();
}

describe("move-state", requires("azurerm provider"), () => {
  it("takes a stack's state into the storage that the stack has made", async () => {
    const azure = await LocalAzure.start();
    const sandbox = await createSandbox(azure);
    try {
      await allowProviders(sandbox, [providerMirror()]);
      await proveItIsUs(azure, sandbox);
      const outdir = join(sandbox.folder, "cdktf.out");
      const places = {
        stack: "states",
        folder: join(outdir, "stacks", "states"),
        file: join(sandbox.folder, "terraform.tfstate.d", "states", "terraform.tfstate"),
      };
      const terraform = new Terraform(places.folder, sandbox.environment, true);
      const here = () => readdir(join(places.file, ".."));
      const said: string[] = [];
      const move = async (with_ = terraform) => carryOut(await planMove(places), with_, (line) => said.push(line));

      synthesize(outdir, "local");
      expect(await terraform.init()).toMatchObject({ exitCode: 0 });
      const { errors } = await terraform.json(["apply", "-auto-approve", "-input=false"]);
      expect(errors).toEqual([]);
      const before = await terraform.stateList();
      expect(before).toHaveLength(3);

      synthesize(outdir, "azurerm");
      // No key opens the account.
      const withKey = new Terraform(places.folder, { ...sandbox.environment, ARM_ACCESS_KEY: "a2V5" }, true);
      await expect(move(withKey)).rejects.toThrow(
        /unset ARM_ACCESS_KEY[\s\S]*403 .*KeyBasedAuthenticationNotPermitted/,
      );

      // Somebody else has made the blob and holds it.
      const ask = blobClient(azure.blobs, ACCOUNT);
      const blob = `/${bootstrap.name}/states.tfstate`;
      ask("PUT", blob);
      ask("PUT", `${blob}?comp=lease`, acquire(THEIRS));
      await expect(move()).rejects.toThrow(/somebody else holds the state[\s\S]*next: wait [\s\S]*already locked/);
      expect(await here()).toContain("terraform.tfstate");
      // Until it is moved, nothing can be deployed onto the empty state there.
      expect((await terraform.init()).stderr).toContain("Backend configuration changed");
      ask("PUT", `${blob}?comp=lease`, release(THEIRS));

      said.length = 0;
      await move();
      expect(said).toEqual([
        `preparing bootstrap/states.tfstate in the storage account ${ACCOUNT}`,
        "writing",
        "read back: all 3 resources are there",
        expect.stringMatching(/^put aside: .*terraform\.tfstate\.moved$/),
      ]);
      expect(await here()).toEqual(["terraform.tfstate.moved"]);
      expect(await terraform.stateList()).toEqual(before);
      expect(ask("HEAD", blob).headers).toMatchObject({ "x-ms-lease-status": "unlocked" });
      const plan = await terraform.json(["plan", "-detailed-exitcode", "-input=false"]);
      expect([plan.exitCode, plan.errors]).toEqual([0, []]);

      // A second move finds nothing; with the old file back, it finds its own state there.
      await expect(move()).rejects.toThrow(/^states: there is no local state to move/);
      await copyFile(`${places.file}.moved`, places.file);
      await expect(move()).rejects.toThrow(
        /holds 3 resources already, nothing was overwritten\n {2}next: it is the same state/,
      );
      expect(await here()).toEqual(["terraform.tfstate", "terraform.tfstate.moved"]);

      // The lock works for everybody: who plans while another holds the state is refused.
      ask("PUT", `${blob}?comp=lease`, acquire(THEIRS));
      expect((await terraform.json(["plan", "-input=false"])).errors.join()).toContain("already locked");

      // A run that is gone holds nobody up: who says so breaks its lease, and Terraform goes on.
      const json = JSON.parse(await readFile(join(places.folder, "cdk.tf.json"), "utf8"));
      const asked = { stacks: [stackInfo("states", { json })] };
      expect(await unlockState("states", { autoApprove: true }, sendTo(azure.blobs), asked)).toBe(0);
      expect((await terraform.json(["plan", "-input=false"])).errors).toEqual([]);
    } finally {
      Terraform.killAll();
      await azure.stop();
      await sandbox.remove();
    }
  });
});
