import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type ContainerOptions, ContainerProcess } from "./pod-container";
import { containerOf, type Probe } from "./pod-deployment";

export interface PodOptions extends ContainerOptions {
  readonly onReady?: (pod: PodProcess, isReady: boolean) => void;
}

/** How a pod went. */
export interface Ending {
  /** As the kubelet reports it: 137 when it was killed. */
  readonly code: number;
  readonly secondsAfterSigterm: number;
}

/** What the kubelet leaves between SIGTERM and SIGKILL when the preStop hook has used up the grace period. */
const LEAST_SECONDS = 2;

/** The kubelet's part, with a process in the place of a pod. What has crashed stays down, so that a test sees it. */
export class PodProcess {
  readonly #options: PodOptions;
  readonly #process: ContainerProcess;
  /** Aborted when the pod is to go, or has gone. */
  readonly #ending = new AbortController();
  #isReady = false;
  #failure = "";

  private constructor(
    options: PodOptions,
    readonly port: number,
  ) {
    this.#options = options;
    this.#process = new ContainerProcess(options, port);
    void this.#process.exited.then(() => this.#leave());
    void this.#watch();
  }

  static async start(options: PodOptions): Promise<PodProcess> {
    return new PodProcess(options, await freePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get output(): string {
    return this.#process.output;
  }

  /** Until the readiness probe has passed; rejects with the output of a pod that will not get there. */
  async untilReady(): Promise<void> {
    while (!this.#isReady) {
      if (this.#ending.signal.aborted) throw new Error(`the pod ended: ${this.#failure}\n${this.output}`);
      await sleep(20);
    }
  }

  /** Until it ends by itself. */
  untilExit(): Promise<number> {
    return this.#process.exited;
  }

  /** Ends it as `kubectl delete pod` does: preStop begins as the endpoints are told, and they hear of it later. */
  async delete(atSigterm: () => void = () => {}): Promise<Ending> {
    this.#leave();
    const { lifecycle } = containerOf(this.#options.deployment);
    const preStop = lifecycle?.preStop?.sleep.seconds ?? 0;
    await sleep(preStop * 1000);
    atSigterm();
    const begin = performance.now();
    const grace = this.#options.deployment.spec.template.spec.terminationGracePeriodSeconds;
    const end = setTimeout(() => this.kill(), Math.max(LEAST_SECONDS, grace - preStop) * 1000);
    this.#process.signal("SIGTERM");
    const code = await this.#process.exited;
    clearTimeout(end);
    return { code, secondsAfterSigterm: (performance.now() - begin) / 1000 };
  }

  /** At once and without grace. */
  kill(): void {
    this.#process.signal("SIGKILL");
  }

  #leave(): void {
    this.#ending.abort();
    this.#setReady(false);
  }

  #setReady(isReady: boolean): void {
    if (this.#isReady === isReady) return;
    this.#isReady = isReady;
    this.#options.onReady?.(this, isReady);
  }

  /** The startup probe until it passes, then the other two side by side until the pod is to go. */
  async #watch(): Promise<void> {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(this.#options.deployment);
    const fail = (probe: string) => {
      this.#failure = `its ${probe} probe failed`;
      this.kill();
      return true;
    };
    await this.#repeat(startupProbe, (passed, tooOften) => passed || (tooOften && fail("startup")));
    await Promise.all([
      this.#repeat(readinessProbe, (passed, tooOften) => {
        if (passed || tooOften) this.#setReady(passed);
        return false;
      }),
      this.#repeat(livenessProbe, (_passed, tooOften) => tooOften && fail("liveness")),
    ]);
  }

  /** Asks again and again until `judge` has seen enough; `tooOften` says that the failure threshold is reached. */
  async #repeat(probe: Probe, evaluate: (passed: boolean, tooOften: boolean) => boolean): Promise<void> {
    const { signal } = this.#ending;
    let failures = 0;
    while (!signal.aborted) {
      const passed = await passes(this.url, probe);
      failures = passed ? 0 : failures + 1;
      if (signal.aborted || evaluate(passed, failures >= probe.failureThreshold)) return;
      await sleep(probe.periodSeconds * 1000, undefined, { signal }).catch(() => {});
    }
  }
}

async function passes(url: string, { httpGet, timeoutSeconds }: Probe): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    // The kubelet takes a new connection each time, and follows no redirect elsewhere.
    const headers = { connection: "close" };
    const answer = await fetch(`${url}${httpGet.path}`, { signal, headers, redirect: "manual" });
    await answer.text();
    return answer.status >= 200 && answer.status < 400;
  } catch {
    return false;
  }
}

/** Below the range that outgoing connections take theirs from: the load makes many, and one could be in the way. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer().listen(port);
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    return port;
  }
}
