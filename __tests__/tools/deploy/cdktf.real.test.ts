import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { refuseLostRelease } from "../../../tools/deploy/cdktf";
import { askProducers } from "../../../tools/deploy/deploy-stack";
import { refuseConsumers, sayWhatGoes } from "../../../tools/deploy/destroy-stack";
import { Terraform } from "../../../tools/terraform/terraform";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";

const folder = mkdtempSync(join(tmpdir(), "mmrv-producers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A stack that needs no provider. */
function producer(name: string): Terraform {
  const stack = join(folder, name);
  mkdirSync(stack);
  writeFileSync(join(stack, "main.tf.json"), JSON.stringify({ resource: { terraform_data: { it: {} } } }));
  return new Terraform(stack, { PATH: process.env.PATH ?? "", HOME: folder });
}

describe("askProducers", requires("azurerm provider"), () => {
  it("takes a producer that has been deployed", async () => {
    const terraform = producer("deployed");
    await terraform.text(["init"]);
    await terraform.text(["apply", "-auto-approve"]);
    await expect(askProducers({ id: "consumer", producers: ["deployed"] }, () => terraform)).resolves.toBeUndefined();
  });

  it("names one that has not, and what to do", async () => {
    const terraform = producer("fresh");
    await expect(askProducers({ id: "consumer", producers: ["fresh"] }, () => terraform)).rejects.toThrow(
      /^consumer needs fresh, which is not deployed: its state holds nothing\n {2}next: npx mmrv deploy fresh$/,
    );
  });
});

describe("refuseConsumers", requires("azurerm provider"), () => {
  it("lets a producer go that nobody needs any more, and no other", async () => {
    const terraform = producer("consumer");
    await expect(refuseConsumers("producer", ["consumer"], () => terraform)).resolves.toBeUndefined();
    await terraform.text(["apply", "-auto-approve"]);
    await expect(refuseConsumers("producer", ["consumer"], () => terraform)).rejects.toThrow(
      /^consumer needs producer and still holds resources, nothing was touched\n {2}next: npx mmrv destroy consumer$/,
    );
  });

  it("lists what goes with a stack, and what it only reads stays out of it", async () => {
    const terraform = producer("going");
    // Built into Terraform as well: it is read, and in the state all the same.
    const other = { version: 4, terraform_version: "1.11.4", serial: 1, lineage: "x", outputs: {}, resources: [] };
    writeFileSync(join(folder, "other.tfstate"), JSON.stringify(other));
    const config = { path: join(folder, "other.tfstate") };
    const data = { terraform_remote_state: { other: { backend: "local", config } } };
    writeFileSync(join(folder, "going", "data.tf.json"), JSON.stringify({ data }));
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void lines.push(line));
    await sayWhatGoes("going", () => terraform);
    await terraform.text(["apply", "-auto-approve"]);
    await sayWhatGoes("going", () => terraform);
    vi.restoreAllMocks();
    expect(lines).toEqual([
      "going: its state holds nothing, so nothing goes",
      "going: what goes",
      "  terraform_data.it",
    ]);
  });

  it("does not take a state that it cannot read for an empty one", async () => {
    const terraform = producer("broken");
    writeFileSync(join(folder, "broken", "main.tf.json"), "{");
    await expect(refuseConsumers("producer", ["broken"], () => terraform)).rejects.toThrow(
      /^broken: Terraform refuses, so its state cannot be read; nothing was touched\n {2}next: mend what it says, then run it again\n {2}Terraform said: Error: /,
    );
  });
});

// Terraform wants the provider of whatever is in a state.
describe("refuseLostRelease", requires("helm provider"), () => {
  const MISSING = ["no release of backend yet"];
  /** A state with one release in it, as the provider writes it. */
  function released(name: string): Terraform {
    producer(name);
    const rc = join(folder, name, "terraform.rc");
    const mirror = JSON.stringify(providerMirror("helm"));
    writeFileSync(rc, `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    const provider = 'provider["registry.terraform.io/hashicorp/helm"]';
    const instances = [{ schema_version: 2, attributes: { id: "backend" } }];
    const resources = [{ mode: "managed", type: "helm_release", name: "release", provider, instances }];
    const state = { version: 4, terraform_version: "1.11.4", serial: 1, lineage: "test", outputs: {}, resources };
    writeFileSync(join(folder, name, "terraform.tfstate"), JSON.stringify(state));
    const environment = { PATH: process.env.PATH ?? "", HOME: folder, TF_CLI_CONFIG_FILE: rc };
    return new Terraform(join(folder, name), environment);
  }

  it("does not let a release go because its digest was taken out", async () => {
    const terraform = released("released");
    await expect(
      refuseLostRelease({ id: "staging-backend", json: {}, missing: MISSING }, () => terraform),
    ).rejects.toThrow(
      /^staging-backend: helm_release\.release is deployed, and would be deleted now that no image is named; nothing was touched\n/,
    );
  });

  it("lets go on what keeps its release, or never had one", async () => {
    const terraform = released("kept");
    const json = { resource: { helm_release: { release: {} } } };
    for (const stack of [
      { json, missing: MISSING },
      { json: {}, missing: [] },
    ])
      await expect(refuseLostRelease({ id: "it", ...stack }, () => terraform)).resolves.toBeUndefined();
    const fresh = producer("never-released");
    await expect(refuseLostRelease({ id: "it", json: {}, missing: MISSING }, () => fresh)).resolves.toBeUndefined();
  });
});

describe("Terraform", () => {
  it.each(["json", "text"] as const)("says in a sentence that it is missing: %s", async (method) => {
    vi.stubEnv("PATH", folder);
    await expect(new Terraform(folder, { PATH: folder })[method](["version"])).rejects.toThrow(
      /^terraform is not on the PATH; install/,
    );
    vi.unstubAllEnvs();
  });
});
