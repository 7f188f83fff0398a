import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fillMarkers, pinImages } from "./edits";
import { copyProject } from "./project-copy";

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who delivers what in the copy at first: a comment on each line, which no command may take away. */
export const GIT_OPS = `{
    via: "deployKey",
    delivery: {
      platform: "flux", // since the first week
      // The frontend: "flux" too.
      frontend: "flux",
    },
  }`;

/** A copy of the program in which staging has GitOps, with what is rendered from it. */
export class HandoverStage {
  readonly folder = copyProject();
  readonly #running = new Set<ChildProcess>();

  /** @param env over the caller's own */
  constructor(readonly env: Readonly<Record<string, string>>) {}

  static async start(env: Readonly<Record<string, string>>, gitOps = GIT_OPS): Promise<HandoverStage> {
    const stage = new HandoverStage(env);
    fillMarkers(stage.folder);
    pinImages(stage.folder);
    stage.replace("environments/staging.ts", '{ via: "none" }', gitOps);
    const { code, stderr } = await stage.mmrv("render");
    if (code !== 0) throw new Error(stderr);
    return stage;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  write(file: string, content: string): void {
    writeFileSync(join(this.folder, file), content);
  }

  has(file: string): boolean {
    return existsSync(join(this.folder, file));
  }

  /** @throws Error when the text is not there, so that no test changes nothing */
  replace(file: string, from: string, to: string): void {
    const before = this.read(file);
    if (!before.includes(from)) throw new Error(`${file} has no ${from}`);
    this.write(file, before.replace(from, to));
  }

  /** `npx mmrv handover …`. */
  handover(...args: readonly string[]): Promise<Ended> {
    return this.mmrv("handover", ...args);
  }

  mmrv(...args: readonly string[]): Promise<Ended> {
    return this.run(args).ended;
  }

  /** For whoever wants to kill it. */
  run(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
    const child = spawn(process.execPath, ["tools/cli/mmrv.mjs", ...args], {
      cwd: this.folder,
      env: { ...process.env, ...this.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#running.add(child);
    const ended = Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.once("exit", resolve)),
    ]).then(([stdout, stderr, code]) => {
      this.#running.delete(child);
      return { code, stdout, stderr };
    });
    return { child, ended };
  }

  stop(): void {
    for (const child of this.#running) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
