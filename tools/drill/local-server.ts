import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ControlPlane } from "../local-cluster/control-plane";
import { RehearsalCluster } from "../rehearsal/cluster";
import { type Sandbox, withPrograms } from "../rehearsal/sandbox";
import type { DrillAzure } from "./local-azure";

/** A real API server behind the cluster of a local Azure. */
export interface LocalServer {
  readonly kubeconfig: string;
  readonly cluster: RehearsalCluster;
  /** In which Terraform logs in to it. */
  readonly sandbox: Sandbox;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an empty one, with what AKS and the controllers of others bring, and has Azure hand it out from now on.
 * @param name of its folder
 * @throws UserError when a component of it is not installed
 */
export async function startServer({ azure, sandbox }: DrillAzure, name: string): Promise<LocalServer> {
  const plane = await ControlPlane.start();
  try {
    const cluster = await RehearsalCluster.open(plane.kubeconfig);
    await cluster.prepare();
    // The server goes as a whole.
    cluster.leave();
    azure.arm.store.kubeconfig = cluster.aksKubeconfig;
    const folder = join(sandbox.folder, name);
    await mkdir(folder);
    const programs = await cluster.installKubelogin(folder);
    return {
      kubeconfig: plane.kubeconfig,
      cluster,
      sandbox: withPrograms(sandbox, programs),
      stop: () => plane.stop(),
    };
  } catch (error) {
    await plane.stop();
    throw error;
  }
}
