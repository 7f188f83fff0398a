import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack, Testing } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { override } from "../../../constructs/support/override";
import { buildApp, type Program } from "../../../main";
import { stopOnMarkers } from "../../../stacks/open-markers";
import { lostIn, toHcl } from "../../../tools/hcl/hcl";
import { Terraform } from "../../../tools/terraform/terraform";
import { staging } from "../../support/fixtures/environments/staging";
import { alone, ground } from "../../support/provider-stack";
import { allMirrors } from "../../support/real-provider";
import { PROVIDERS, requires } from "../../support/requires";

const outdir = mkdtempSync(join(tmpdir(), "mmrv-hcl-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const stacksOf = (program: Program) =>
  buildApp({ outdir, ...program }).node.children.filter((child) => TerraformStack.isStack(child));

/** The stacks that forget their release. */
const handedOver = (["handover", "flux"] as const).flatMap((delivery) => {
  const gitOps = { via: "deployKey", delivery: { platform: delivery, backend: delivery } } as const;
  return stacksOf({ environments: [{ ...alone(staging), gitOps }] })
    .filter(({ node }) => ["staging-platform", "staging-backend"].includes(node.id))
    .map((stack) => [`${stack.node.id} in ${delivery}`, stack] as const);
});

const stacks = [...stacksOf({}).map((stack) => [stack.node.id, stack] as const), ...handedOver];

describe.each(stacks)("the HCL of %s", (_, stack) => {
  const json = JSON.parse(Testing.synth(stack, true));
  const hcl = toHcl(stack, json);

  it("says everything that the JSON says", async () => {
    expect(await lostIn(hcl, json)).toEqual([]);
  });

  const providers = "aws" in json.terraform.required_providers ? requires("aws provider") : requires(...PROVIDERS);
  it("is valid to Terraform and the real providers", providers, async () => {
    const folder = mkdtempSync(join(outdir, "validate-"));
    writeFileSync(join(folder, "main.tf"), hcl);
    const terraform = new Terraform(folder, { PATH: process.env.PATH ?? "", HOME: folder });
    const init = await terraform.text([
      "init",
      "-backend=false",
      ...allMirrors().map((mirror) => `-plugin-dir=${mirror}`),
    ]);
    expect([init.exitCode, init.stderr]).toEqual([0, ""]);
    const validate = await terraform.text(["validate", "-json"]);
    expect(JSON.parse(validate.stdout)).toMatchObject({ valid: true, error_count: 0 });
  });
});

describe("the HCL of what is handed over", () => {
  it.each(handedOver)("says of %s that the release stays where it is", (_, stack) => {
    expect(toHcl(stack, JSON.parse(Testing.synth(stack)))).toContain(
      "removed {\nfrom = helm_release.release\nlifecycle {\ndestroy = false\n}\n}",
    );
  });
});

describe("the HCL of open markers", () => {
  it("asks its questions as they are, whatever is in them", async () => {
    const stack = new TerraformStack(new App({ outdir }), "test");
    stopOnMarkers(stack, [
      { path: "staging.owner", question: 'Who is "it": ${not.a.ref}, $${"quoted"}, %{ if x }, C:\\new?' },
      { path: "staging.region", question: "Where?" },
    ]);
    const json = JSON.parse(Testing.synth(stack));
    expect(await lostIn(toHcl(stack, json), json)).toEqual([]);
  });
});

describe("lostIn", () => {
  it("names a block that CDKTF's writer drops without a word", async () => {
    const stack = new TerraformStack(new App({ outdir }), "test");
    ground(stack);
    override(stack, "moved", [{ from: "helm_release.a", to: "helm_release.b" }], "CDKTF has a method of resources");
    const json = JSON.parse(Testing.synth(stack));
    expect(await lostIn(toHcl(stack, json), json)).toEqual(["moved.from", "moved.to"]);
  });
});
