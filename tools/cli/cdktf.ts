import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { UserError } from "../../environments/user-error";
import { Terraform } from "../rehearsal/terraform";
import { findStack, refuseMarkers, type StackInfo, synthesizeAll } from "./program";

/** Terraform in the folder that cdktf uses for a stack, with the caller's own login and state. */
export const terraformOf = (stack: string) =>
  new Terraform(join("cdktf.out", "stacks", stack), process.env as Record<string, string>);

/** `mmrv deploy`. One stack: its producers are not deployed along, but they must have been. */
export async function deploy(name: string, more: readonly string[], dryRun: boolean): Promise<number> {
  const stack = findStack(synthesizeAll(), name);
  refuseMarkers(stack);
  await askProducers(stack);
  const args = ["deploy", name, "--ignore-missing-stack-dependencies", ...more];
  if (dryRun) {
    console.log(`would run: npx cdktf ${args.join(" ")}`);
    return 0;
  }
  const exitCode = await cdktf(args);
  if (exitCode !== 0) {
    console.error(
      `\n${name} was not deployed. If Terraform says that a resource already exists, an earlier run was interrupted: npm run mmrv -- adopt ${name} takes it over, then deploy again.`,
    );
  }
  return exitCode;
}

/** `mmrv diff`. */
export async function diff(name: string, more: readonly string[]): Promise<number> {
  refuseMarkers(findStack(synthesizeAll(), name));
  return cdktf(["diff", name, ...more]);
}

/** `mmrv destroy`. Says all that the guard protects: Terraform would stop at the first few. */
export async function destroy(name: string, more: readonly string[]): Promise<number> {
  const { guarded, environment } = findStack(synthesizeAll(), name);
  if (guarded.length > 0) {
    throw new UserError(
      [
        `${name}: the deletion guard is on, nothing was touched. It guards`,
        ...guarded.map((address) => `  ${address}`),
        `To tear down: set deletionGuard to false in environments/${environment.name}.ts, deploy (no resource changes), then destroy.`,
      ].join("\n"),
    );
  }
  return cdktf(["destroy", name, "--ignore-missing-stack-dependencies", ...more]);
}

/** @throws UserError when a producer has no resources in its state, or its state cannot be read */
export async function askProducers(
  { id, producers }: Pick<StackInfo, "id" | "producers">,
  of = terraformOf,
): Promise<void> {
  for (const producer of producers) {
    const terraform = of(producer);
    const init = await terraform.text(["init", "-no-color", "-input=false"]);
    const { stdout, stderr } = init.exitCode === 0 ? await terraform.text(["state", "list"]) : init;
    if (stdout.trim() === "" || init.exitCode !== 0) {
      throw new UserError(
        `${id} needs ${producer}, which does not answer: ${stderr.trim() || "its state holds nothing"}\n  next: npm run mmrv -- deploy ${producer}`,
      );
    }
  }
}

async function cdktf(args: readonly string[]): Promise<number> {
  const child = spawn("npx", ["--no-install", "cdktf", ...args], { stdio: "inherit" });
  // The terminal sends Ctrl-C to cdktf too, which stops Terraform in order; this process only waits for it.
  const ignore = () => {};
  process.on("SIGINT", ignore);
  const [exitCode] = (await once(child, "close")) as [number | null];
  process.off("SIGINT", ignore);
  return exitCode ?? 1;
}
