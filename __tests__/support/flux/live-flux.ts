import { setTimeout as sleep } from "node:timers/promises";
import { CLUSTER_NAMES } from "../../../model/naming";
import type { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { HANGS } from "../hangs.mts";
import { kustomizationOf } from "./configuration";
import type { Flux } from "./flux";
import { conditionOf, FLUX_KINDS, type FluxKind, type FluxObject, inWords } from "./objects";

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;

/** How long anything may take before the logs are shown: minutes on a busy machine, and seconds on another. */
const PATIENCE_MS = HANGS / 4;
const POLL_MS = 300;

/** What Flux has on a cluster, and when it is done with something. */
export class LiveFlux {
  constructor(
    readonly kubectl: Kubectl,
    readonly flux: Flux,
  ) {}

  /** What Azure's agent applies. */
  async apply(items: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.kubectl.run(["apply", "--server-side", "--field-manager", "fluxconfig", "--filename", "-"], list);
  }

  get(kind: FluxKind, name: string): Promise<FluxObject> {
    return this.kubectl.json<FluxObject>(["get", FLUX_KINDS[kind], name, "--namespace", NAMESPACE]);
  }

  async delete(kind: FluxKind, name: string): Promise<void> {
    await this.kubectl.run(["delete", FLUX_KINDS[kind], name, "--namespace", NAMESPACE]);
  }

  /** All objects of Flux that there are. */
  async all(): Promise<FluxObject[]> {
    const kinds = Object.values(FLUX_KINDS).join(",");
    const { items } = await this.kubectl.json<{ items: FluxObject[] }>(["get", kinds, "--all-namespaces"]);
    return items;
  }

  /** @throws Error with everything that Flux says, when it is not so within minutes or a controller has ended */
  async until(kind: FluxKind, name: string, isSo: (object: FluxObject) => boolean): Promise<FluxObject> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const object = await this.get(kind, name).catch(() => undefined);
      if (object && isSo(object)) return object;
      if (this.flux.failure !== undefined) throw new Error(this.flux.failure);
      if (performance.now() > deadline)
        throw new Error(`${kind} ${name} is not so:\n${(await this.all()).map(inWords).join("\n")}\n${this.flux.logs}`);
      await sleep(POLL_MS);
    }
  }

  /** Until Ready is said for this reason, of what the object is now. */
  untilReady(kind: FluxKind, name: string, status: "True" | "False", reason: RegExp): Promise<FluxObject> {
    return this.until(kind, name, (object) => {
      const ready = conditionOf(object);
      return isOfNow(object) && ready?.status === status && reason.test(ready.reason);
    });
  }

  /** Until a commit is applied, whether or not what it brought is healthy. */
  async untilApplied(release: string, commit: string): Promise<FluxObject> {
    return this.until("Kustomization", kustomizationOf(CONFIGURATION, release), (object) => {
      const applied = (object.status as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision;
      return applied?.endsWith(commit) === true && conditionOf(object)?.status === "True";
    });
  }
}

/** Whether what it says is of its newest generation. */
const isOfNow = ({ metadata, status }: FluxObject): boolean => status?.observedGeneration === metadata.generation;
