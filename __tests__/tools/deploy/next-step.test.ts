import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { deployedHere, nextStep, type Situation } from "../../../tools/deploy/next-step";

const marker = (path: string) => ({ path, question: "Who?" });
const stack = (id: string, ...paths: string[]) => ({ id, openMarkers: paths.map(marker) });
const READY: Situation = {
  hasTerraform: true,
  stale: [],
  stacks: [stack("bootstrap"), stack("staging-infra"), stack("staging-backend")],
  deployed: [],
};

describe("the next step", () => {
  it.each<[string, Partial<Situation>, string]>([
    [
      "is Terraform before all else",
      { hasTerraform: false, stale: ["docs/homologation.md"] },
      "install Terraform 1.11 (developer.hashicorp.com/terraform/install), then npm start again",
    ],
    ["is what an edit left behind", { stale: ["docs/homologation.md"] }, "npm run fix, which writes them"],
    ["is the first stack", {}, "npx mmrv deploy bootstrap"],
    ["is the first that is not deployed", { deployed: ["bootstrap"] }, "npx mmrv deploy staging-infra"],
    [
      "is the markers of the stack that would be next, with their files",
      {
        stacks: [stack("bootstrap", "bootstrap.budget", "staging.gitHub.owner", "bootstrap.state"), stack("x", "y.z")],
      },
      "answer the open markers in environments/bootstrap.ts, environments/staging.ts; until then npx mmrv rehearse shows all of it without a cloud",
    ],
    [
      "is no marker of a stack that comes later",
      { stacks: [stack("bootstrap"), stack("staging-infra", "staging.domains.backend")] },
      "npx mmrv deploy bootstrap",
    ],
    [
      "is every marker where only the cloud knows what is deployed",
      { deployed: undefined, stacks: [stack("bootstrap"), stack("staging-infra", "staging.domains.backend")] },
      "answer the open markers in environments/staging.ts; until then npx mmrv rehearse shows all of it without a cloud",
    ],
    [
      "is to ask the cloud when it alone knows",
      { deployed: undefined },
      "npx mmrv diff bootstrap, then each of the stacks: it says what is missing",
    ],
    [
      "is an edit when all is deployed",
      { deployed: ["bootstrap", "staging-infra", "staging-backend"] },
      "all is deployed; after an edit npm run fix, then npx mmrv diff STACK",
    ],
  ])("%s", (_, change, step) => {
    expect(nextStep({ ...READY, ...change })).toBe(step);
  });
});

describe("what is deployed", () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-next-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (id: string, text: string) => {
    mkdirSync(join(folder, id));
    writeFileSync(join(folder, id, "terraform.tfstate"), text);
  };
  const stacks = ["full", "empty", "broken", "absent"].map((id) => ({ id }));

  it("is what a local state holds", () => {
    write("full", '{"resources": [{}]}');
    write("empty", '{"resources": []}');
    write("broken", "{");
    expect(deployedHere(stacks, "local", folder)).toEqual(["full"]);
    expect(deployedHere(stacks, undefined, folder)).toEqual(["full"]);
  });

  it("is not known of states that are kept elsewhere", () => {
    expect(deployedHere(stacks, "azurerm", folder)).toBeUndefined();
  });
});
