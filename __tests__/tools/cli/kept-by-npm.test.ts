import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { mmrv } from "../../../tools/cli/commands";
import { keptByNpm } from "../../../tools/cli/kept-by-npm";

const folder = mkdtempSync(join(tmpdir(), "mmrv-npm-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What npm 10 and 11 give a script, beside what they kept. */
const SCRIPT = { npm_command: "run-script", npm_lifecycle_script: "node tools/cli/mmrv.mjs" };
const NPX = { npm_command: "exec", npm_lifecycle_script: "'mmrv'" };
const evaluate = async (args: string, env: NodeJS.ProcessEnv) =>
  keptByNpm(await mmrv(args.split(" ")), args.split(" "), env);

const because = "for itself, as it does with every option that has no -- before it; nothing was touched\n  next: ";

describe("an option that npm kept", () => {
  it.each([
    ["deploy bootstrap", { npm_config_dry_run: "true" }, `--dry-run ${because}npx mmrv deploy bootstrap --dry-run`],
    ["bench", { npm_config_rehearsal: "" }, `--no-rehearsal ${because}npx mmrv bench --no-rehearsal`],
    [
      "rehearse staging-infra",
      { npm_config_fault: "429@PUT:x\n\n500@GET:y z", npm_config_serve: "true" },
      `--fault, --serve ${because}npx mmrv rehearse staging-infra --fault 429@PUT:x --fault '500@GET:y z' --serve`,
    ],
    // npm took the value for an argument: of one option it is known which, of two it is not.
    ["plan it kept", { npm_config_out: "true" }, `--out ${because}npx mmrv plan it --out kept`],
    [
      "plan it kept said",
      { npm_config_out: "true", npm_config_text: "true" },
      `--out, --text ${because}npx mmrv plan it --out <file> --text <file>`,
    ],
    [
      "images pin backend staging sha256:0",
      { npm_config_tag: "it's" },
      `--tag ${because}npx mmrv images pin backend staging sha256:0 --tag 'it'\\''s'`,
    ],
  ])("by npm run is named, and the whole command to type instead: %s", async (args, kept, complaint) => {
    expect(await evaluate(args, { ...SCRIPT, ...kept })).toBe(`npm kept ${complaint}`);
  });

  it("is missed by npm exec as well", async () => {
    expect(await evaluate("deploy bootstrap", { ...NPX, npm_config_dry_run: "true" })).toBe(
      `npm kept --dry-run ${because}npx mmrv deploy bootstrap --dry-run`,
    );
  });
});

describe("what npm hands on besides", () => {
  it.each([
    ["nothing of ours", { npm_config_cache: "/x", npm_config_node_gyp: "/x", npm_config_json_really: "true" }],
    ["an option that is off", { npm_config_force: "", npm_config_dry_run: "false", npm_config_json: "null" }],
    ["the reverse of one that can only be switched off", { npm_config_rehearsal: "true" }],
  ])("is no reason to refuse: %s", async (_, kept) => {
    expect(await evaluate("deploy bootstrap", { ...SCRIPT, ...kept })).toBeUndefined();
  });

  it("is not taken for an option when another script or nobody's npm started this", async () => {
    const kept = { npm_config_dry_run: "true" };
    expect(
      await evaluate("deploy it", { npm_command: "test", npm_lifecycle_script: "vitest run", ...kept }),
    ).toBeUndefined();
    expect(await evaluate("deploy it", kept)).toBeUndefined();
  });

  it.each(["npm_config_userconfig", "npm_config_globalconfig"])("may be from a file: %s", async (name) => {
    const file = join(folder, "npmrc");
    const env = { ...SCRIPT, npm_config_json: "true", [name]: file };
    for (const text of ["json=true", ' fund = false\n json = "true" \n', "json", "json=false\njson=true\nforce=x"]) {
      writeFileSync(file, text);
      expect([text, await evaluate("drift it", env)]).toEqual([text, undefined]);
    }
    for (const text of ["", "json=false", "json=true\njson=false", "; json=true", "json-really=true", "force=true"]) {
      writeFileSync(file, text);
      expect([text, await evaluate("drift it", env)]).toEqual([text, expect.stringMatching(/^npm kept --json /)]);
    }
  });

  it("may be from the project's own file", async () => {
    const env = { ...SCRIPT, npm_config_force: "true", npm_config_local_prefix: folder };
    writeFileSync(join(folder, ".npmrc"), "");
    expect(await evaluate("secrets copy staging", env)).toMatch(/^npm kept --force /);
    writeFileSync(join(folder, ".npmrc"), "force=true");
    expect(await evaluate("secrets copy staging", env)).toBeUndefined();
  });
});
