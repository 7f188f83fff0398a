import { describe, expect, it } from "vitest";
import { hcpAsker } from "../../../tools/state/hcp";

describe("the login to HCP Terraform", () => {
  it("is the one that Terraform takes from the environment, under the name of the host", async () => {
    for (const [host, variable] of [
      ["app.terraform.io", "TF_TOKEN_app_terraform_io"],
      ["tfe.my-company.example", "TF_TOKEN_tfe_my__company_example"],
    ] as const)
      await expect(hcpAsker(host, { [variable]: "token", HOME: "/nowhere" })).resolves.toBeTypeOf("function");
  });

  it("is asked for in a sentence when there is none", async () => {
    await expect(hcpAsker("app.terraform.io", { HOME: "/nowhere" })).rejects.toThrow(
      "HCP Terraform keeps the states, and there is no login to app.terraform.io\n  next: terraform login, or TF_TOKEN_app_terraform_io in a pipeline",
    );
  });
});
