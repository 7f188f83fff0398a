import type { Environment } from "../../environments/environment";
import { namesOf } from "../../environments/naming";
import { UserError } from "../../environments/user-error";
import { Kubectl } from "../kubernetes/kubectl";
import { forget, pendingRevisions, releasesOf } from "../kubernetes/releases";
import { warningsIn } from "../kubernetes/warnings";
import { findStack, type StackInfo, synthesizeAll } from "./program";

/** What a stack's settings say of its cluster; nothing for the bootstrap, which has none. */
const environmentOf = ({ settings }: StackInfo): Environment | undefined =>
  "addressPlan" in settings ? settings : undefined;

/**
 * The caller's own kubectl, when it looks at the stack's cluster.
 * @throws UserError when it looks at another one: what follows would happen there
 */
async function kubectlFor(environment: Environment): Promise<Kubectl> {
  const { cluster, resourceGroup } = namesOf(environment);
  const kubectl = new Kubectl();
  const context = await kubectl.run(["config", "current-context"]).then(
    (text) => text.trim(),
    () => "",
  );
  if (context === cluster) return kubectl;
  throw new UserError(
    `kubectl looks at ${context || "no cluster"}, not at ${cluster}; nothing was touched\n  next: az aks get-credentials --resource-group ${resourceGroup} --name ${cluster} && kubelogin convert-kubeconfig --login azurecli`,
  );
}

/** `mmrv unlock`. @throws UserError for a stack without a release, or when kubectl looks at another cluster */
export async function unlock(name: string, { yes, now }: { yes: boolean; now: Date }): Promise<number> {
  const stack = findStack(synthesizeAll(), name);
  const environment = environmentOf(stack);
  const releases = releasesOf(stack.json);
  if (!environment || releases.length === 0) throw new UserError(`${name} has no Helm release, so nothing is locked`);
  const kubectl = await kubectlFor(environment);
  const pending = (await Promise.all(releases.map((release) => pendingRevisions(kubectl, release)))).flat();
  if (pending.length === 0) {
    console.log(`no release of ${name} is locked`);
    return 0;
  }
  for (const revision of pending) {
    const minutes = Math.round((now.getTime() - revision.since.getTime()) / 60_000);
    const what = `${revision.name}, revision ${revision.revision}, ${revision.status} for ${minutes} minutes`;
    if (yes) await forget(kubectl, revision);
    console.log(yes ? `unlocked ${what}` : `locked: ${what}`);
  }
  if (yes) console.log(`next: npx mmrv deploy ${name}`);
  else console.log("Is no run of it alive any more (a release takes up to 15 minutes)? Then again with --yes.");
  return yes ? 0 : 1;
}

/** What a failed release of the stack says inside the cluster, for the person who deployed it; nothing when unknown. */
export async function whyReleaseFailed(stack: StackInfo): Promise<string[]> {
  const environment = environmentOf(stack);
  const namespaces = [...new Set(releasesOf(stack.json).map(({ namespace }) => namespace))];
  if (!environment || namespaces.length === 0) return [];
  try {
    const kubectl = await kubectlFor(environment);
    const warnings = (await Promise.all(namespaces.map((namespace) => warningsIn(kubectl, namespace)))).flat();
    return warnings.length > 0 ? ["Warnings inside the cluster:", ...warnings.map((line) => `  ${line}`)] : [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return namespaces.map(
      (namespace) =>
        `If a release failed, its reason is in: kubectl get events --namespace ${namespace} --field-selector type=Warning`,
    );
  }
}
