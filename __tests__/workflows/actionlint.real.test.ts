import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { requires } from "../support/requires";
import { workflows } from "../support/workflow-files";

/** What actionlint finds in a text; it looks for actions and called workflows from this repository's root. */
const findingsIn = (text: string, file: string) =>
  spawnSync("actionlint", ["-oneline", "-stdin-filename", file, "-"], { input: text, encoding: "utf8" }).stdout;

describe("actionlint", requires("actionlint"), () => {
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
