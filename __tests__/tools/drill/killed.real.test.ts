import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { beginJournal } from "../../../tools/drill/journal";

/** Begins a drill in the folder that it is given, says where its things are, and goes on for ever. */
const DRILL = `
import { load } from "./tools/load.mjs";
const { beginJournal } = await load("tools/drill/journal.ts");
console.log((await beginJournal("vault", process.argv[1])).folder);
setInterval(() => {}, 1000);
`;

it("a drill that is killed with kill -9 leaves a journal, by which the next one removes what it left", async () => {
  const root = mkdtempSync(join(tmpdir(), "mmrv-killed-"));
  try {
    const child = spawn(process.execPath, ["--input-type=module", "-e", DRILL, root], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TMPDIR: root },
    });
    const ended = once(child, "close");
    const [folder] = (await once(createInterface(child.stdout), "line")) as [string];
    await expect(beginJournal("vault", root)).rejects.toThrow(`drill vault: runs already, as process ${child.pid}; `);
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(folder)).toBe(true);

    const next = await beginJournal("vault", root);
    expect(next.cleaned).toBe(
      "drill vault: the last one was killed half-way; what it had left is removed, and it begins anew",
    );
    expect(existsSync(folder)).toBe(false);
    await next.end();
    expect(readdirSync(join(root, ".mmrv/drill"))).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
