import type { Gateway } from "./pod-gateway";
import { type Ending, type PodOptions, PodProcess } from "./pod-process";

/** A Deployment with its pods behind a gateway, rolled as `maxSurge: 1, maxUnavailable: 0` does. */
export class Rollout {
  #pods: PodProcess[] = [];
  readonly #started: PodProcess[] = [];
  /** Requests that the old pods had not answered when SIGTERM came. */
  inFlightAtSigterm = 0;

  constructor(
    readonly gateway: Gateway,
    readonly options: PodOptions,
  ) {}

  async start(replicas = 2): Promise<void> {
    this.#pods = await Promise.all(Array.from({ length: replicas }, () => this.#startPod()));
    await this.gateway.untilServing(replicas);
  }

  /** A new pod is ready before an old one is deleted; the next pair does not wait for the old one to be gone. */
  async roll(): Promise<Ending[]> {
    const endings: Promise<Ending>[] = [];
    const fresh: PodProcess[] = [];
    for (const old of this.#pods) {
      fresh.push(await this.#startPod());
      endings.push(old.delete(() => (this.inFlightAtSigterm += this.gateway.inFlight(old))));
    }
    this.#pods = fresh;
    return Promise.all(endings);
  }

  /** What all pods so far have written. */
  get output(): string {
    return this.#started.map(({ output }) => output).join("");
  }

  kill(): void {
    for (const pod of this.#started) pod.kill();
  }

  async #startPod(): Promise<PodProcess> {
    const pod = await PodProcess.start({ ...this.options, onReady: this.gateway.onReady });
    this.#started.push(pod);
    await pod.untilReady();
    return pod;
  }
}
