import { inject } from "vitest";
import type { Missing, MissingNeeds, Need } from "./missing";

declare module "vitest" {
  interface ProvidedContext {
    /** What this machine does not have. */
    missing: MissingNeeds;
  }
  interface TaskMeta {
    /** Why the test is skipped; the closing line counts it, and fails what is not on the list of allowed skips. */
    missing?: Missing;
  }
}

/** What a local cluster consists of, and who asks it. */
export const LOCAL_CLUSTER = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "kubectl",
] as const satisfies readonly Need[];

/** All three providers. */
export const PROVIDERS = [
  "azurerm provider",
  "helm provider",
  "kubernetes provider",
] as const satisfies readonly Need[];

/**
 * The options of a test, or of a `describe`, that needs something of the machine: without it the test is skipped, and
 * the run says why. The only way to skip: what is skipped in another way has no reason, and a run with that fails.
 */
export function requires(...wanted: readonly Need[]): { skip?: true; meta?: { missing: Missing } } {
  const machine = inject("missing");
  const missing = wanted.map((need) => machine[need]).find((one) => one !== undefined);
  return missing === undefined ? {} : { skip: true, meta: { missing } };
}
