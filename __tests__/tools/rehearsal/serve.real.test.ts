import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyProject } from "../../support/project-copy";
import { requires } from "../../support/requires";

/** What a person reads: without colours, and without the frame that Terraform draws and breaks lines at. */
const said = (output: string) => stripVTControlCharacters(output).replace(/[│╷╵]/g, " ").replace(/\s+/g, " ");

describe("rehearse --serve", requires("azurerm provider"), () => {
  let [folder, temporary] = ["", ""];
  let server: ChildProcess | undefined;
  beforeAll(() => {
    folder = copyProject();
    temporary = mkdtempSync(join(tmpdir(), "mmrv-serve-"));
    mkdirSync(join(folder, "terraform.tfstate.d"));
  });
  afterAll(() => {
    server?.kill("SIGKILL");
    for (const path of [folder, temporary]) rmSync(path, { recursive: true, force: true });
  });

  it("prints an environment in which the real cdktf CLI plans against the local Azure, and leaves nothing behind", async () => {
    server = spawn(process.execPath, ["tools/cli/mmrv.mjs", "rehearse", "--serve", "staging-infra"], {
      cwd: folder,
      env: { ...process.env, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    server.stdout?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
    });
    await expect.poll(() => printed).toContain("export TF_WORKSPACE=");
    const exported = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
    );
    const diff = (stack: string) =>
      promisify(execFile)("npx", ["--no-install", "cdktf", "diff", stack, "--skip-provider-lock"], {
        cwd: folder,
        env: { ...process.env, ...exported },
      }).then(
        ({ stdout }) => said(stdout),
        ({ stdout, stderr }) => said(stdout + stderr),
      );
    expect(await diff("bootstrap")).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/);
    // Of a group that is missing altogether Azure speaks itself, whatever is looked up in it.
    expect(await diff("staging-infra")).toMatch(
      /Code="ResourceGroupNotFound" Message="Resource group 'rg-mmrv-bootstrap' could not be found\."/,
    );

    const closed = once(server, "close");
    server.kill("SIGINT");
    expect(await closed).toEqual([130, null]);
    expect(readdirSync(temporary).filter((name) => name.startsWith("mmrv-"))).toEqual([]);
    expect(readdirSync(join(folder, "terraform.tfstate.d"))).toEqual([]);
    expect(existsSync(join(folder, "cdktf.out/stacks/staging-infra/.terraform"))).toBe(false);
  });
});
