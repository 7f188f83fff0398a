import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { isOnTerminal } from "../output";
import { parseJson } from "../parse-json";
import { ended, notOnPath, run, type Started, start } from "../processes";
import { passOnSignals, Stopped } from "./pass-on-signals";
import { refusal } from "./refusal";

/** One line of `terraform … -json`. Source: developer.hashicorp.com/terraform/internals/machine-readable-ui. */
export interface TerraformEvent {
  readonly type: string;
  readonly hook?: { readonly resource: { readonly addr: string }; readonly elapsed_seconds?: number };
  /** Of a planned_change. */
  readonly change?: {
    readonly action: string;
    readonly resource: { readonly addr: string; readonly resource_type: string };
  };
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail: string;
    readonly address?: string;
  };
}

export interface TerraformResult {
  readonly exitCode: number;
  readonly events: readonly TerraformEvent[];
  /** Errors as one paragraph each: the address, the summary, the detail. */
  readonly errors: readonly string[];
}

export const NO_TERRAFORM = notOnPath("terraform");

/** Terraform in one folder, in one environment. Runs what it is told, reads what comes back. */
export class Terraform {
  private static readonly running = new Set<Started>();

  /**
   * @param ownGroup gives each run a process group of its own, so that `killAll` ends it and its providers at once.
   * Never for a real state: there, Ctrl-C must reach Terraform itself, which then stops in order.
   */
  constructor(
    private readonly folder: string,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly ownGroup = false,
  ) {}

  /** Runs a command that writes JSON lines; a result with errors is a result, not an exception. */
  async json(args: readonly string[], onEvent: (event: TerraformEvent) => void = () => {}): Promise<TerraformResult> {
    const child = this.spawn([args[0] ?? "", "-json", "-no-color", ...args.slice(1)]);
    const end = ended(child, "terraform", this.folder);
    // Awaited after the last line; until then a failure to start must not count as unhandled.
    end.catch(() => {});
    const stderr = text(child.stderr);
    const events: TerraformEvent[] = [];
    const other: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const event = parseJson(line) as TerraformEvent | undefined;
      if (!event) other.push(line);
      else {
        events.push(event);
        onEvent(event);
      }
    }
    const { exitCode, signal } = await end;
    const errors = events.flatMap(({ diagnostic }) =>
      diagnostic?.severity === "error" ? [paragraph(diagnostic)] : [],
    );
    if (exitCode !== 0 && exitCode !== 2 && errors.length === 0)
      errors.push(flat(`${signal ? `stopped by ${signal}. ` : ""}${await stderr} ${other.join(" ")}`));
    return { exitCode: exitCode ?? 1, events, errors };
  }

  /**
   * Runs a command that writes text.
   * @throws Stopped when this process was told to stop meanwhile
   */
  async text(args: readonly string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const child = this.spawn(args);
    // In a group of its own it is for `killAll` to end it.
    const undo = this.ownGroup ? () => false : passOnSignals(child);
    const all = Promise.all([ended(child, "terraform", this.folder), text(child.stdout), text(child.stderr)]);
    const [{ exitCode }, stdout, stderr] = await all.catch((error: unknown) => {
      undo();
      throw error;
    });
    if (undo()) throw new Stopped();
    return { exitCode: exitCode ?? 1, stdout, stderr };
  }

  /** Runs a command that people follow: its text goes where this process's own goes. */
  async streamed(args: readonly string[]): Promise<number> {
    const child = this.spawn(isOnTerminal() ? args : [args[0] ?? "", "-no-color", ...args.slice(1)]);
    child.stdout.pipe(process.stdout, { end: false });
    child.stderr.pipe(process.stderr, { end: false });
    const undo = passOnSignals(child);
    try {
      const { exitCode } = await ended(child, "terraform", this.folder);
      return exitCode ?? 1;
    } finally {
      undo();
    }
  }

  /** Where the lock file is of an older program, it moves on to what this one pins: every provider has an exact version. */
  async init(): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    const args = ["init", "-no-color", "-input=false"];
    const first = await this.text(args);
    return first.stderr.includes("terraform init -upgrade") ? this.text([...args, "-upgrade"]) : first;
  }

  /**
   * The addresses in the state; none when there is no state yet.
   * @throws UserError when the state cannot be read: that is not the same as empty
   */
  async stateList(): Promise<string[]> {
    const { exitCode, stdout, stderr } = await this.text(["state", "list"]);
    if (exitCode !== 0 && !stderr.includes("No state file was found"))
      throw refusal("terraform state list", "what is deployed is not known; nothing was touched", stderr);
    return stdout.split("\n").flatMap((line) => line.trim() || []);
  }

  private spawn(args: readonly string[]): Started {
    const child = start("terraform", args, { cwd: this.folder, env: this.environment, ownGroup: this.ownGroup });
    if (this.ownGroup) Terraform.running.add(child);
    child.once("close", () => Terraform.running.delete(child));
    return child;
  }

  /** Kills every Terraform that runs in a group of its own, providers included. */
  static killAll(): void {
    for (const { pid } of Terraform.running) {
      try {
        if (pid !== undefined) process.kill(-pid, "SIGKILL");
      } catch {
        // It ended by itself in the meantime.
      }
    }
  }

  /** @throws UserError when there is none on the PATH */
  static async require(): Promise<void> {
    if ((await Terraform.version()) === undefined) throw new UserError(NO_TERRAFORM);
  }

  /** The version on the PATH; undefined when there is none. */
  static async version(): Promise<string | undefined> {
    const result = await run("terraform", ["version", "-json"]).catch(() => undefined);
    return result?.exitCode === 0
      ? (JSON.parse(result.stdout) as { terraform_version: string }).terraform_version
      : undefined;
  }
}

/** What a plan would change, reads left out. */
export function plannedChanges(events: readonly TerraformEvent[]): NonNullable<TerraformEvent["change"]>[] {
  return events.flatMap(({ type, change }) => (type === "planned_change" && change ? [change] : []));
}

function paragraph({ address, summary, detail }: NonNullable<TerraformEvent["diagnostic"]>): string {
  return flat([address, summary, detail].filter(Boolean).join(": "));
}
