import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatter } from "../biome.json";

const linesOf = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

describe(".github/CODEOWNERS", () => {
  const rules = linesOf(".github/CODEOWNERS").map((line) => {
    const [path = "", ...owners] = line.split(/ +/);
    return { path, owners };
  });

  it("guards what runs with rights, what is deployed, and what is let off", () => {
    const guarded = [
      "/.github/",
      "/environments/",
      "/model/",
      "/constructs/support/",
      "/environments/approvals.ts",
      "/environments/suppressions.ts",
      "/model/chart-suppressions.ts",
    ];
    expect(guarded.filter((path) => !rules.some((rule) => rule.path === path))).toEqual([]);
  });

  it("owns every path, so that nobody else's approval empties the guards", () => {
    // Of several lines that match a file, the last counts: behind another it would take that line's owners away.
    expect(rules[0]?.path).toBe("*");
    expect(rules.filter(({ path }) => path === "*")).toHaveLength(1);
  });

  it("names what exists: a path that has moved would be guarded no more, and nobody told", () => {
    const exact = rules.filter(({ path }) => path.startsWith("/") && !path.includes("*"));
    expect(exact.filter(({ path }) => !existsSync(`.${path}`))).toEqual([]);
  });

  it("says somebody for each: a path without an owner takes away those of the lines before", () => {
    const isOwner = (owner: string) => /^@[\w-]+(\/[\w.-]+)?$|^\S+@\S+$/.test(owner);
    expect(rules.filter(({ owners }) => owners.length === 0 || !owners.every(isOwner))).toEqual([]);
  });
});

describe(".editorconfig", () => {
  const settings = Object.fromEntries(linesOf(".editorconfig").map((line) => line.split(" = ")));

  it("indents and breaks lines as biome.json does", () => {
    const { indent_size, indent_style, max_line_length } = settings;
    expect({ indent_size, indent_style, max_line_length }).toEqual({
      indent_size: `${formatter.indentWidth}`,
      indent_style: formatter.indentStyle,
      max_line_length: `${formatter.lineWidth}`,
    });
  });
});
