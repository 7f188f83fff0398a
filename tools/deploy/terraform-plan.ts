import { createHash } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printableLines } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import type { Terraform } from "../terraform/terraform";

/** A plan as people read it, and as programs do. */
export interface StackPlan {
  /** Whether it changes anything: a resource or an output. */
  readonly changes: boolean;
  /**
   * What Terraform shows, with sensitive values masked and nothing in it that acts: a carriage return would begin a line,
   * and so forge one. Two plans of the same change have the same text.
   */
  readonly text: string;
  /** Of the text. */
  readonly sha256: string;
  /** Holds sensitive values in clear: never written, never printed. */
  readonly json: string;
}

interface PlanOptions {
  /** Where the plan is kept for `apply`; it holds values in clear. @default nowhere */
  readonly file?: string;
  /** Lines before Terraform's own. */
  readonly notices?: readonly string[];
  /** For somebody who may not lock the state. */
  readonly readOnly: boolean;
  /** Lets people follow Terraform's own text. */
  readonly streamed: boolean;
}

/** @throws UserError when Terraform cannot plan */
export async function makePlan(
  terraform: Pick<Terraform, "streamed" | "text">,
  { file, notices = [], readOnly, streamed }: PlanOptions,
): Promise<StackPlan> {
  const folder = await mkdtemp(join(tmpdir(), "mmrv-plan-"));
  const plan = file ?? join(folder, "plan");
  try {
    const args = ["plan", "-input=false", "-detailed-exitcode", `-out=${plan}`, ...(readOnly ? ["-lock=false"] : [])];
    const exitCode = streamed ? await terraform.streamed(args) : await quietly(terraform, args);
    if (exitCode !== 0 && exitCode !== 2) throw new UserError("terraform plan failed; what it says is above");
    // Terraform lets everybody on the machine read it.
    await chmod(plan, 0o600);
    const shown = (await show(terraform, "text", plan)).trim();
    const text = visible(`${[...notices, ...(notices.length > 0 ? [""] : []), shown].join("\n")}\n`);
    const sha256 = createHash("sha256").update(text).digest("hex");
    return { changes: exitCode === 2, text, sha256, json: await show(terraform, "json", plan) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Terraform breaks lines by a line feed alone, so a carriage return is somebody else's. */
const visible = (text: string): string => printableLines(text.replaceAll("\r", "\\r"));

/** @throws UserError when there is no such plan, or Terraform cannot read it */
export async function show(terraform: Pick<Terraform, "text">, as: "text" | "json", plan: string): Promise<string> {
  const { exitCode, stdout, stderr } = await terraform.text([
    "show",
    "-no-color",
    ...(as === "json" ? ["-json"] : []),
    plan,
  ]);
  if (exitCode !== 0) throw new UserError(`${plan}: terraform cannot show it: ${flat(stderr)}`);
  return stdout;
}

async function quietly(
  terraform: Pick<Terraform, "text">,
  [command = "", ...args]: readonly string[],
): Promise<number> {
  const { exitCode, stderr } = await terraform.text([command, "-no-color", ...args]);
  if (exitCode !== 0 && exitCode !== 2) throw new UserError(`terraform plan failed: ${flat(stderr)}`);
  return exitCode;
}
