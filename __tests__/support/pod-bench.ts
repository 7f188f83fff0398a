import { afterEach } from "vitest";
import { Gateway, type GatewayOptions } from "./pod-gateway";
import { Load } from "./pod-load";
import { type Ending, type PodOptions, PodProcess } from "./pod-process";
import { Rollout } from "./pod-roll";

/** Starts pods for the tests of one file, and kills after each test whatever is left of them. */
export class PodBench {
  readonly #cleanups: (() => void)[] = [];

  constructor() {
    afterEach(() => {
      for (const clean of this.#cleanups.splice(0)) clean();
    });
  }

  /** One pod, not necessarily ready. */
  async start(options: PodOptions): Promise<PodProcess> {
    const pod = await PodProcess.start(options);
    this.#cleanups.push(() => pod.kill());
    return pod;
  }

  /** Two pods behind a gateway. */
  async serve(options: PodOptions, at?: GatewayOptions): Promise<Rollout> {
    const gateway = await Gateway.start(at);
    const rollout = new Rollout(gateway, options);
    this.#cleanups.push(
      () => gateway.stop(),
      () => rollout.kill(),
    );
    await rollout.start();
    return rollout;
  }

  /** Both pods replaced under load: loops of quick requests, and so many slow ones that SIGTERM finds some in flight. */
  async rollUnderLoad(options: PodOptions, quick: string, slow: string): Promise<Rolled> {
    const rollout = await this.serve(options);
    const load = new Load(rollout.gateway.url, [...Array<string>(6).fill(quick), ...Array<string>(24).fill(slow)]);
    const endings = await rollout.roll();
    await load.stop();
    const { inFlightAtSigterm } = rollout;
    console.info(`${load}; ${inFlightAtSigterm} in flight at SIGTERM`);
    return { load, endings, inFlightAtSigterm, output: rollout.output };
  }
}

export interface Rolled {
  readonly load: Load;
  readonly endings: readonly Ending[];
  readonly inFlightAtSigterm: number;
  readonly output: string;
}
