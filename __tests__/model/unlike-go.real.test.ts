import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { readLayer, type Values } from "../../model/read-values";
import { unlikeGo } from "../../model/unlike-go";
import { requires } from "../support/requires";
import { valuesByHelm } from "../support/values-by-helm";

const LETTERS = ["-", "+", ".", "_", "0", "1", "8", "e", "x", "o", "b", ":"];
const longer = (words: readonly string[]): string[] => words.flatMap((word) => LETTERS.map((letter) => word + letter));
const TWO = longer(LETTERS);

/** Words that people write, or might. */
const OTHERS = [
  ["y", "Y", "yes", "Yes", "YES", "yEs", "on", "On", "ON", "oN", "true", "True", "TRUE", "tRue"],
  ["n", "N", "no", "No", "NO", "nO", "off", "Off", "OFF", "oFF", "false", "False", "FALSE", "fAlse"],
  ["~", "null", "Null", "NULL", "nUll", ".inf", ".Inf", ".INF", "-.inf", ".nan", ".NaN", ".NAN", "=", "<<"],
  ["2026-01-02", "2026-1-2", "2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "12:30", "1:20:30.5", "190:20:30"],
  ["10.40.0.0/16", "192.0.2.1", "1.2.3", "250m", "384Mi", "1Gi", "1h30m", "0 3 * * *", "5-7", "v1.2.3", "1_000_000"],
  ["9007199254740991", "9007199254740993", "18446744073709551615", "18446744073709551616", "-9223372036854775809"],
  ["0.1", "1.10", "123456.789", "0.1234567890123456789", "1e400", "1.5e-7", "0777", "0o777", "0b101", "0xDEADBEEF"],
  [
    "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",
    "0b1c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11",
    "1e301f0a",
    "0123456789abcdef",
    "0b1c1f0",
    "0o9",
  ],
].flat();
const WORDS = [...LETTERS, ...TWO, ...longer(TWO), ...longer(longer(TWO)), ...OTHERS];

/** Other ways to write a value; each is a whole line or more. */
const TEXTS = [
  ["'it''s'", "'a\\nb'", '"a\\tb"', '"\\x41\\u0042\\U00000043"', '"a\\\n    b"', '"0755"', "'yes'", '"\\_\\\\/"'],
  ["plain text", "a # comment", "a#b", "a, b", "[1, 0.5, yes, text, ~]", "{ a: 1, b: no }", "&one text", "*one"],
  [
    "|\n    a\n     b\n",
    "|-\n    a\n    b\n\n",
    "|+\n    a\n\n",
    ">\n    a\n    b\n\n    c\n",
    "|2\n    a\n",
    "two\n    lines",
  ],
].flat();

describe("a file of values that is not refused", requires("helm"), () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-go-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** As helm-controller reads it. */
  const readByHelm = (file: string) => valuesByHelm(folder, [file]);
  function write(text: string): string {
    writeFileSync(join(folder, "values.yaml"), text);
    return join(folder, "values.yaml");
  }
  const isTaken = (text: string): boolean => {
    const document = parseDocument(text, { version: "1.1", logLevel: "error" });
    return document.errors.length + document.warnings.length === 0 && unlikeGo(document, text).length === 0;
  };

  it("has words of which Helm reads the same value", async () => {
    const taken = WORDS.filter((word) => isTaken(`a: ${word}\n`));
    const file = write(`all:\n${taken.map((word) => `  - ${word}\n`).join("")}`);
    const { issues, layer } = readLayer(file, "values.yaml");
    expect(issues).toEqual([]);
    const [ours, theirs] = [layer.values, (await readByHelm(file)) as Values].map(({ all }) => all as unknown[]);
    const differ = taken.filter((_, index) => JSON.stringify(ours?.[index]) !== JSON.stringify(theirs?.[index]));
    expect(differ).toEqual([]);
    expect(taken.length).toBeGreaterThan(WORDS.length / 3);
  });

  it("has keys of which Helm reads the same key", async () => {
    const some = [...LETTERS, ...TWO, ...OTHERS];
    const whole = some.filter((word) => readLayer(write(`${word}: 1\n`), "values.yaml").issues.length === 0);
    const file = write(whole.map((word) => `${word}: 1\n`).join(""));
    const { issues, layer } = readLayer(file, "values.yaml");
    expect(issues).toEqual([]);
    expect(await readByHelm(file)).toEqual(layer.values);
    expect(whole.length).toBeGreaterThan(some.length / 3);
  });

  it("has texts, lists and blocks of which Helm reads the same value", async () => {
    const file = write(TEXTS.map((text, index) => `k${index}: ${text}\n`).join(""));
    const { issues, layer } = readLayer(file, "values.yaml");
    expect(issues).toEqual([]);
    expect(await readByHelm(file)).toEqual(layer.values);
  });

  it("has merged keys which Helm merges alike", async () => {
    const file = write(
      "base: &base { a: 1, b: 2 }\nover:\n  <<: *base\n  b: 3\nlist:\n  <<: [*base, { a: 4, c: 5 }]\n",
    );
    const { issues, layer } = readLayer(file, "values.yaml");
    expect(issues).toEqual([]);
    expect(await readByHelm(file)).toEqual(layer.values);
  });
});
