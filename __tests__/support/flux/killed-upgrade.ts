import { vi } from "vitest";
import { APPLICATION_NAMESPACE } from "../../../model/naming";
import { pendingRevisions } from "../../../tools/deploy/kubernetes/releases";
import { start } from "../../../tools/processes";
import type { FluxStage } from "../flux-stage";
import { HANGS } from "../hangs.mts";
import type { KubernetesObject } from "../helm";

/**
 * An upgrade by Helm whose run is killed when it has begun: the record is pending, and the Deployment is changed.
 * @param args what it changes; its pods must not get ready, or the upgrade would end
 */
export async function killedUpgrade(release: string, stage: FluxStage, args: readonly string[]): Promise<void> {
  const { kubeconfig, kubectl, repository } = stage;
  const on = ["--namespace", APPLICATION_NAMESPACE, "--kubeconfig", kubeconfig];
  const words = ["upgrade", release, repository.path("charts/mmrv-app"), "--reuse-values", "--wait", ...args, ...on];
  const run = start("helm", words, { cwd: "/", env: { PATH: process.env["PATH"], HOME: "/nonexistent" } });
  const replicaSets = async () => {
    const selector = `app.kubernetes.io/name=${release}`;
    const { items } = await kubectl.json<{ items: KubernetesObject[] }>([
      ...["get", "replicasets", "--namespace", APPLICATION_NAMESPACE, "--selector", selector],
    ]);
    return items.length;
  };
  const before = await replicaSets();
  await vi.waitFor(
    async () => {
      const pending = await pendingRevisions(kubectl, { name: release, namespace: APPLICATION_NAMESPACE });
      if (pending.length !== 1 || (await replicaSets()) !== before + 1)
        throw new Error(`${release} is not pending yet`);
    },
    { timeout: HANGS, interval: 200 },
  );
  run.kill("SIGKILL");
  await run;
}
