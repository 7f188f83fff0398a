import { DnsServer } from "./dns-server";

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
  #weights: BySide<number> = { aws: 255, azure: 0 };
  #server: DnsServer | undefined;

  private constructor(readonly set: WeightedSet) {}

  static async start(set: WeightedSet): Promise<WeightedDns> {
    const dns = new WeightedDns(set);
    const { addresses, host, ttlSeconds: ttl } = set;
    dns.#server = await DnsServer.start((type, name) =>
      type === "A" && name === host ? [{ type: "A", name, ttl, data: addresses[dns.#draw()] }] : [],
    );
    return dns;
  }

  /** As a resolver is told of it: address and port. */
  get server(): string {
    return this.#server?.at ?? "";
  }

  /** @throws Error when both weights are 0, which Route 53 reads as equal shares */
  weigh(weights: BySide<number>): void {
    if (weights.aws + weights.azure === 0) throw new Error("both weights are 0");
    this.#weights = weights;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  #draw(): Side {
    const { aws, azure } = this.#weights;
    return Math.random() * (aws + azure) < azure ? "azure" : "aws";
  }
}
