import { run } from "../processes";

/** The commit of this working copy, by which others pin its workflows, and what speaks against that. */
interface OwnCommit {
  readonly commit: string;
  readonly warnings: readonly string[];
}

export async function ownCommit(folder = "."): Promise<OwnCommit> {
  const git = async (...args: string[]) => {
    const { exitCode, stdout } = await run("git", args, { cwd: folder });
    return exitCode === 0 ? stdout.trim() : undefined;
  };
  const commit = await git("rev-parse", "HEAD");
  if (commit === undefined)
    return { commit: "COMMIT", warnings: ["this is no working copy of git: put the commit of main for COMMIT"] };
  const published =
    (await git("rev-parse", "--verify", "--quiet", "origin/main")) === undefined ? "main" : "origin/main";
  const isPublished = (await git("merge-base", "--is-ancestor", commit, published)) !== undefined;
  const changed = await git("status", "--porcelain", "--", ".github");
  return {
    commit,
    warnings: [
      ...(isPublished ? [] : [`${commit} is not on ${published}: merge it first, then print these lines again`]),
      ...(changed
        ? [".github has changes that are not committed: commit them first, then print these lines again"]
        : []),
    ],
  };
}
