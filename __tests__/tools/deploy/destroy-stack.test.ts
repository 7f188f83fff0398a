import { describe, expect, it } from "vitest";
import { refuseLeadingRecords } from "../../../tools/deploy/destroy-stack";
import { staging } from "../../support/fixtures/environments/staging";

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
