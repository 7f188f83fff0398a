import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack, Testing } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { override } from "../../constructs/support/override";
import { buildApp } from "../../main";
import { lostIn, toHcl } from "../../tools/hcl/hcl";
import { ground } from "../support/fixtures";

const outdir = mkdtempSync(join(tmpdir(), "mmrv-hcl-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const stacks = buildApp({ outdir }).node.children.filter((child) => TerraformStack.isStack(child));
const hasTerraform = (() => {
  try {
    execFileSync("terraform", ["version"]);
    return true;
  } catch {
    console.warn("could not run: terraform fmt on the HCL, because terraform is not on the PATH");
    return false;
  }
})();

describe.each(stacks.map((stack) => [stack.node.id, stack] as const))("the HCL of %s", (_, stack) => {
  const json = JSON.parse(Testing.synth(stack, true));
  const hcl = toHcl(stack, json);

  it("says everything that the JSON says", async () => {
    expect(await lostIn(hcl, json)).toEqual([]);
  });

  it.runIf(hasTerraform)("is HCL to Terraform, and stays as it is once formatted", () => {
    const format = (text: string) =>
      execFileSync("terraform", ["fmt", "-"], { input: text, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] });
    const formatted = format(hcl);
    expect(format(formatted)).toBe(formatted);
  });
});

describe("lostIn", () => {
  it("names a block that CDKTF's writer drops without a word", async () => {
    const stack = new TerraformStack(new App({ outdir }), "test");
    ground(stack);
    override(
      stack,
      "removed",
      [{ from: "helm_release.backend", lifecycle: { destroy: false } }],
      "CDKTF has no API for it",
    );
    const json = JSON.parse(Testing.synth(stack));
    expect(await lostIn(toHcl(stack, json), json)).toEqual(["removed.from", "removed.lifecycle.destroy"]);
  });
});
