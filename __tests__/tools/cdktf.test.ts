import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { askProducers, refuseConsumers } from "../../tools/cli/cdktf";
import { Terraform } from "../../tools/terraform/terraform";
import { providerMirror } from "../support/real-provider";

const folder = mkdtempSync(join(tmpdir(), "mmrv-producers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A stack that needs no provider. */
function producer(name: string): Terraform {
  const stack = join(folder, name);
  mkdirSync(stack);
  writeFileSync(join(stack, "main.tf.json"), JSON.stringify({ resource: { terraform_data: { it: {} } } }));
  return new Terraform(stack, { PATH: process.env.PATH ?? "", HOME: folder });
}

describe.runIf(providerMirror() !== "")("askProducers", () => {
  it("takes a producer that has been deployed", async () => {
    const terraform = producer("deployed");
    await terraform.text(["init"]);
    await terraform.text(["apply", "-auto-approve"]);
    await expect(askProducers({ id: "consumer", producers: ["deployed"] }, () => terraform)).resolves.toBeUndefined();
  });

  it("names one that has not, and what to do", async () => {
    const terraform = producer("fresh");
    await expect(askProducers({ id: "consumer", producers: ["fresh"] }, () => terraform)).rejects.toThrow(
      /^consumer needs fresh, which is not deployed: its state holds nothing\n {2}next: npm run mmrv -- deploy fresh$/,
    );
  });
});

describe.runIf(providerMirror() !== "")("refuseConsumers", () => {
  it("lets a producer go that nobody needs any more, and no other", async () => {
    const terraform = producer("consumer");
    await expect(refuseConsumers("producer", ["consumer"], () => terraform)).resolves.toBeUndefined();
    await terraform.text(["apply", "-auto-approve"]);
    await expect(refuseConsumers("producer", ["consumer"], () => terraform)).rejects.toThrow(
      /^consumer needs producer and still holds resources, nothing was touched\n {2}next: npm run mmrv -- destroy consumer$/,
    );
  });

  it("does not take a state that it cannot read for an empty one", async () => {
    const terraform = producer("broken");
    writeFileSync(join(folder, "broken", "main.tf.json"), "{");
    await expect(refuseConsumers("producer", ["broken"], () => terraform)).rejects.toThrow(
      /^the state of broken cannot be read, nothing was touched/,
    );
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
