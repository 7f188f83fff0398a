import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { DrillName } from "../../model/recovery/plan";
import { allEvidence } from "../../tools/recovery/evidence-files";
import { HANGS } from "./hangs.mts";
import { processesOf } from "./processes-in";
import { copyProject } from "./project-copy";

/** A copy of the program in which drills are walked, and a folder of its own for what they leave there meanwhile. */
export class DrillRun {
  readonly folder = copyProject();
  readonly temporary = mkdtempSync(join(tmpdir(), "mmrv-drilled-"));
  private running: ChildProcess | undefined;

  constructor(private readonly name: DrillName) {}

  /** Walks it to its end; returns what it said, line by line, and how it ended. */
  walk(...more: readonly string[]): Promise<{ readonly lines: readonly string[]; readonly code: number | null }> {
    return this.start(more);
  }

  /** Kills it (kill -9) as soon as a line says so; returns the processes that are left of it when the system is done. */
  async kill(when: RegExp): Promise<readonly string[]> {
    const { lines } = await this.start([], when);
    if (!lines.some((line) => when.test(line))) throw new Error(`it never said ${when}:\n${lines.join("\n")}`);
    const deadline = performance.now() + HANGS / 20;
    while (processesOf(this.temporary).length > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 200));
    return processesOf(this.temporary);
  }

  /** What is left of drills on the disk, but for evidence; Node keeps what it compiled there. */
  get left(): readonly string[] {
    const journals = join(this.folder, ".mmrv/drill");
    return [
      ...readdirSync(this.temporary).filter((name) => name.startsWith("mmrv-")),
      ...(existsSync(journals) ? readdirSync(journals) : []),
    ];
  }

  get evidence() {
    return allEvidence(join(this.folder, "recovery/evidence"));
  }

  stop(): void {
    this.running?.kill("SIGKILL");
    for (const folder of [this.folder, this.temporary]) rmSync(folder, { recursive: true, force: true });
  }

  private async start(more: readonly string[], killedWhen?: RegExp) {
    const child = spawn(process.execPath, ["tools/cli/mmrv.mjs", "drill", this.name, ...more], {
      cwd: this.folder,
      env: { ...process.env, TMPDIR: this.temporary },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.running = child;
    const lines: string[] = [];
    const closed = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (killedWhen?.test(line)) child.kill("SIGKILL");
      });
    return { code: await closed, lines };
  }
}
