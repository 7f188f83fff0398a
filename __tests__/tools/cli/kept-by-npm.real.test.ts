import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { afterAll, describe, expect, it } from "vitest";
import { mmrv } from "../../../tools/cli/commands";

const folder = mkdtempSync(join(tmpdir(), "mmrv-npm-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the npm of this machine", () => {
  // npm 10 and 11 read --on and --app as options of theirs that begin so, say so, and drop them; what takes them changes
  // nothing. --version they answer themselves.
  // --by npm 11.19 reads as --bypass-2fa, which takes no value: the name is left as one argument too many, and is refused.
  // --env-file Node.js 20 takes wherever it stands (nodejs/node#54232), and there is no file of that name here.
  const isHandedOver = (flag: string) => !["--app", "--by", "--on", "--version", "--env-file"].includes(flag);

  it("hands over nothing of ours unseen, or refuses it itself", async () => {
    const known = [...new Set(optionsOf(await mmrv()))].sort().filter(isHandedOver);
    expect(known).toEqual(expect.arrayContaining(["--dry-run", "--json", "--force", "--egress", "--no-rehearsal"]));
    const { code, said } = await npm(
      "run",
      "mmrv",
      ...known.map((flag) => `${flag}=true`.replace(/^(--no-.*)=true/, "$1")),
    );
    expect(code).toBe(1);
    const [, kept = ""] = /npm kept (.*) for itself/.exec(said) ?? [];
    if (!said.includes("EUNKNOWNCONFIG")) expect(kept.split(", ").sort()).toEqual(known);
  });

  it.each([
    ["npm run mmrv deploy bootstrap", "npx mmrv deploy bootstrap"],
    ["npm run rehearse bootstrap", "npx mmrv rehearse bootstrap"],
  ])("starts nothing by %s --dry-run", async (typed, instead) => {
    const [, ...words] = typed.split(" ");
    const { code, said } = await npm("--silent", ...words, "--dry-run");
    expect([code, said]).toEqual([
      1,
      `npm kept --dry-run for itself, as it does with every option that has no -- before it; nothing was touched\n  next: ${instead} --dry-run\n`,
    ]);
  });

  it("hands everything over through npx", async () => {
    const { said } = await npm("exec", "--", "mmrv", "deploy", "nowhere", "--dry-run", "--", "--auto-approve");
    expect(said).toMatch(/^no stack is called nowhere; /m);
  });
});

const optionsOf = ({ options, commands }: Command): string[] => [
  ...options.flatMap(({ long }) => long ?? []),
  ...commands.flatMap(optionsOf),
];

/** Without the files and settings of whoever runs the tests. */
async function npm(...args: string[]): Promise<{ code: number; said: string }> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(config|command|lifecycle)/i.test(name));
  const env = { ...Object.fromEntries(own), npm_config_userconfig: join(folder, "none"), npm_config_cache: folder };
  return promisify(execFile)("npm", args, { env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );
}
