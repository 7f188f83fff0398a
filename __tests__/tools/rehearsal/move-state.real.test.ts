import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { App } from "cdktf";
import { beforeEach, describe, expect, it } from "vitest";
import { StateStorage } from "../../../constructs/state-storage";
import { MmrvStack } from "../../../stacks/mmrv-stack";
import { Blobs } from "../../../tools/azure-simulator/blobs";
import { parseId } from "../../../tools/azure-simulator/resource-id";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { Store } from "../../../tools/azure-simulator/store";
import { carryOut, planMove } from "../../../tools/deploy/move-state";
import { allowProviders, createSandbox, proveItIsUs, REHEARSAL_SUBSCRIPTION } from "../../../tools/rehearsal/sandbox";
import { Terraform } from "../../../tools/terraform/terraform";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";

const ACCOUNT = "stmmrvstatetest";
const OURS = "5f1c0d4e-0000-4000-8000-00000000000c";
const THEIRS = "5f1c0d4e-0000-4000-8000-00000000000d";

/** One request to the data plane of the account; the answer as "status code", and what is in it. */
function client(blobs: Blobs) {
  return (method: string, path: string, headers: Record<string, string> = {}, body = "") => {
    const answer = blobs.handle({
      method,
      url: new URL(path, `https://${ACCOUNT}.blob.core.windows.net`),
      headers: { authorization: "Bearer of-nobody", ...headers },
      body: Buffer.from(body),
    });
    const said = `${answer.status} ${answer.headers?.["x-ms-error-code"] ?? "OK"}`;
    return { said, headers: answer.headers ?? {}, text: answer.bytes?.toString() ?? "" };
  };
}

const acquire = (lease: string) => ({ "x-ms-lease-action": "acquire", "x-ms-proposed-lease-id": lease });
const release = (lease: string) => ({ "x-ms-lease-action": "release", "x-ms-lease-id": lease });

describe("the blobs of the local Azure", () => {
  const container = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}/blobServices/default/containers/c`;
  let store: Store;
  let blobs: Blobs;
  let ask: ReturnType<typeof client>;
  beforeEach(() => {
    store = new Store();
    store.seed(container, {});
    blobs = new Blobs(store);
    ask = client(blobs);
  });

  it("keeps content and metadata, and lists by prefix", () => {
    ask("PUT", "/c/a/b.tfstate", { "x-ms-blob-content-type": "application/json", "x-ms-meta-key": "value" }, "{}");
    ask("PUT", "/c/other");
    expect(ask("GET", "/c/a/b.tfstate")).toMatchObject({ said: "200 OK", text: "{}" });
    expect(ask("HEAD", "/c/a/b.tfstate")).toMatchObject({
      text: "",
      headers: { "Content-Length": "2", "Content-Type": "application/json", "x-ms-meta-key": "value" },
    });
    const listed = ask("GET", "/c?restype=container&comp=list&prefix=a/").text;
    expect([...listed.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name)).toEqual(["a/b.tfstate"]);
    expect([ask("DELETE", "/c/other").said, ask("GET", "/c/other").said]).toEqual(["202 OK", "404 BlobNotFound"]);
  });

  it("lets one hold a lease, and only that one write", () => {
    ask("PUT", "/c/b");
    expect(ask("PUT", "/c/b?comp=lease", acquire(OURS)).said).toBe("201 OK");
    expect(ask("PUT", "/c/b?comp=lease", acquire(THEIRS)).said).toBe("409 LeaseAlreadyPresent");
    expect(ask("PUT", "/c/b").said).toBe("412 LeaseIdMissing");
    expect(ask("PUT", "/c/b", { "x-ms-lease-id": THEIRS }).said).toBe("412 LeaseIdMismatchWithBlobOperation");
    expect(ask("PUT", "/c/b?comp=metadata", { "x-ms-lease-id": OURS, "x-ms-meta-a": "b" }).said).toBe("200 OK");
    expect(ask("GET", "/c/b").headers).toMatchObject({ "x-ms-lease-status": "locked", "x-ms-meta-a": "b" });
    expect(ask("PUT", "/c/b?comp=lease", release(THEIRS)).said).toBe("409 LeaseIdMismatchWithLeaseOperation");
    expect(ask("PUT", "/c/b?comp=lease", release(OURS)).said).toBe("200 OK");
    expect(ask("PUT", "/c/b", { "x-ms-lease-id": OURS }).said).toBe("412 LeaseNotPresentWithBlobOperation");
    expect(ask("PUT", "/c/b?comp=lease", acquire(THEIRS)).said).toBe("201 OK");
  });

  it("refuses who comes without a token, and what does not exist", () => {
    expect(ask("GET", "/c/b", { authorization: "SharedKey a:b" }).said).toBe("403 KeyBasedAuthenticationNotPermitted");
    expect(ask("GET", "/c/b").said).toBe("404 BlobNotFound");
    expect(ask("GET", "/nowhere/b").said).toBe("404 ContainerNotFound");
    expect(ask("PUT", "/c/b?comp=undelete").said).toBe("404 BlobNotFound");
  });

  it("loses what is in a container with the container", () => {
    ask("PUT", "/c/b");
    store.delete(parseId(container).key);
    expect(ask("GET", "/c/b").said).toBe("404 ContainerNotFound");
    blobs.forgetOrphans();
    store.seed(container, {});
    expect(ask("GET", "/c/b").said).toBe("404 BlobNotFound");
  });
});

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
      const ask = client(azure.blobs);
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
    } finally {
      Terraform.killAll();
      await azure.stop();
      await sandbox.remove();
    }
  });
});
