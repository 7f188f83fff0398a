import type { Environment } from "../../../model/environment";
import { namesOf } from "../../../model/naming";
import { UserError } from "../../../model/user-error";
import { commandLine } from "../../shell";
import { Kubectl } from "./kubectl";

/**
 * The caller's own kubectl, when it looks at the environment's cluster.
 * @throws UserError when it looks at another one: what follows would happen there
 */
export async function kubectlFor(environment: Environment): Promise<Kubectl> {
  const { cluster, resourceGroup } = namesOf(environment);
  const kubectl = new Kubectl();
  const context = await kubectl.run(["config", "current-context"]).then(
    (text) => text.trim(),
    () => "",
  );
  if (context === cluster) return kubectl;
  throw new UserError(
    `kubectl looks at ${context || "no cluster"}, not at ${cluster}; nothing was touched\n  next: ${commandLine("az", "aks", "get-credentials", "--resource-group", resourceGroup, "--name", cluster)} && kubelogin convert-kubeconfig --login azurecli`,
  );
}
