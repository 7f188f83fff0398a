import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sentenceOf } from "../../model/mistakes";
import { UserError } from "../../model/user-error";

const STAGING = resolve("environments/staging.ts");
const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const thrownAt = (name: string, message: string, ...calls: string[]) =>
  named(name, message, { stack: [`${name}: ${message}`, ...calls.map((call) => `    at ${call}`)].join("\n") });
const LOADER = [
  "Module._compile (node:internal/modules/cjs/loader:1521:14)",
  `load (file://${resolve("tools/load.mjs")}:60:10)`,
];

describe("a user is told in a sentence of", () => {
  it("a mistake of which we speak ourselves", () => {
    expect(sentenceOf(new UserError("x: must be y"))).toBe("x: must be y");
  });

  it("each place where a file is no TypeScript", () => {
    const at = (line: number, text: string) => ({ text, location: { file: "environments/staging.ts", line } });
    const errors = [at(7, 'Expected "}" but found "suffix"'), at(9, 'Unexpected "\u001b"')];
    expect(sentenceOf(named("Error", "Build failed with 2 errors:\n…", { errors }))).toBe(
      'environments/staging.ts:7: Expected "}" but found "suffix"\nenvironments/staging.ts:9: Unexpected "\\u001b"; nothing was touched\n  next: mend it there, or just before: a comma, a quote or a bracket may be missing',
    );
  });

  it("a name that nobody declared, also when the file calls a function of its own", () => {
    const at = (...calls: string[]) => thrownAt("ReferenceError", "stg is not defined", ...calls, ...LOADER);
    const sentence =
      "environments/staging.ts:6: stg is not defined; nothing was touched\n  next: put a text in quotes, or import the name";
    expect(sentenceOf(at(`<anonymous> (${STAGING}:6:9)`, `Object.<anonymous> (${STAGING}:85:1)`))).toBe(sentence);
    expect(sentenceOf(at(`pools (file://${STAGING}:6:9)`, "Array.map (<anonymous>)", `${STAGING}:85:1`))).toBe(
      sentence,
    );
  });

  it("a name that nobody declared, in a file that a command loads late", () => {
    const inBundle = `__init (${resolve("tools/cli/mmrv.ts.js")}:12:58)`;
    const late = [
      `environments/staging.ts (${STAGING}:6:9)`,
      inBundle,
      `environments/all.ts (${resolve("environments/all.ts")}:4:1)`,
      inBundle,
    ];
    expect(sentenceOf(thrownAt("ReferenceError", "stg is not defined", ...late))).toBe(
      "environments/staging.ts:6: stg is not defined; nothing was touched\n  next: put a text in quotes, or import the name",
    );
  });

  it("a field of nothing, where the file goes wrong and not where it calls others", () => {
    const error = thrownAt(
      "TypeError",
      "Cannot read properties of undefined (reading 'name')",
      `parse (${resolve("node_modules/zod/v4/core.cjs")}:1:1)`,
      `namesOf (${resolve("model/naming.ts")}:88:3)`,
      `Object.<anonymous> (${STAGING}:12:1)`,
      ...LOADER,
    );
    expect(sentenceOf(error)).toBe(
      "environments/staging.ts:12: Cannot read properties of undefined (reading 'name'); nothing was touched\n  next: mend that line",
    );
  });

  it("an import that leads nowhere", () => {
    const location = { file: "environments/all.ts", line: 3 };
    expect(
      sentenceOf(
        named("Error", "Build failed with 1 error:\n…", {
          errors: [{ text: 'Could not resolve "./stagin"', location }],
        }),
      ),
    ).toBe(
      'environments/all.ts:3: Could not resolve "./stagin"; nothing was touched\n  next: mend the name, or take the import out',
    );
  });

  it.each([
    ["EROFS", "open", "the file system is read-only: work in a copy that you may write to", "written"],
    ["EACCES", "mkdir", "you may not: look at its owner and mode", "written"],
    ["EACCES", "scandir", "you may not: look at its owner and mode", "opened"],
    ["EPERM", "unlink", "you may not: look at its owner and mode", "written"],
    ["ENOSPC", "open", "the disk is full", "written"],
    ["ENOTDIR", "mkdir", "a part of its path is a file, and must be a folder", "written"],
    ["ENOENT", "mkdir", "the folder around it takes nothing: the file system may be read-only", "written"],
    ["ENOENT", "open", "there is no such file: git checkout brings back what was deleted", "opened"],
  ])("a disk that refuses: %s of %s", (code, syscall, why, verb) => {
    const path = resolve("helm-values/backend/staging.yaml");
    expect(sentenceOf(named("Error", "no", { code, syscall, path }))).toBe(
      `helm-values/backend/staging.yaml cannot be ${verb} (${code}); ${why}`,
    );
  });

  const folder = mkdtempSync(join(tmpdir(), "mmrv-mistakes-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("what Node.js really throws, with the path as it is when it is outside of the project", () => {
    writeFileSync(join(folder, "file"), "");
    const thrown = (() => {
      try {
        writeFileSync(join(folder, "file", "below"), "");
      } catch (error) {
        return error;
      }
    })();
    expect(sentenceOf(thrown)).toBe(
      `${join(folder, "file", "below")} cannot be opened (ENOTDIR); a part of its path is a file, and must be a folder`,
    );
  });
});

describe("a bug keeps its trace:", () => {
  it.each([
    ["something else than an error", "text"],
    [
      "an error of the program, called while main.ts runs",
      thrownAt(
        "TypeError",
        "x",
        `${resolve("model/check.ts")}:1:1`,
        `Object.<anonymous> (${resolve("main.ts")}:9:1)`,
        ...LOADER,
      ),
    ],
    [
      "an error of the program, called by a command",
      thrownAt(
        "TypeError",
        "x",
        `${resolve("model/check.ts")}:1:1`,
        "process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
      ),
    ],
    [
      "a package that is not there",
      named("Error", "Cannot find module 'cdktf'", { code: "MODULE_NOT_FOUND", requireStack: [] }),
    ],
    [
      "a file of ours that is not there",
      named("Error", "x", { code: "ENOENT", syscall: "open", path: resolve("cdktf.out/manifest.json") }),
    ],
    [
      "a file elsewhere that is not there",
      named("Error", "x", { code: "ENOENT", syscall: "open", path: "/nowhere/file" }),
    ],
    ["a system error without a path", named("Error", "x", { code: "EACCES", syscall: "listen" })],
    ["another failure of esbuild's", named("TransformError", "The service was stopped")],
  ])("%s", (_, error) => {
    expect(sentenceOf(error)).toBeUndefined();
  });
});
