import { describe, expect, inject, it } from "vitest";
import { synthProgram } from "../support/synth";

const SHAPES = [{ type: "local" }, { type: "hcp", organization: "kilimo" }, { type: "azurerm" }];

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
