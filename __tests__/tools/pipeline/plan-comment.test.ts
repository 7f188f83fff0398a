import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planComment } from "../../../tools/pipeline/plan-comment";

let plans = "";
beforeEach(() => {
  plans = mkdtempSync(join(tmpdir(), "mmrv-comment-"));
});
afterEach(() => rmSync(plans, { recursive: true }));

const STACKS = [
  { stack: "staging-infra", planned: "pullRequest" },
  { stack: "production-infra", planned: "pullRequest" },
  { stack: "staging-backend", planned: "afterMerge" },
  { stack: "production-backend", planned: "onceAnswered" },
  { stack: "staging-old", planned: "removed" },
  { stack: "bootstrap", planned: "byOwner" },
];
/** The comment on these stacks, with what their jobs have left behind. */
function comment(stacks: readonly object[], files: Readonly<Record<string, string>> = {}): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(plans, name), text);
  return planComment({ plans, stacks: JSON.stringify(stacks), commit: "c0ffee", run: "https://run" });
}

describe("the comment on a pull request", () => {
  it("has a folded section for each stack, and says who plans the others", () => {
    expect(
      comment(STACKS, { "staging-infra.outcome": "Plan: 1 to add.\n", "staging-infra.txt": "a plan\n" }),
    ).toBe(`<!-- mmrv plan -->
What \`c0ffee\` changes ([run](https://run)):

**staging-infra**: \`Plan: 1 to add.\`

<details><summary>plan</summary>

\`\`\`text
a plan
\`\`\`

</details>

**production-infra**: **not planned: its job failed**

**staging-backend**: planned after the merge, by the identity that deploys (deploy.yml)

**production-backend**: not planned: its environment has open markers (npm start)

**staging-old**: no longer in the program; what it made stays in the cloud until somebody destroys it, from a commit that has it

**bootstrap**: planned and deployed by a person with Owner (docs/deploy.md)
`);
  });

  it("says that nothing changes only by itself: a plan that says so in its own values stays a quotation", () => {
    const forged = "a\r```\r\n``````````\n\n</details>\n\n## No changes\n\n<!--";
    const text = comment(STACKS.slice(0, 1), {
      "staging-infra.outcome": "Plan: 1 to destroy.\r\n## No changes\r<!-- `",
      "staging-infra.txt": forged,
    });
    expect(text).toBe(`<!-- mmrv plan -->
What \`c0ffee\` changes ([run](https://run)):

**staging-infra**: \`\` Plan: 1 to destroy.\\r\\n## No changes\\r<!-- \` \`\`

<details><summary>plan</summary>

\`\`\`\`\`\`\`\`\`\`\`text
a\\r\`\`\`\\r
\`\`\`\`\`\`\`\`\`\`

</details>

## No changes

<!--
\`\`\`\`\`\`\`\`\`\`\`

</details>
`);
  });

  it("keeps within GitHub's limit, cuts no character in two, and says that it was cut", () => {
    const long = `${"─".repeat(40_000)}\n`;
    const text = comment(STACKS, { "staging-infra.txt": long, "production-infra.txt": long });
    expect(Buffer.byteLength(text)).toBeLessThan(65_536);
    expect(text).not.toContain("\uFFFD");
    expect(text.match(/^Cut; the whole text is in the artifact of the run, as \S+\.txt\.$/gm)).toHaveLength(2);
  });

  it.each(["../../../etc/passwd", "a/b", "a\n# No changes", ""])(
    "reads no file for a stack that is called %j",
    (stack) => {
      expect(() => comment([{ stack, planned: "pullRequest" }])).toThrow(
        /^the stacks of the pull request are no list of names: /,
      );
    },
  );

  it("takes nothing that is no list", () => {
    for (const stacks of ["", "{}", "null"])
      expect(() => planComment({ plans, stacks, commit: "c", run: "r" })).toThrow("are no list of names");
  });
});
