import pRetry from "p-retry";
import type { Kubectl } from "../deploy/kubernetes/kubectl";

/**
 * Waits until an API server serves custom resource definitions.
 * @param which names as kubectl prints them, or --all
 * @throws UserError when it does not within thirty seconds
 */
export async function established(kubectl: Kubectl, which: readonly string[]): Promise<void> {
  const wait = ["wait", "--for=condition=Established", "--timeout=30s", "crd", ...which];
  // Of a definition that was made in this moment kubectl cannot read the conditions, because there are none.
  const shouldRetry = ({ error }: { readonly error: Error }) => error.message.includes("accessor error");
  await pRetry(() => kubectl.run(wait), { retries: 20, minTimeout: 100, factor: 1.5, shouldRetry });
}
