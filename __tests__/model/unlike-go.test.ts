import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readLayer } from "../../model/read-values";
import { describeFileIssue } from "../../model/rules/issue";

const folder = mkdtempSync(join(tmpdir(), "mmrv-unlike-go-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const path = join(folder, "values.yaml");
  writeFileSync(path, text);
  const { issues, layer } = readLayer(path, "values.yaml");
  return { said: issues.map(describeFileIssue), values: layer.values };
}

describe("a word without quotes", () => {
  it.each([
    ["text", "text"],
    ["10.40.0.0/16", "10.40.0.0/16"],
    ["192.0.2.1", "192.0.2.1"],
    ["250m", "250m"],
    ["0 3 * * *", "0 3 * * *"],
    ["0b1c1f0", "0b1c1f0"],
    ["_1", "_1"],
    ["1.2.3", "1.2.3"],
    ["yes", true],
    ["OFF", false],
    ["nO", "nO"],
    ["~", null],
    ["", null],
    ["0", 0],
    ["-12", -12],
    ["1.10", 1.1],
    ["9007199254740991", 9007199254740991],
  ])("is the same to both: %j", (word, value) => {
    expect(read(`a: ${word}\n`)).toEqual({ said: [], values: { a: value } });
  });

  it.each([
    ["0755", "a number in base 8 to some"],
    ["0o14", "a number to Go, and text to YAML 1.1"],
    ["0_o14", "the same with a stroke"],
    ["0b-1", "a number to Go, and text to YAML 1.1"],
    ["0x1F", "a number, but not as everybody writes one"],
    ["1_000", "a number with a stroke"],
    ["1e3", "a number with an exponent"],
    [".5", "a number without its zero"],
    ["+1", "a number with a plus"],
    ["1.", "a number without its end"],
    ["12:30", "minutes to YAML 1.1, and text to Go"],
    ["2026-01-02", "a date to YAML 1.1, and text to Go"],
    ["9007199254740993", "more digits than a number keeps"],
    [".inf", "no number that JSON holds"],
    [".nan", "no number that JSON holds"],
  ])("is refused, as %s is: %s", (word) => {
    expect(read(`env:\n  A: ${word} # why\n`).said).toEqual([
      `values.yaml:2: must be in quotes, "${word}", or a plain number such as 12 or 0.5 (Terraform and Flux may read another value), got ${JSON.stringify(word)}`,
    ]);
    expect(read(`env:\n  A: "${word}"\n`)).toEqual({ said: [], values: { env: { A: word } } });
  });

  it("is refused as a key too", () => {
    expect(read("env: { 0o14: a }\n").said).toEqual([
      'values.yaml:1: must be in quotes, "0o14", or a plain number such as 12 or 0.5 (Terraform and Flux may read another value), got "0o14"',
    ]);
  });
});

describe("what Flux reads otherwise, or not at all", () => {
  it.each([
    ["a version of YAML", "%YAML 1.1\n---\na: 1\n", ':3: must be absent (Flux reads one version only), got "%YAML"'],
    [
      "a tag",
      "a: !!str 1\n",
      ':1: must be absent (of a tag Flux makes something else); text is written in quotes, got "tag:yaml.org,2002:str"',
    ],
    ["a list as a key", "? [a]\n: 1\n", ':1: must be a word (Flux knows no other keys), got "[a]"'],
    [
      "a stroke before a slash",
      'a: "b\\/c"\n',
      ':1: must say / without the stroke before it (Flux knows no such escape), got "\\"b\\\\/c\\""',
    ],
    [
      "a block that begins with a tab",
      "a: |\n  \tb\n",
      ":1: must be indented by spaces alone (Flux refuses a tab there), got |\\n  \\tb\\n",
    ],
    [
      "something merged that is no mapping",
      "<<: 1\n",
      ':1: must name a mapping, or a list of them (to merge them here), got "<<"',
    ],
    [
      "something merged that holds another thing",
      "a: &a 1\nb:\n  <<: [*a]\n",
      ':3: must name a mapping, or a list of them (to merge them here), got "<<"',
    ],
  ])("is refused: %s", (_, text, sentence) => {
    expect(read(text).said).toEqual([`values.yaml${sentence}`]);
  });

  it("is told together with the other faults of the file, each with its line", () => {
    expect(read("a: 0755\nb: 12:30\n").said.map((line) => line.slice(0, line.indexOf(": ")))).toEqual([
      "values.yaml:1",
      "values.yaml:2",
    ]);
  });

  it("is not what both merge alike", () => {
    const text = "base: &base { a: 1, b: 2 }\nover:\n  <<: *base\n  b: 3\n";
    expect(read(text)).toEqual({ said: [], values: { base: { a: 1, b: 2 }, over: { a: 1, b: 3 } } });
  });
});
