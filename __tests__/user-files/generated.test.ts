import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ENVIRONMENTS } from "../../environments/all";
import { buildApp } from "../../main";
import { gitHubEnvironmentsOf } from "../../model/naming";
import { MmrvStack } from "../../stacks/mmrv-stack";
import { faults, generatedFiles } from "../../tools/render/pages";
import { workflow } from "../support/workflow-files";

describe("generated files", () => {
  it.each(generatedFiles())("are current: $file", ({ path, text }) => {
    expect(readFileSync(path, "utf8"), "next: npm run fix").toBe(text);
  });

  it("are all that is in gitops/, and no chart has changed under an old version", () => {
    expect(faults()).toEqual([]);
  });
});

/** What the form of a workflow offers. */
const optionsOf = (file: string, input: string): readonly string[] => {
  const { inputs } = workflow(`.github/workflows/${file}`).on["workflow_dispatch"] as {
    inputs: Record<string, { options: string[] }>;
  };
  return inputs[input]?.options ?? [];
};
const names = ENVIRONMENTS.map(({ name }) => name);

describe("the choices of a workflow", () => {
  it("deploy: every stack of the program but the bootstrap, in its order", () => {
    const stacks = buildApp().node.children.filter((child) => child instanceof MmrvStack);
    expect(optionsOf("deploy.yml", "stack")).toEqual(
      stacks.map(({ node }) => node.id).filter((id) => id !== "bootstrap"),
    );
  });

  it("migrate: every environment", () => {
    expect(optionsOf("migrate.yml", "environment")).toEqual(names);
  });

  it("promote: the environments whose images are promoted, and no other", () => {
    const promoted = ENVIRONMENTS.filter(({ images }) => images.from === "promotion").map(({ name }) => name);
    expect(optionsOf("promote.yml", "environment")).toEqual(promoted.length > 0 ? promoted : ["none"]);
  });

  it.each([
    ["nightly", "drift"],
    ["plan", "plan"],
  ])("%s: every environment, looked at by the identity that plans it", (file, job) => {
    const { environment, strategy } = workflow(`.github/workflows/${file}.yml`).jobs[job] as unknown as {
      readonly environment: string;
      readonly strategy: { readonly matrix: { readonly environment: readonly string[] } };
    };
    expect(strategy.matrix.environment).toEqual(names);
    for (const one of ENVIRONMENTS)
      expect(environment.replace("${{ matrix.environment }}", one.name)).toBe(gitHubEnvironmentsOf(one).plan);
  });
});
