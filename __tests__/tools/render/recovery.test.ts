import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../model/recovery/evidence";
import { PHASES } from "../../../model/recovery/plan";
import { LANGUAGES } from "../../../model/text";
import { CONTINGENCIES, DRILLS, PLAN } from "../../../recovery/plan";
import { recoveryPage } from "../../../tools/render/recovery";

const made = (date: string, place: Evidence["place"]): Evidence => ({
  drill: "vault",
  date,
  place,
  environment: "staging",
  by: null,
  lost: ["it"],
  done: ["it"],
  back: ["it"],
  counts: { it: { before: 1, after: 1 } },
  seconds: 1,
});
const rowOf = (page: string, cell: string) =>
  page
    .split("\n")
    .filter((line) => line.startsWith(`| ${cell} |`))
    .map((line) => line.split(" | ").slice(2).join(" | "));

describe.each(LANGUAGES)("the page on recovery, %s", (language) => {
  const page = recoveryPage(language, []);

  it("has a section for every asset, every drill and every case", () => {
    const headings = page.match(/^### .*$/gm);
    expect(headings).toEqual([
      ...CONTINGENCIES.map(({ title }) => `### ${title[language]}`),
      ...PLAN.map(({ asset }) => `### ${asset[language]}`),
      ...DRILLS.map(({ name }) => expect.stringContaining(`### \`${name}\``)),
    ]);
  });

  it("has every command of the way back, and no text left in the other language's place", () => {
    for (const { notProtected, restore } of PLAN) {
      expect(page).toContain(`\`\`\`sh\n${restore.commands.join("\n")}\n\`\`\``);
      expect(page).toContain(notProtected[language]);
    }
  });

  it("links to what is there in its language, and to English where there is no other", () => {
    const [translated, english] = language === "en" ? ["copying.md", "deploy.md"] : ["copying.md", "../deploy.md"];
    expect(page).toContain(`[copying.md](${translated})`);
    expect(page).toContain(`[deploy.md](${english})`);
  });
});

it("says of each drill when it was last made, wherever that was", () => {
  const evidence = [made("2026-12-10", "here"), made("2026-12-02", "here"), made("2026-12-05", "azure")];
  expect(rowOf(recoveryPage("en", evidence), "`vault`")).toEqual(["90 days; 2026-12-10 | 180 days; 2026-12-05 |"]);
  expect(rowOf(recoveryPage("es", []), "`vault`")).toEqual(["90 días; nunca | 180 días; nunca |"]);
});

it("has a case for each phase, and says of each that the users come first where they may be on Azure", () => {
  const page = recoveryPage("en", []);
  for (const phase of PHASES) expect(CONTINGENCIES.some(({ phases }) => phases.includes(phase))).toBe(true);
  for (const phase of [1, 2, 3, 4, 5])
    expect(page).toMatch(new RegExp(`^\\| ${phase} \\| Users meet errors on Azure; `, "m"));
});
