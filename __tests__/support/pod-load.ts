import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** No test sends more, whatever happens. */
const MOST = 20_000;

/** Requests over connections that are kept alive, one after another in each of several loops, until stopped. */
export class Load {
  sent = 0;
  answered = 0;
  /** What became of those without a good answer, by reason. */
  readonly reasons = new Map<string, number>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #loops: readonly Promise<void>[];
  #isStopped = false;

  /** @param paths One loop each; repeat a path for more of it. */
  constructor(url: string, paths: readonly string[]) {
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
      const reason = await this.#send(url);
      if (reason === undefined) this.answered += 1;
      else this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
      await sleep(10);
    }
  }

  /** Why it was lost; undefined when it was answered to the end. */
  #send(url: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      get(url, { agent: this.#agent }, (answer) => {
        let body = "";
        answer.on("data", (data) => (body += data));
        answer.once("error", (error) => resolve(error.message));
        answer.once("end", () =>
          resolve(answer.statusCode === 200 ? undefined : `${answer.statusCode} ${reasonOf(body)}`),
        );
      }).once("error", ({ message }) => resolve(message));
    });
  }
}

/** Without the port, which differs each time. */
const reasonOf = (body: string) => body.slice(0, 80).replace(/ 127\.0\.0\.1:\d+/, "");
