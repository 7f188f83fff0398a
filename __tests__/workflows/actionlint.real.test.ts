import { execFileSync, spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { withGoTools } from "../support/registries";
import { workflows } from "../support/workflow-files";

const env = { ...process.env, PATH: withGoTools() };

function hasActionlint(): boolean {
  try {
    execFileSync("actionlint", ["-version"], { stdio: "ignore", env });
    return true;
  } catch {
    console.warn(
      "could not run: actionlint: not on the PATH (go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12)",
    );
    return false;
  }
}

/** What actionlint finds in a text; it looks for actions and called workflows from this repository's root. */
const findingsIn = (text: string, file: string) =>
  spawnSync("actionlint", ["-oneline", "-stdin-filename", file, "-"], { input: text, env, encoding: "utf8" }).stdout;

describe.runIf(hasActionlint())("actionlint", () => {
  it.each(workflows)("finds nothing in $file", ({ file, text }) => {
    expect(findingsIn(text, file)).toBe("");
  });

  it.each(workflows.filter(({ file }) => file.startsWith("examples/")))(
    "finds that $file calls the workflow as it wants to be called",
    ({ file, text }) => {
      // It reads a called workflow only when it is in the same repository.
      const local = text.replace(/uses: change-me\/\S+?(\.github\/workflows\/\S+)@0+$/m, "uses: ./$1");
      expect(local).not.toBe(text);
      expect(findingsIn(local, file)).toBe("");
      expect(findingsIn(local.replace("application:", "app:"), file)).toContain('input "application" is required');
      expect(findingsIn(local.replace("MMRV_APP_PRIVATE_KEY:", "KEY:"), file)).toContain(
        'secret "MMRV_APP_PRIVATE_KEY" is required',
      );
    },
  );
});
