import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { askProducers } from "../../tools/cli/cdktf";
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
      /^consumer needs fresh, which does not answer: .*\n {2}next: npm run mmrv -- deploy fresh$/s,
    );
  });
});
