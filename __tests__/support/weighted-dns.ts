import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from "dns-packet";

/** Both sides of a cutover, as its records are called: their set identifiers. */
export const SIDES = ["aws", "azure"] as const;
export type Side = (typeof SIDES)[number];
export type BySide<Value> = Readonly<Record<Side, Value>>;

/** A name with a weighted A record for each side. */
export interface WeightedSet {
  readonly host: string;
  readonly ttlSeconds: number;
  readonly addresses: BySide<string>;
}

/**
 * The part of Route 53, on loopback by UDP: each answer has one record of the set, drawn by weight. It knows no health
 * check and no other name, and new weights hold at once, where Route 53 takes up to a minute.
 */
export class WeightedDns {
  readonly #socket = createSocket("udp4");
  #weights: BySide<number> = { aws: 255, azure: 0 };

  private constructor(readonly set: WeightedSet) {
    this.#socket.on("message", (query, from) => this.#answer(query, from));
  }

  static async start(set: WeightedSet): Promise<WeightedDns> {
    const dns = new WeightedDns(set);
    dns.#socket.bind(0, "127.0.0.1");
    await once(dns.#socket, "listening");
    return dns;
  }

  /** As a resolver is told of it: address and port. */
  get server(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  /** @throws Error when both weights are 0, which Route 53 reads as equal shares */
  weigh(weights: BySide<number>): void {
    if (weights.aws + weights.azure === 0) throw new Error("both weights are 0");
    this.#weights = weights;
  }

  stop(): void {
    this.#socket.close();
  }

  #answer(query: Buffer, { address, port }: RemoteInfo): void {
    const { id, questions = [] } = decode(query);
    const answers = questions
      .filter(({ type, name }) => type === "A" && name.toLowerCase() === this.set.host)
      .map(({ name }): Answer => {
        const { ttlSeconds: ttl, addresses } = this.set;
        return { type: "A", name, ttl, data: addresses[this.#draw()] };
      });
    this.#socket.send(encode({ type: "response", id, flags: AUTHORITATIVE_ANSWER, questions, answers }), port, address);
  }

  #draw(): Side {
    const { aws, azure } = this.#weights;
    return Math.random() * (aws + azure) < azure ? "azure" : "aws";
  }
}
