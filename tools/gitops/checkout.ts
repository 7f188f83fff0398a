import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { type Ended, run } from "../processes";

/** Where what is merged comes from, and where the branches of what is deployed are. */
const REMOTE = "origin";
const MAIN = `${REMOTE}/main`;

interface FoundLine {
  /** From the program's folder. */
  readonly file: string;
  readonly text: string;
}

/** The repository of this program: a working copy with a remote. Nothing of the working tree is read or written. */
export class Checkout {
  /** @param folder of the program, which need not be the repository's first */
  constructor(private readonly folder: string) {}

  /**
   * Brings what the remote has of main and of a branch.
   * @returns why it could not be asked; what was fetched before is then all that is known
   */
  async fetch(branch: string): Promise<string | undefined> {
    const tracked = (name: string) => `+refs/heads/${name}:refs/remotes/${REMOTE}/${name}`;
    const { exitCode, stderr } = await this.git("fetch", "--quiet", "--no-tags", REMOTE, tracked("main"));
    if (exitCode !== 0) return flat(stderr);
    const ofBranch = await this.git("fetch", "--quiet", "--no-tags", REMOTE, tracked(branch));
    if (ofBranch.exitCode === 0) return undefined;
    // Before the first deployment there is none.
    if (!ofBranch.stderr.includes("couldn't find remote ref")) return flat(ofBranch.stderr);
    await this.git("update-ref", "-d", `refs/remotes/${REMOTE}/${branch}`);
    return undefined;
  }

  /** The commit that a branch of the remote is at; undefined where there is no such branch. */
  async deployed(branch: string): Promise<string | undefined> {
    return this.found(`refs/remotes/${REMOTE}/${branch}`);
  }

  /**
   * @param ref a commit, in any of git's ways. @default what is merged
   * @throws UserError for one that is not there
   */
  async commit(ref: string = MAIN): Promise<string> {
    const commit = await this.found(ref);
    if (commit !== undefined) return commit;
    throw new UserError(
      `${printable(ref)}: there is no such commit here\n  next: git fetch, with its history (fetch-depth: 0)`,
    );
  }

  /** @throws UserError for a commit that nobody merged */
  async refuseUnmerged(commit: string): Promise<void> {
    if (await this.isAncestor(commit, await this.commit(MAIN))) return;
    throw new UserError(
      `${commit}: is not on main, so nobody reviewed it and no check passed, nothing was touched\n  next: merge it, git fetch, then again`,
    );
  }

  /** Whether one commit is another's, or among those before it. */
  async isAncestor(commit: string, of: string): Promise<boolean> {
    const { exitCode } = await this.git("merge-base", "--is-ancestor", commit, of);
    return exitCode === 0;
  }

  /**
   * Lines of a commit that have a word, each with its file.
   * @param word of letters, digits and signs alone
   */
  async linesWith(word: string, commit: string, folder: string): Promise<readonly FoundLine[]> {
    const { stdout } = await this.git("grep", "-I", "--null", "--fixed-strings", "-e", word, commit, "--", folder);
    return stdout.split("\n").flatMap((line) => {
      const [name = "", text] = line.split("\0");
      return text === undefined ? [] : [{ file: name.slice(commit.length + 1), text }];
    });
  }

  /** Commits that were merged up to one, and in which something of some folders changed; the newest first. */
  async changesOf(folders: readonly string[], upTo: string, atMost: number): Promise<readonly string[]> {
    const limit = `--max-count=${atMost}`;
    const { stdout } = await this.must("rev-list", "--first-parent", limit, upTo, "--", ...folders);
    return stdout.split("\n").filter(Boolean);
  }

  /**
   * Writes folders as they are at a commit; one that the commit does not have is left out.
   * @throws UserError when git or tar fails
   */
  async extract(commit: string, folders: readonly string[], into: string): Promise<void> {
    await mkdir(into, { recursive: true });
    const { stdout } = await this.must("ls-tree", "-d", "-z", "--name-only", commit, "--", ...folders);
    const there = stdout.split("\0").filter(Boolean);
    if (there.length === 0) return;
    const archive = join(into, ".tar");
    await this.must("archive", "--format=tar", `--output=${archive}`, commit, "--", ...there);
    const { exitCode, stderr } = await run("tar", ["-xf", archive, "-C", into]);
    if (exitCode !== 0) throw new UserError(`tar: ${flat(stderr)}`);
  }

  /**
   * Moves a branch of the remote from one commit to another, unless somebody has moved it in between.
   * @param from undefined makes the branch, unless somebody has
   * @throws UserError with what the remote says
   */
  async push(branch: string, from: string | undefined, to: string): Promise<void> {
    const ref = `refs/heads/${branch}`;
    // Git compares on the remote what it is told here, so nothing that came in between is lost.
    const lease = `--force-with-lease=${ref}:${from ?? ""}`;
    const { exitCode, stderr } = await this.git("push", "--quiet", "--no-verify", lease, REMOTE, `${to}:${ref}`);
    if (exitCode === 0) return;
    throw new UserError(`${branch}: ${REMOTE} refuses it, nothing was moved: ${flat(stderr)}\n  next: ${why(stderr)}`);
  }

  private async found(ref: string): Promise<string | undefined> {
    const { exitCode, stdout } = await this.git(
      "rev-parse",
      "--verify",
      "--quiet",
      "--end-of-options",
      `${ref}^{commit}`,
    );
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  private async must(...args: string[]): Promise<Ended> {
    const ended = await this.git(...args);
    if (ended.exitCode !== 0) throw new UserError(`git ${args[0]}: ${flat(ended.stderr)}`);
    return ended;
  }

  private git(...args: string[]): Promise<Ended> {
    // Without a terminal git would still open one to ask for a password.
    return run("git", args, { cwd: this.folder, env: { ...process.env, GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" } });
  }
}

/** What to do about a push that was refused. */
const why = (says: string): string =>
  says.includes("stale info") || says.includes("already exists")
    ? "somebody moved it in between: compare again, and read the new difference"
    : "the workflow deploy.yml moves it, after an approval (docs/pipelines.md): nobody else may";
