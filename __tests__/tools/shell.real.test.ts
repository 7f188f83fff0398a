import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commandLine, quoted } from "../../tools/shell";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mmrv-shell-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a shell prints into which this is pasted. */
function pasted(shell: "bash" | "sh", text: string): string {
  const { stdout, stderr } = spawnSync(shell, [], { input: `${text}\n`, cwd: folder, encoding: "utf8" });
  return stdout + stderr;
}

const HOSTILE = [
  "x; touch owned #",
  "$(touch owned)",
  "`touch owned`",
  "x' ; touch owned ; '",
  'x" ; touch owned ; "',
  "x\\",
  "x && touch owned",
  "x | touch owned",
  "x > owned",
  "{touch,owned}",
  "*",
  "~",
  "!!",
  "#",
  "-x",
  "=ls",
  "",
  "two words",
];

it.each(HOSTILE)("%j is one word of bash and of sh, and nothing in it is run", (value) => {
  for (const shell of ["bash", "sh"] as const)
    expect(pasted(shell, commandLine("printf", "<%s>", value, "end"))).toBe(`<${value}><end>`);
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ["a line break, which begins a command", "x\ntouch owned", "'x\\ntouch owned'"],
  ["a carriage return, which a terminal takes for Enter", "x\rtouch owned", "'x\\rtouch owned'"],
  ["the end of a bracketed paste", "x\u001b[201~touch owned", "'x\\u001b[201~touch owned'"],
  ["what turns a line around", "x\u202etouch owned", "'x\\u202etouch owned'"],
])("%s stays text", (_, value, word) => {
  expect(quoted(value)).toBe(word);
  expect(pasted("bash", commandLine("printf", "%s", value))).toBe(word.slice(1, -1));
  expect(readdirSync(folder)).toEqual([]);
});

it("leaves alone what needs no quotes, so that commands read well", () => {
  const words = ["gh", "variable", "set", "AZURE_CLIENT_ID", "arn:aws:iam::123456789012:role/x", "a/b@sha256:0", "./f"];
  expect(commandLine(...words)).toBe(words.join(" "));
});

it("is how every command that is printed gets its values", () => {
  const files = readdirSync("tools", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const printed = /\b(?:aws|az|gh|git|helm|kubectl|terraform) [^`;,:]*?(?:--[\w-]+ |\bapi )(\$\{[^}]*\})/g;
  const own = /^\$\{(quoted|commandLine|secretCommand)\(/;
  const bare = files.flatMap((file) =>
    [...readFileSync(join("tools", file), "utf8").matchAll(printed)]
      .map(([, value = ""]) => value)
      .filter((value) => !own.test(value))
      .map((value) => `${file}: ${value}`),
  );
  expect(bare).toEqual([]);
});
