import { Resolver } from "node:dns/promises";
import { Agent } from "node:http";
import { vi } from "vitest";
import { table } from "../../tools/table";
import { CachingResolver } from "./caching-resolver";
import { HANGS } from "./hangs.mts";
import { type Ended, Load } from "./pod-load";
import { type BySide, SIDES, type WeightedDns } from "./weighted-dns";

/** The header of an answer that says which side gave it. */
export const SIDE_HEADER = "x-side";

/** Several clients of one kind. */
export interface Clients {
  readonly kind: string;
  /** One client each. */
  readonly paths: readonly string[];
  /** Whether a client stays on its connection, or takes a new one and its resolver's word for each request. */
  readonly keepsConnection: boolean;
  /** Milliseconds from an answer to the next request. */
  readonly pauseMs: number;
}

/** A part of a cutover between two changes of weights. */
export interface Stage {
  readonly name: string;
  readonly weights: BySide<number>;
}

/** What became of the requests that clients of one kind sent in one stage. */
export class Counts {
  requests = 0;
  /** Answered, by side. */
  readonly by = { aws: 0, azure: 0 };
  /** The same of those that were sent one TTL after the change of weights or later, and answered before the next change. */
  readonly afterTtl = { aws: 0, azure: 0 };
  lost = 0;
  /** Connections that were opened. */
  connections = 0;
}

interface Running extends Stage {
  readonly since: number;
  readonly counts: Map<string, Counts>;
}

/** The users of a name: clients that find it by DNS. A request is counted in the stage in which it was sent. */
export class Users {
  /** Of each lost request: the stage, the kind of client, why. */
  readonly losses: string[] = [];
  readonly #stages: Running[] = [];
  readonly #loads: Load[] = [];
  readonly #url: string;
  readonly #ttlMs: number;

  constructor(
    private readonly dns: WeightedDns,
    port: number,
  ) {
    this.#url = `http://${dns.set.host}:${port}`;
    this.#ttlMs = dns.set.ttlSeconds * 1000;
  }

  /** Changes the weights, and counts anew. */
  enter(stage: Stage): void {
    this.dns.weigh(stage.weights);
    this.#stages.push({ ...stage, since: performance.now(), counts: new Map() });
  }

  /** Lets these clients begin, each with a resolver of its own. */
  join({ kind, paths, keepsConnection, pauseMs }: Clients): void {
    // Far more than an answer takes on loopback: a busy machine loses none.
    const resolver = new Resolver({ timeout: 60_000 });
    resolver.setServers([this.dns.server]);
    for (const path of paths) {
      const { lookup } = new CachingResolver(resolver);
      const agent = new Agent({ keepAlive: keepsConnection, maxSockets: 1, lookup });
      this.#loads.push(new Load(this.#url, [path], { agent, pauseMs, onEnd: (request) => this.#count(kind, request) }));
    }
  }

  /** Until so many requests of these clients were sent after one TTL of this stage, and answered. */
  async settle(kind: string, requests: number): Promise<void> {
    const { counts } = this.#stageAt(performance.now());
    const isDone = () => sum(counts.get(kind)?.afterTtl ?? { aws: 0, azure: 0 }) >= requests;
    await vi.waitUntil(isDone, { timeout: HANGS, interval: 20 });
  }

  /** Sends no more, and waits for what is in flight. */
  async stop(): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.stop()));
  }

  /** Of the requests of a stage that are over. */
  counts(stage: string, kind: string): Counts {
    return this.#stages.find(({ name }) => name === stage)?.counts.get(kind) ?? new Counts();
  }

  /** Over all stages. */
  total(kind: string, what: "connections" | "lost"): number {
    return this.#stages.reduce((total, { counts }) => total + (counts.get(kind)?.[what] ?? 0), 0);
  }

  /** Each stage and kind of client in a row. */
  toString(): string {
    const head = ["stage", "AWS/Azure", "clients", "requests", "by AWS", "by Azure", "lost", "after one TTL"];
    const rows = this.#stages.flatMap(({ name, weights, counts }) =>
      [...counts]
        .sort(([one], [other]) => one.localeCompare(other))
        .map(([kind, { requests, by, lost, afterTtl }]) => [
          ...[name, `${weights.aws}/${weights.azure}`, kind, requests, by.aws, by.azure, lost],
          `${afterTtl.aws} + ${afterTtl.azure}`,
        ]),
    );
    return table(head, rows);
  }

  #stageAt(time: number): Running {
    const stage = this.#stages.findLast(({ since }) => since <= time);
    if (!stage) throw new Error("no stage has begun");
    return stage;
  }

  #count(kind: string, { sentAt, reason, headers, isReused }: Ended): void {
    const stage = this.#stageAt(sentAt);
    const counts = stage.counts.get(kind) ?? new Counts();
    stage.counts.set(kind, counts);
    counts.requests += 1;
    if (!isReused) counts.connections += 1;
    const side = SIDES.find((one) => one === headers[SIDE_HEADER]);
    if (reason !== undefined || side === undefined) {
      counts.lost += 1;
      this.losses.push(`${stage.name}, ${kind}: ${reason ?? "neither side's answer"}`);
      return;
    }
    counts.by[side] += 1;
    // DNS may answer after the next change what was asked just before it.
    const isCurrent = stage === this.#stages.at(-1);
    if (isCurrent && sentAt >= stage.since + this.#ttlMs) counts.afterTtl[side] += 1;
  }
}

const sum = ({ aws, azure }: BySide<number>): number => aws + azure;
