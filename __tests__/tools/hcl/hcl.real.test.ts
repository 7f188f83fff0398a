import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack, Testing } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { override } from "../../../constructs/support/override";
import { buildApp, type Program } from "../../../main";
import { stopOnMarkers } from "../../../stacks/open-markers";
import { lostIn, toHcl } from "../../../tools/hcl/hcl";
import { inVariant, VARIANTS } from "../../../tools/program/variants";
import { Terraform } from "../../../tools/terraform/terraform";
import { ENVIRONMENTS } from "../../support/fixtures/environments/all";
import { ground } from "../../support/provider-stack";
import { allMirrors } from "../../support/real-provider";
import { PROVIDERS, requires } from "../../support/requires";

const outdir = mkdtempSync(join(tmpdir(), "mmrv-hcl-"));
afterAll(() => rmSync(outdir, { recursive: true }));

const stacksOf = (program: Program) => buildApp(program).node.children.filter((child) => TerraformStack.isStack(child));
const named = (stacks: readonly TerraformStack[], how: string) =>
  stacks.map((stack) => [`${stack.node.id}${how}`, stack] as const);
const stacks = named(stacksOf({ outdir }), "");

/** What is there in no shape that ships: Flux itself, and the stacks that forget what it delivers. */
const withFlux = VARIANTS.filter((shape) => shape.includes("Flux")).flatMap((shape) => {
  const environments = ENVIRONMENTS.map((environment) => inVariant(environment, shape) ?? environment);
  return named(stacksOf({ outdir: join(outdir, "flux"), environments }), ` (${shape})`);
});
const gitOps = withFlux.filter(([, { node }]) => node.id.endsWith("-gitops"));
const handedOver = withFlux.filter(([, { node }]) => /-(platform|backend|frontend)$/.test(node.id));

describe.each([...stacks, ...gitOps, ...handedOver])("the HCL of %s", (_, stack) => {
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
