import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workflowFiles } from "../../../tools/render/workflow-choices";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";

const FOLDER = ".github/workflows";
let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-workflows-"));
  mkdirSync(join(root, ".github"));
  cpSync(FOLDER, join(root, FOLDER), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes the workflows for these environments; returns what each then says. */
function written(...environments: (typeof staging)[]): Record<string, string> {
  const files = workflowFiles(root, environments);
  for (const { path, text } of files) writeFileSync(path, text);
  return Object.fromEntries(files.map(({ file, path }) => [file.slice(FOLDER.length + 1), readFileSync(path, "utf8")]));
}

describe("workflowFiles", () => {
  it("replaces the lists and no other letter, there and back", () => {
    const quality = { ...staging, name: "quality" };
    const before = written(staging, production);
    const between = written(staging, production, quality);
    expect(between["migrate.yml"]).toBe(
      before["migrate.yml"]?.replace("[staging, production]", "[staging, production, quality]"),
    );
    expect(between["promote.yml"]).toBe(before["promote.yml"]);
    expect(between["plan.yml"]).toContain("      ENVIRONMENTS: staging production quality\n");
    expect(between["plan.yml"]).toContain("        environment: [staging, production, quality]\n        exclude:");
    expect(between["nightly.yml"]).toContain("environment: [staging, production, quality]\n");
    expect(between["deploy.yml"]).toContain("          - production-cutover\n          - quality-infra\n");
    expect(between["deploy.yml"]).toContain("          - quality-cutover\n      unprotected-because:\n");
    expect(written(staging, production)).toEqual(before);
  });

  it("offers what Flux delivers beside the stacks, where there is GitOps", () => {
    const gitOps = { via: "deployKey", delivery: { backend: "flux" } } as const;
    const deploy = written({ ...staging, gitOps }, production)["deploy.yml"];
    expect(deploy).toContain(
      "          - staging-cutover\n          - staging-releases\n          - production-infra\n",
    );
    expect(deploy).not.toContain("- production-releases\n");
  });

  it("offers none where there is nothing to choose, because GitHub refuses an empty list", () => {
    expect(written(staging)["promote.yml"]).toContain("options: [none]\n");
  });

  it("says which list a workflow has lost", () => {
    writeFileSync(join(root, FOLDER, "migrate.yml"), "on: push\n");
    expect(() => workflowFiles(root, [staging])).toThrow("no list at on.workflow_dispatch.inputs.environment.options");
  });
});
