import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askGitHub } from "../../../tools/github/call-gh";
import { deployedBefore, historyLines } from "../../../tools/gitops/history";
import { staging } from "../../support/fixtures/environments/staging";
import { answered } from "../../support/small-stack";

const environment = answered(staging);
const { infrastructure, owner } = environment.gitHub;
const PATH_ASKED = `api repos/${owner}/${infrastructure.repository}/activity?ref=refs%2Fheads%2Fdeployed%2Fstaging&per_page=100`;
const [A, B] = ["a".repeat(40), "b".repeat(40)];

let bin = "";
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "mmrv-history-"));
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"]}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(bin, { recursive: true });
});

/** A `gh` that answers one question, and no other. */
function answering(says: unknown): void {
  writeFileSync(join(bin, "answer"), JSON.stringify(says));
  const script = `#!/bin/sh\n[ "$*" = '${PATH_ASKED}' ] || { echo "asked: $*" >&2; exit 2; }\nexec cat '${bin}/answer'\n`;
  writeFileSync(join(bin, "gh"), script, { mode: 0o700 });
}
function failing(says: string): void {
  writeFileSync(join(bin, "gh"), `#!/bin/sh\necho '${says}' >&2\nexit 1\n`, { mode: 0o700 });
}
const move = (before: string, after: string, day: number, activity_type: string) => ({
  id: day,
  before,
  after,
  ref: "refs/heads/deployed/staging",
  timestamp: `2026-11-0${day}T10:00:00Z`,
  activity_type,
  actor: null,
});

describe("mmrv gitops history", () => {
  it("lists what was deployed and when, the newest first, a way back too", async () => {
    answering([move(B, A, 3, "force_push"), move(A, B, 2, "push"), move("0".repeat(40), A, 1, "branch_creation")]);
    const history = await deployedBefore(askGitHub, environment);
    expect(history).toEqual({
      branch: "deployed/staging",
      moves: [
        { commit: A, before: B, at: "2026-11-03T10:00:00Z" },
        { commit: B, before: A, at: "2026-11-02T10:00:00Z" },
        { commit: A, before: null, at: "2026-11-01T10:00:00Z" },
      ],
    });
    expect(historyLines(history)).toEqual([
      "deployed/staging, the newest first:",
      `  2026-11-03T10:00:00Z  ${A}  deployed`,
      `  2026-11-02T10:00:00Z  ${B}`,
      `  2026-11-01T10:00:00Z  ${A}`,
    ]);
  });

  it("says that nothing was deployed yet, and what an answer is that it does not know", async () => {
    answering([]);
    expect(historyLines(await deployedBefore(askGitHub, environment))).toEqual([
      "deployed/staging: GitHub knows of no move, so nothing was deployed yet",
    ]);
    answering({ message: "x" });
    await expect(deployedBefore(askGitHub, environment)).rejects.toThrow("is no list of activities");
  });

  it("says why GitHub does not answer: no login, or a login that may not read", async () => {
    failing("To get started with GitHub CLI, please run:  gh auth login");
    await expect(deployedBefore(askGitHub, environment)).rejects.toThrow(
      /^gh api: To get started with GitHub CLI, please run: +gh auth login$/,
    );
    failing("gh: Not Found (HTTP 404)");
    await expect(deployedBefore(askGitHub, environment)).rejects.toThrow(
      `${owner}/${infrastructure.repository}: GitHub does not say where deployed/staging was (404: Not Found)\n  next: log in as somebody`,
    );
  });
});
