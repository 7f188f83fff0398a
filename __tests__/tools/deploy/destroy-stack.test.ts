import { describe, expect, it } from "vitest";
import type { Delivery } from "../../../model/schema/git-ops";
import { guardedOf, refuseForgottenRelease, refuseLeadingRecords } from "../../../tools/deploy/destroy-stack";
import type { SynthesizedStack } from "../../../tools/program/stacks";
import { staging } from "../../support/fixtures/environments/staging";
import { answered, stackInfo } from "../../support/small-stack";

const STACK = { id: "staging-cutover", settings: staging, guarded: [] };
const RECORD = "aws_route53_record.api_example_com-A-aws";
/** A state that holds these. */
const holding =
  (addresses: readonly string[], exitCode = 0) =>
  () => ({
    init: async () => ({ exitCode, stdout: "", stderr: "" }),
    stateList: async () => [...addresses],
  });

describe("a destroy of the stack that moves users", () => {
  const said = [
    "staging-cutover: its records lead users, and a destroy would delete live DNS; nothing was touched",
    "  next: after retired, npx mmrv cutover next staging APPLICATION --give-up, then deploy: Terraform forgets them, and Route 53 keeps them",
  ].join("\n");

  it("is refused while the state holds a record, also when the program has none any more", async () => {
    await expect(refuseLeadingRecords(STACK, holding([RECORD]))).rejects.toThrow(said);
  });

  it("is refused while the program has a record, before its state is read", async () => {
    await expect(refuseLeadingRecords({ ...STACK, guarded: [RECORD] }, holding([], 1))).rejects.toThrow(said);
  });

  it("is refused when its state cannot be read", async () => {
    await expect(refuseLeadingRecords(STACK, holding([], 1))).rejects.toThrow("its state cannot be read");
  });

  it("passes when nothing of it is a record", async () => {
    const state = holding(["terraform_data.open-markers"]);
    await expect(refuseLeadingRecords(STACK, state)).resolves.toBeUndefined();
  });
});

describe("a destroy of a stack whose release somebody else delivers", () => {
  const stackOf = (delivery: Delivery, change: Partial<SynthesizedStack> = {}) =>
    stackInfo("staging-backend", {
      settings: { ...answered(staging), gitOps: { via: "deployKey", delivery: { backend: delivery } } },
      json: { resource: { azurerm_federated_identity_credential: { trust: {} } } },
      ...change,
    });
  const HELD = ["azurerm_federated_identity_credential.trust", "helm_release.release"];

  it("is refused while the state still has it: Terraform deletes what it would only forget", async () => {
    await expect(refuseForgottenRelease(stackOf("handover"), holding(HELD))).rejects.toThrow(
      /^staging-backend: Terraform still has helm_release\.release, and a destroy deletes what a deployment forgets; nothing was touched\n {2}next: npx mmrv deploy staging-backend, after which a destroy leaves it$/,
    );
    await expect(refuseForgottenRelease(stackOf("flux"), holding(HELD))).rejects.toThrow("a step was jumped");
  });

  it("passes once it is forgotten, and while it is Terraform's, whom the guard stops", async () => {
    for (const delivery of ["handover", "flux"] as const)
      await expect(refuseForgottenRelease(stackOf(delivery), holding(HELD.slice(0, 1)))).resolves.toBeUndefined();
    await expect(refuseForgottenRelease(stackOf("terraform"), holding(HELD, 1))).resolves.toBeUndefined();
  });

  it("is stopped by the guard for what its pods still need, as long as that is on", () => {
    const settingsWith = (deletionGuard: boolean, delivery: Delivery) => ({
      settings: { ...stackOf(delivery).settings, deletionGuard },
    });
    const of = (deletionGuard: boolean, delivery: Delivery) =>
      guardedOf(stackOf(delivery, settingsWith(deletionGuard, delivery)));
    expect(of(true, "flux")).toEqual(["azurerm_federated_identity_credential.trust"]);
    expect(of(true, "handover")).toEqual(["azurerm_federated_identity_credential.trust"]);
    expect(of(false, "flux")).toEqual([]);
    expect(guardedOf(stackOf("terraform", { guarded: ["helm_release.release"] }))).toEqual(["helm_release.release"]);
  });
});
