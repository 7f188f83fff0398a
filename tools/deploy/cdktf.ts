import { join } from "node:path";
import { UserError } from "../../model/user-error";
import { isOnTerminal } from "../output";
import { runOnTerminal } from "../processes";
import type { SynthesizedStack } from "../program/stacks";
import { whyNoCdktf } from "../setup/node";
import { refusal } from "../terraform/refusal";
import { Terraform } from "../terraform/terraform";

/** Where cdktf synthesizes a stack, and Terraform works on it. */
export const folderOf = (stack: string): string => join("cdktf.out", "stacks", stack);

/** Terraform in the folder that cdktf uses for a stack, with the caller's own login and state. */
export const terraformOf = (stack: string) => new Terraform(folderOf(stack), process.env as Record<string, string>);

/** What `deploy`, `diff` and `destroy` hand on to cdktf. */
export const MORE = "options for cdktf itself, after --, such as -- --parallelism 5";
export const STACK = "the stack, such as staging-infra";

/** The one word for going on without a question, of cdktf and of Terraform too. */
export const AUTO_APPROVE = "--auto-approve";

/**
 * @throws UserError when a release is deployed that the stack has no longer, because its image's digest was taken out: it
 * would be deleted, and users with it
 */
export async function refuseLostRelease(
  { id, json, missing }: Pick<SynthesizedStack, "id" | "json" | "missing">,
  of = terraformOf,
): Promise<void> {
  if (missing.length === 0) return;
  const terraform = of(id);
  await readable(id, terraform);
  const kept = Object.keys(json.resource?.["helm_release"] ?? {}).map((name) => `helm_release.${name}`);
  const lost = (await terraform.stateList()).filter(
    (address) => address.startsWith("helm_release.") && !kept.includes(address),
  );
  if (lost.length === 0) return;
  throw new UserError(
    `${id}: ${lost.join(", ")} is deployed, and would be deleted now that no image is named; nothing was touched\n  next: put the digest back (git log -p helm-values/), or npx mmrv destroy ${id} if that is what you want`,
  );
}

/** @throws UserError when the state cannot be read: that is not the same as empty */
export async function holdsResources(stack: string, terraform: Terraform): Promise<boolean> {
  await readable(stack, terraform);
  return (await terraform.stateList()).length > 0;
}

/** @throws UserError when Terraform cannot get at the state */
export async function readable(stack: string, terraform: Pick<Terraform, "init">): Promise<void> {
  const init = await terraform.init();
  if (init.exitCode !== 0) throw refusal(stack, "its state cannot be read; nothing was touched", init.stderr);
}

/**
 * @throws UserError where cdktf would ask and nobody can answer: it would end in the middle, on its own question
 */
export function refuseUnasked(what: string, options: readonly string[], isTerminal = process.stdin.isTTY): void {
  if (isTerminal || options.includes(AUTO_APPROVE)) return;
  throw new UserError(
    `${what}: nobody can be asked here, because standard input is no terminal; nothing was touched\n  next: --dry-run says what would happen, ${AUTO_APPROVE} goes on without a question`,
  );
}

/** @throws UserError without Terraform, which cdktf would report as a spinner and an exit code */
export async function cdktf(args: readonly string[]): Promise<number> {
  await Terraform.require();
  const why = whyNoCdktf();
  if (why !== undefined) throw new UserError(`cdktf does not start, nothing was touched: ${why}`);
  const isTerminal = isOnTerminal();
  // The terminal sends Ctrl-C to cdktf too, which stops Terraform in order; this process only waits for it.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  const exitCode = await runOnTerminal(
    "npx",
    ["--no-install", "cdktf", ...args, ...(isTerminal ? [] : ["--no-color"])],
    isTerminal ? process.env : plain(process.env),
  );
  process.off("SIGINT", ignore);
  return exitCode;
}

/**
 * For a log. cdktf looks at no stream: its renderer leaves out the spinner where CI is set (ink, build/ink.js), and its log
 * leaves out colours where NO_COLOR is.
 */
function plain({ FORCE_COLOR: _, ...environment }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, CI: "true", NO_COLOR: "1" };
}
