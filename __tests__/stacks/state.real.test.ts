import { describe, expect, it } from "vitest";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { requires } from "../support/requires";
import { synthProgram } from "../support/synth";

const VARIANTS = [{ type: "local" }, { type: "hcp", organization: "kilimo" }, { type: "azurerm" }];

describe("context.state", () => {
  // cdktf asks Terraform for its version first.
  for (const state of VARIANTS)
    it(`synthesizes the shape '${state.type}'`, state.type === "hcp" ? requires("terraform") : {}, () => {
      const stacks = synthProgram({ state });
      const blocks = Object.entries(stacks).map(([name, { json }]) => [
        name,
        { backend: json.terraform.backend, cloud: json.terraform.cloud },
      ]);
      expect(Object.fromEntries(blocks)).toMatchSnapshot();
    });

  it("puts HCP workspaces where bootstrap trusts them, and nowhere else", requires("terraform"), () => {
    const hcpTerraform = { use: "workspaces", organization: "kilimo", project: "mmrv" } as const;
    const { "staging-infra": stack } = synthProgram({
      state: { type: "hcp", organization: "kilimo" },
      bootstrap: { ...bootstrap, hcpTerraform },
    });
    expect(stack?.json.terraform.cloud.workspaces).toEqual({ name: "mmrv-staging-infra", project: "mmrv" });
    expect(() =>
      synthProgram({ state: { type: "hcp", organization: "other" }, bootstrap: { ...bootstrap, hcpTerraform } }),
    ).toThrow("context.state.organization is other, and environments/bootstrap.ts trusts kilimo");
  });

  it("names what is wrong with any other shape", () => {
    expect(() => synthProgram({ state: { type: "s3", bucket: "b" } })).toThrow(
      /context\.state is not one of the three shapes, nothing was touched\n {2}context\.state\.type: /,
    );
  });
});
