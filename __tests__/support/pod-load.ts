import { Agent, get, type IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** No test sends more, whatever happens. */
const MOST = 20_000;

/** A request that is over. */
export interface Ended {
  /** When it was sent, by `performance.now()`. */
  readonly sentAt: number;
  /** Why it was lost; undefined when it was answered to the end. */
  readonly reason: string | undefined;
  /** Of the answer, as far as there was one. */
  readonly headers: IncomingHttpHeaders;
  /** Whether it took a connection that had carried others before it. */
  readonly isReused: boolean;
}

export interface LoadOptions {
  /** How it connects; ended with the load. @default connections are kept alive */
  readonly agent?: Agent;
  /** Milliseconds from an answer to the next request of a loop. @default 10 */
  readonly pauseMs?: number;
  readonly onEnd?: (request: Ended) => void;
}

/** Requests one after another in each of several loops, until stopped. */
export class Load {
  sent = 0;
  answered = 0;
  /** What became of those without a good answer, by reason. */
  readonly reasons = new Map<string, number>();
  readonly #agent: Agent;
  readonly #pauseMs: number;
  readonly #onEnd: (request: Ended) => void;
  readonly #loops: readonly Promise<void>[];
  #isStopped = false;

  /** @param paths One loop each; repeat a path for more of it. */
  constructor(url: string, paths: readonly string[], options: LoadOptions = {}) {
    const { agent = new Agent({ keepAlive: true }), pauseMs = 10, onEnd = () => {} } = options;
    this.#agent = agent;
    this.#pauseMs = pauseMs;
    this.#onEnd = onEnd;
    this.#loops = paths.map((path) => this.#loop(`${url}${path}`));
  }

  get lost(): number {
    return this.sent - this.answered;
  }

  /** Sends no more, and waits for what is in flight. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#loops);
    this.#agent.destroy();
  }

  toString(): string {
    const reasons = [...this.reasons].map(([reason, count]) => `${count} × ${reason}`).join("; ");
    return `${this.sent.toLocaleString("en")} sent, ${this.lost.toLocaleString("en")} lost${reasons && `: ${reasons}`}`;
  }

  async #loop(url: string): Promise<void> {
    while (!this.#isStopped && this.sent < MOST) {
      this.sent += 1;
      const ended = await this.#send(url);
      const { reason } = ended;
      if (reason === undefined) this.answered += 1;
      else this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
      this.#onEnd(ended);
      await sleep(this.#pauseMs);
    }
  }

  #send(url: string): Promise<Ended> {
    return new Promise((resolve) => {
      const sentAt = performance.now();
      const end = (reason: string | undefined, headers: IncomingHttpHeaders = {}) =>
        resolve({ sentAt, reason, headers, isReused: request.reusedSocket });
      const request = get(url, { agent: this.#agent }, (answer) => {
        let body = "";
        answer.on("data", (data) => (body += data));
        answer.once("error", (error) => end(error.message, answer.headers));
        answer.once("end", () =>
          end(answer.statusCode === 200 ? undefined : `${answer.statusCode} ${reasonOf(body)}`, answer.headers),
        );
      }).once("error", ({ message }) => end(message));
    });
  }
}

/** Without the port, which differs each time. */
const reasonOf = (body: string) => body.slice(0, 80).replace(/ 127\.0\.0\.1:\d+/, "");
