import { describe, expect, inject, it } from "vitest";
import { synthProgram } from "../support/synth";

const SHAPES = [
  { type: "local" },
  { type: "hcp", organization: "kilimo" },
  {
    type: "azurerm",
    subscriptionId: "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",
    resourceGroupName: "rg-mmrv-bootstrap",
    storageAccountName: "stmmrvstate",
    containerName: "tfstate",
  },
];

describe("context.state", () => {
  it.each(SHAPES.filter(({ type }) => type !== "hcp" || inject("terraform")))(
    "synthesizes the shape $type",
    (state) => {
      const stacks = synthProgram({ state });
      const blocks = Object.entries(stacks).map(([name, { json }]) => [
        name,
        { backend: json.terraform.backend, cloud: json.terraform.cloud },
      ]);
      expect(Object.fromEntries(blocks)).toMatchSnapshot();
    },
  );

  it("names what is wrong with any other shape", () => {
    expect(() => synthProgram({ state: { type: "s3", bucket: "b" } })).toThrow(
      /context\.state is not one of the three shapes, nothing was touched\n {2}context\.state\.type: /,
    );
  });
});
