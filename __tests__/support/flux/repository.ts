import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** A bare repository that Flux reads, and a working tree in which a test commits. */
export class Repository {
  /** The name below the Git server. */
  readonly name = "mmrv.git";
  readonly #env: Readonly<Record<string, string>>;

  /**
   * @param root the folder that the Git server serves
   * @param branch the one that Flux reads
   * @param tree the folder that is committed. @default a new one below root
   */
  constructor(
    private readonly root: string,
    private readonly branch: string,
    private readonly tree = join(root, "tree"),
  ) {
    const [name, email] = ["A developer", "developer@mmrv.invalid"];
    this.#env = {
      PATH: process.env["PATH"] ?? "",
      HOME: root,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    };
  }

  async create(): Promise<void> {
    mkdirSync(this.tree, { recursive: true });
    await this.#git("init", "--quiet", "--bare", join(this.root, this.name));
    await this.#git("init", "--quiet", "--initial-branch", this.branch);
    await this.#git("remote", "add", "origin", join(this.root, this.name));
  }

  read(path: string): string {
    return readFileSync(this.path(path), "utf8");
  }

  /** Nothing is committed yet. */
  write(path: string, content: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  /** A folder of this program. */
  copy(from: string, to: string): void {
    cpSync(from, this.path(to), { recursive: true });
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  /** @throws Error when the text is not there, so that no test changes nothing */
  replace(path: string, from: string | RegExp, to: string): void {
    const before = this.read(path);
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${path} has no ${from}:\n${before}`);
    this.write(path, after);
  }

  /** Commits everything and moves the branch; returns the commit. */
  async push(message: string): Promise<string> {
    await this.#git("add", "--all");
    await this.#git("commit", "--quiet", "--message", message);
    await this.show();
    return this.#git("rev-parse", "HEAD");
  }

  /** Takes the branch away, and leaves main, as before anybody has moved it to its first commit. */
  async hide(): Promise<void> {
    await this.#git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    await this.#git("push", "--quiet", "origin", "--delete", this.branch);
  }

  /** Moves the branch to what was committed last. */
  async show(): Promise<void> {
    await this.#git("push", "--quiet", "origin", this.branch);
  }

  /** Where a file of the working tree is. */
  path(path: string): string {
    return join(this.tree, path);
  }

  async #git(...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("git", args, { cwd: this.tree, env: this.#env });
    return stdout.trim();
  }
}
