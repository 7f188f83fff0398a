import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { copyProject } from "../../support/project-copy";

const FIRST = "2026-12-01T10:00:00Z";
const SECOND = "2026-12-02T10:00:00Z";
const THIRD = "2026-12-03T10:00:00Z";

const FILE = `# Whoever is on call writes here.
components:
  backend:
    steps:
      - { stage: adopt, since: ${FIRST} }
      - { stage: adopt, prepared: true, since: ${SECOND} }
jobs:
  backend:
    - { cloud: azure, since: ${FIRST} }
`;

const repository = mkdtempSync(join(tmpdir(), "mmrv-history-"));
const folder = join(repository, "infrastructure");
const file = join(folder, "cutover", "staging.yaml");
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Ops", "-c", "user.email=ops@example.com", ...args], { cwd: folder });

/** The project stands below the repository's first folder, where a path is easily another one. */
beforeAll(() => {
  renameSync(copyProject(), folder);
  mkdirSync(join(folder, "cutover"));
  writeFileSync(file, FILE);
  git("init", "--quiet", repository);
  git("add", "cutover");
  git("commit", "--quiet", "--message", "Two steps", "--no-verify");
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));
beforeEach(() => writeFileSync(file, FILE));

/** What CI asks of a pull request. */
function history(commit = "HEAD") {
  const { status, stderr, stdout } = spawnSync(process.execPath, ["tools/cli/mmrv.mjs", "cutover", "history", commit], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stderr, stdout };
}

const kept = { status: 0, stdout: "every step that HEAD had is still there\n", stderr: "" };
const refused = (...lines: readonly (readonly [path: string, what: string])[]) => ({
  status: 1,
  stdout: "",
  stderr: lines
    .map(
      ([path, what]) =>
        `cutover/staging.yaml ${path}: must stay as it was (${what}): steps are only ever added, git log -p shows it\n`,
    )
    .join(""),
});

it("takes a step that is added, and other words and forms for those that were there", () => {
  writeFileSync(
    file,
    `components:
  backend:
    steps:
      - since: ${FIRST} # the first
        stage: adopt
      - { stage: adopt, prepared: true, since: ${SECOND} }
      - { stage: ready, since: ${THIRD} }
  frontend:
    steps: [{ stage: adopt, since: ${THIRD} }]
jobs: { backend: [{ since: ${FIRST}, cloud: azure }, { cloud: aws, since: ${THIRD} }] }
`,
  );
  expect(history()).toEqual(kept);
});

it("refuses a step that is changed, and one that is no longer there, each by its place", () => {
  writeFileSync(
    file,
    FILE.replace(`prepared: true, since: ${SECOND}`, `prepared: true, since: ${THIRD}`).replace(
      `    - { cloud: azure, since: ${FIRST} }\n`,
      "    []\n",
    ),
  );
  expect(history()).toEqual(
    refused(["components.backend.steps.1", "is another one now"], ["jobs.backend.0", "is gone"]),
  );
});

it("holds for steps that are written as no schema has them today", () => {
  writeFileSync(file, FILE.replace("stage: adopt, since", "stage: begun, since"));
  git("commit", "--quiet", "--all", "--message", "Another word", "--no-verify");
  writeFileSync(file, FILE);
  const ended = history();
  git("reset", "--quiet", "--hard", "HEAD~1");
  expect(ended).toEqual(refused(["components.backend.steps.0", "is another one now"]));
});

it("refuses a file that is gone, and one that nobody can read, with every step that it had", () => {
  const everything = refused(
    ["components.backend.steps.0", "is gone"],
    ["components.backend.steps.1", "is gone"],
    ["jobs.backend.0", "is gone"],
  );
  rmSync(file);
  expect(history()).toEqual(everything);
  writeFileSync(file, `${FILE}  - {`);
  expect(history()).toEqual(everything);
});

it("says that a commit is not there, which a shallow checkout has not", () => {
  expect(history("origin/nowhere")).toEqual({
    status: 1,
    stdout: "",
    stderr: "origin/nowhere: there is no such commit here\n  next: git fetch, with its history (fetch-depth: 0)\n",
  });
});
