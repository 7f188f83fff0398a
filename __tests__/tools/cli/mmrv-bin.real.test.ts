import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { bin, scripts } from "../../../package.json";

/** What npm ci has not been run in. */
const bare = mkdtempSync(join(tmpdir(), "mmrv bin ñ "));
mkdirSync(join(bare, "tools/cli"), { recursive: true });
for (const file of ["package.json", bin.mmrv]) cpSync(file, join(bare, file));
afterAll(() => rmSync(bare, { recursive: true }));

const start = (cwd: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, args, { cwd }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

/** Node.js by another number. */
const asNode = (version: string) =>
  `data:text/javascript,${encodeURIComponent(`Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`)}`;

describe("npx mmrv", () => {
  it("is what every script of ours starts, and can be executed", () => {
    const ours = Object.entries(scripts).filter(([, script]) => script.includes("mmrv"));
    expect(ours.map(([name]) => name)).toEqual(expect.arrayContaining(["start", "mmrv", "rehearse", "local-cluster"]));
    for (const [name, script] of ours)
      expect([name, script]).toEqual([name, expect.stringContaining(`node ${bin.mmrv}`)]);
    expect(statSync(bin.mmrv).mode & 0o111).toBe(0o111);
  });

  it("says that npm ci comes first", async () => {
    expect(await start(bare, bin.mmrv, "start")).toEqual({
      code: 1,
      stdout: "",
      stderr: "the packages of this project are not installed\n  next: npm ci\n",
    });
  });

  it.each(["18.20.8", "20.18.3"])("says that Node.js %s is too old", async (version) => {
    expect(await start(bare, "--import", asNode(version), bin.mmrv, "start")).toEqual({
      code: 1,
      stdout: "",
      stderr: `Node.js ${version} is too old: this project needs 20.19 or newer\n  next: install the one that .nvmrc names\n`,
    });
  });

  it.each(["20.19.0", "22.0.0"])("takes Node.js %s", async (version) => {
    const { stderr } = await start(bare, "--import", asNode(version), bin.mmrv, "start");
    expect(stderr).toContain("npm ci");
  });

  it.each([
    ["as typed there", "../../cdktf.json", "cdktf.json"],
    ["outside of the project", resolve("/etc/hostname"), "/etc/hostname"],
  ])("finds a file from where it is started: %s", async (_, typed, told) => {
    const { code, stderr } = await start("docs/es", `../../${bin.mmrv}`, "plan-guard", typed);
    expect([code, stderr]).toEqual([
      1,
      `${told}: is not a plan as JSON; make it with: terraform show -json PLAN > ${told}\n`,
    ]);
  });
});
