import { Command, InvalidArgumentError } from "commander";
import { ControlPlane } from "../local-cluster/control-plane";
import { KUBERNETES_VERSION } from "../setup/tools";
import { run } from "./run";

/** `mmrv local-cluster`. */
export function localClusterCommand(): Command {
  const cluster = new Command("local-cluster").description(
    "A Kubernetes control plane on this machine without containers: what is applied is checked, scheduled and Ready, and nothing runs. Its programs are those that npm run tools installs.",
  );
  cluster
    .command("start")
    .description("Starts a control plane, prints how to reach it, and waits; Ctrl-C stops it and removes its files.")
    .option("--nodes <number>", "how many nodes there are, spread over three zones", nodes, 3)
    .action((options: { nodes: number }) => run(() => start(options)));
  return cluster;
}

/** Ends with a signal, or when a component does. */
async function start(options: { readonly nodes: number }): Promise<never> {
  console.log(`starting Kubernetes ${KUBERNETES_VERSION}`);
  const begun = performance.now();
  const plane = await ControlPlane.start(options);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`ready in ${seconds} s, nodes: ${options.nodes}, kubeconfig: ${plane.kubeconfig}`);
  console.log(`\nexport KUBECONFIG='${plane.kubeconfig}'\n`);
  console.log("Ctrl-C stops it and removes its files.");
  const failure = await plane.failure;
  await plane.stop();
  throw failure;
}

const MOST_NODES = 100;

function nodes(value: string): number {
  if (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= MOST_NODES) return Number(value);
  throw new InvalidArgumentError(`must be a number from 1 to ${MOST_NODES}.`);
}
