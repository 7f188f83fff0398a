import { execFileSync } from "node:child_process";
import { reasonAgainstHelm } from "../../tools/charts/helm";
import { findBinaries } from "../../tools/local-cluster/binaries";

/** Whether Helm can be used; says in one line when not. `describe.runIf` takes it. */
export function hasHelm(what: string): boolean {
  return isPossible(what, reasonAgainstHelm());
}

/** Whether charts can be installed on a real API server; says in one line when not. */
export async function hasCluster(what: string): Promise<boolean> {
  const binaries = await findBinaries();
  return isPossible(
    what,
    reasonAgainstHelm() ?? reasonAgainstKubectl() ?? ("reason" in binaries ? binaries.reason : undefined),
  );
}

function reasonAgainstKubectl(): string | undefined {
  try {
    execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "kubectl is not on the PATH";
  }
}

function isPossible(what: string, reason: string | undefined): boolean {
  if (reason !== undefined) console.warn(`could not run: ${what}: ${reason}`);
  return reason === undefined;
}
