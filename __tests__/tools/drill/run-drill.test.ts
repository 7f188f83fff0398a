import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UserError } from "../../../model/user-error";
import type { LocalDrill, Walked } from "../../../tools/drill/local-drill";
import { runDrill } from "../../../tools/drill/run-drill";
import { allEvidence, writeEvidence } from "../../../tools/recovery/evidence-files";
import { staging } from "../../support/fixtures/environments/staging";

/** No process has it: Linux gives none above 4,194,304. */
const NOBODY = 2 ** 30;
const WALKED: Walked = {
  lost: ["the vault"],
  done: ["recovered it"],
  back: ["its secrets"],
  counts: { secrets: { before: 2, after: 2 } },
};

let root: string;
let evidence: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-drills-"));
  evidence = join(root, "evidence");
});
afterEach(() => rmSync(root, { recursive: true }));

const journal = () => join(root, ".mmrv/drill/vault.json");
function writeJournal(text: string): void {
  mkdirSync(dirname(journal()), { recursive: true });
  writeFileSync(journal(), text);
}

/** Runs one, and keeps what it said. */
async function run(walk: LocalDrill["walk"], said: string[] = []) {
  const drill = { steps: ["recover it"], walk };
  const tell = (line: string) => said.push(line);
  return await runDrill({ name: "vault", drill, environment: staging, date: "2026-12-10", root, evidence, tell });
}

describe("a drill", () => {
  it("has a folder of its own, which is TMPDIR meanwhile, and leaves nothing but evidence", async () => {
    const before = process.env["TMPDIR"];
    let seen = "";
    const { file } = await run(async ({ folder }) => {
      seen = folder;
      expect([tmpdir(), readdirSync(folder), existsSync(journal())]).toEqual([folder, [], true]);
      writeFileSync(join(folder, "state"), "");
      return WALKED;
    });
    expect(file).toBe("recovery/evidence/vault/2026-12-10.json");
    expect([existsSync(seen), existsSync(journal()), process.env["TMPDIR"]]).toEqual([false, false, before]);
    expect(allEvidence(evidence)).toEqual([
      {
        drill: "vault",
        date: "2026-12-10",
        place: "here",
        environment: "staging",
        by: null,
        ...WALKED,
        seconds: expect.any(Number),
      },
    ]);
  });

  it("overwrites no other of its day", async () => {
    const files = [await run(async () => WALKED), await run(async () => WALKED)].map(({ file }) => file);
    expect(files).toEqual(["recovery/evidence/vault/2026-12-10.json", "recovery/evidence/vault/2026-12-10-2.json"]);
    expect(readdirSync(join(evidence, "vault")).sort()).toEqual(["2026-12-10-2.json", "2026-12-10.json"]);
  });

  it("that fails, or does not bring everything back, leaves no evidence and nothing else", async () => {
    await expect(
      run(() => {
        throw new UserError("terraform is not on the PATH");
      }),
    ).rejects.toThrow("terraform is not on the PATH");
    await expect(run(async () => ({ ...WALKED, counts: { secrets: { before: 2, after: 1 } } }))).rejects.toThrow(
      "counts.secrets were 2 and are 1: not everything came back",
    );
    expect(existsSync(journal())).toBe(false);
    expect(allEvidence(evidence)).toEqual([]);
  });

  it("removes what one that was killed had left, says so in one line, and begins anew", async () => {
    const left = mkdtempSync(join(tmpdir(), "mmrv-drill-"));
    writeFileSync(join(left, "state"), "");
    writeJournal(JSON.stringify({ pid: NOBODY, folder: left }));
    const said: string[] = [];
    await run(async () => WALKED, said);
    expect(said).toEqual([
      "drill vault: the last one was killed half-way; what it had left is removed, and it begins anew",
    ]);
    expect([existsSync(left), existsSync(journal())]).toEqual([false, false]);
  });

  it("does not begin beside another of its name", async () => {
    writeJournal(JSON.stringify({ pid: process.pid, folder: join(tmpdir(), "mmrv-drill-1") }));
    await expect(run(async () => WALKED)).rejects.toThrow(
      `drill vault: runs already, as process ${process.pid}; wait for it (if that is another program: remove .mmrv/drill/vault.json)`,
    );
    expect(readFileSync(journal(), "utf8")).toContain("mmrv-drill-1");
  });

  it.each([
    "",
    "{}",
    "half of {",
    JSON.stringify({ pid: NOBODY, folder: "/" }),
    JSON.stringify({ pid: -1, folder: "/tmp/mmrv-drill-1" }),
  ])("removes nothing that a journal names that is none: %j", async (text) => {
    writeJournal(text);
    await expect(run(async () => WALKED)).rejects.toThrow(
      ".mmrv/drill/vault.json: is no journal of a drill; nothing was removed; remove it by hand",
    );
  });
});

describe("evidence files", () => {
  it("are none where nobody has made a drill", () => {
    expect(allEvidence(join(root, "absent"))).toEqual([]);
  });

  it("are refused together, one line each", async () => {
    await run(async () => WALKED);
    const file = join(evidence, "vault/2026-12-10.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("staging", "production"));
    writeFileSync(join(evidence, "vault/2026-12-11.json"), "{}");
    const told = linesOf(() => allEvidence(evidence));
    expect(told).toEqual([
      expect.stringMatching(/^recovery\/evidence\/vault\/2026-12-10\.json: was edited by hand: /),
      expect.stringMatching(/^recovery\/evidence\/vault\/2026-12-11\.json: is no evidence of a drill: /),
    ]);
  });

  it("are not read while they are written", async () => {
    const { evidence: one } = await run(async () => WALKED);
    writeFileSync(join(evidence, "vault/.half"), "{");
    await writeEvidence({ ...one, date: "2026-12-11" }, evidence);
    expect(allEvidence(evidence).map(({ date }) => date)).toEqual(["2026-12-10", "2026-12-11"]);
  });
});

function linesOf(go: () => unknown): string[] {
  try {
    go();
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  return [];
}
