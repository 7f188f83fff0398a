import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { cdktfContext } from "../../model/cdktf-json";

const folder = mkdtempSync(join(tmpdir(), "mmrv-cdktf-json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "cdktf.json");

function told(text: string): unknown {
  writeFileSync(file, text);
  try {
    return cdktfContext(file);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const LINE = "\n  next: mend that line, or the end of the one before it";
const PLACE = '\n  next: write it as in README.md, "Where state lives"';

it.each([
  ["no comma", '{\n  "language": "typescript"\n  "app": "x"\n}', `cdktf.json:3: is no JSON (comma expected)`, LINE],
  ["a comma too many", '{\n  "app": "x",\n}', "cdktf.json:3: is no JSON (property name expected)", LINE],
  ["no value", '{\n  "app": }', "cdktf.json:2: is no JSON (value expected)", LINE],
  ["no end", '{\n  "app": {\n', "cdktf.json:3: is no JSON (close brace expected)", LINE],
  ["a comment", '{\n  // local\n  "app": "x"\n}', "cdktf.json:2: is no JSON (invalid comment token)", LINE],
  ["nothing", "", "cdktf.json:1: is no JSON (value expected)", LINE],
  ["null", "null", "cdktf.json: must be an object, got null", PLACE],
  ["a list", "[]", "cdktf.json: must be an object, got []", PLACE],
  ["a text as context", '{"context": "local"}', 'cdktf.json: context must be an object, got "local"', PLACE],
  ["null as context", '{"context": null}', "cdktf.json: context must be an object, got null", PLACE],
  ["a list as context", '{"context": ["local"]}', 'cdktf.json: context must be an object, got ["local"]', PLACE],
])("a cdktf.json with %s is told in a sentence, with its line", (_, text, what, next) => {
  expect(told(text)).toBe(`UserError: ${what}, nothing was touched${next}`);
});

it("a cdktf.json that is not there is told in a sentence", () => {
  expect(() => cdktfContext(join(folder, "nowhere.json"))).toThrow(
    "cdktf.json: there is no such file beside main.ts, nothing was touched\n  next: git checkout cdktf.json brings it back",
  );
});

it("without a context everything is by default, and with one it is what it says", () => {
  expect(told('{"app": "x"}')).toEqual({});
  expect(told('{"context": {"state": {"type": "azurerm"}, "more": 1}}')).toEqual({
    state: { type: "azurerm" },
    more: 1,
  });
});
