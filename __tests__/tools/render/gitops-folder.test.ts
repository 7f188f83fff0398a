import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gitOpsFaults } from "../../../tools/render/gitops-folder";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-gitops-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): string {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
  return file;
}
const FILE = "gitops/staging/backend/release.yaml";
const STRAY = "must be elsewhere (gitops/ is written by npx mmrv render, and nobody reads more)";

describe("the folder of what Flux applies", () => {
  it("may be absent", () => {
    expect(gitOpsFaults(root, new Set())).toEqual([]);
  });

  it("holds nothing but what is rendered: a stray file is said, whatever it is", () => {
    const stray = write("gitops/staging/backend/notes.md", "# Mine");
    expect(gitOpsFaults(root, new Set())).toEqual([`${stray}: ${STRAY}`]);
  });

  it("is held to the house rules, what somebody adds too", () => {
    const stray = write("gitops/staging/backend/alert.yaml", "apiVersion: v1\nkind: ConfigMap\n---\n# nothing\n");
    expect(gitOpsFaults(root, new Set())).toEqual([
      `${stray}: ${STRAY}`,
      expect.stringMatching(/^gitops\/staging\/backend\/alert\.yaml: got v1 ConfigMap, must be helm\.toolkit/),
    ]);
  });

  it("is held to them where a rendered file was changed by hand", () => {
    const changed = write(FILE, "apiVersion: v1\nkind: Namespace\nmetadata: { name: mmrv }\n");
    expect(gitOpsFaults(root, new Set([changed]))).toEqual([
      `${FILE} metadata.annotations.kustomize.toolkit.fluxcd.io/prune: got nothing, must be "disabled" (a deletion of it is an outage)`,
    ]);
  });

  it("holds YAML", () => {
    write(FILE, "a: [\n");
    expect(gitOpsFaults(root, new Set([FILE]))).toEqual([
      expect.stringMatching(/^gitops\/staging\/backend\/release\.yaml: must be YAML, got /),
    ]);
  });

  it("is good as it ships", () => {
    cpSync("gitops", join(root, "gitops"), { recursive: true });
    const faults = gitOpsFaults(root, new Set());
    expect(faults.filter((fault) => !fault.includes(STRAY))).toEqual([]);
    expect(faults.length).toBeGreaterThan(10);
  });
});
