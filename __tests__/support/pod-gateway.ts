import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { promisify } from "node:util";
import { vi } from "vitest";
import { HANGS } from "./hangs.mts";
import type { PodProcess } from "./pod-process";

/** As the chart sets it up. */
const UPSTREAM_IDLE_SECONDS = 50;
/** How late it hears of a pod that is ready or going. Less than the preStop sleep of the fixture, as in a cluster. */
const PROPAGATION_SECONDS = 1;

export interface GatewayOptions {
  /** An address of loopback. @default 127.0.0.1 */
  readonly address?: string;
  /** @default a free one */
  readonly port?: number;
  /** Added to each answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** As the gateway keeps them: until its own idle timeout, whatever the Keep-Alive header of an answer promises. */
class UpstreamConnections extends Agent {
  override keepSocketAlive(stream: Duplex): boolean {
    (stream as Socket).setTimeout(UPSTREAM_IDLE_SECONDS * 1000);
    return true;
  }
}

/**
 * The gateway's part, on loopback: round robin over ready pods, connections kept alive, no retry. What it hears of pods it
 * hears late. It does not drain the connections of a pod that goes, as Envoy would: clients inside the cluster do not either.
 */
export class Gateway {
  readonly #connections = new UpstreamConnections({ keepAlive: true });
  readonly #server: Server;
  readonly #pods = new Set<PodProcess>();
  readonly #inFlight = new Map<PodProcess, number>();
  #turn = 0;
  #isDraining = false;

  private constructor(private readonly headers: Readonly<Record<string, string>>) {
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start({ address = "127.0.0.1", port = 0, headers = {} }: GatewayOptions = {}): Promise<Gateway> {
    const gateway = new Gateway(headers);
    await once(gateway.#server.listen(port, address), "listening");
    return gateway;
  }

  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** Requests that a pod has not answered yet. */
  inFlight(pod: PodProcess): number {
    return this.#inFlight.get(pod) ?? 0;
  }

  /** Takes a pod in or out, after the time that such news take to spread. */
  readonly onReady = (pod: PodProcess, isReady: boolean): void => {
    setTimeout(() => (isReady ? this.#pods.add(pod) : this.#pods.delete(pod)), PROPAGATION_SECONDS * 1000).unref();
  };

  async untilServing(pods: number): Promise<void> {
    while (this.#pods.size < pods) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /**
   * Says `Connection: close` with each answer from now on, until no client has a connection. An ALB ends one so when its
   * `client_keep_alive.seconds` have passed, 3,600 unless said:
   * docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html.
   */
  async drain(): Promise<void> {
    this.#isDraining = true;
    const connections = promisify(this.#server.getConnections.bind(this.#server));
    await vi.waitUntil(async () => (await connections()) === 0, { timeout: HANGS, interval: 20 });
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#connections.destroy();
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const pods = [...this.#pods];
    const pod = pods[this.#turn++ % pods.length];
    if (!pod) return void outgoing.writeHead(503).end("no pod is ready");
    this.#inFlight.set(pod, this.inFlight(pod) + 1);
    outgoing.once("close", () => this.#inFlight.set(pod, this.inFlight(pod) - 1));
    // That header is between the client and this server alone.
    const { connection: _, ...headers } = incoming.headers;
    const { method, url } = incoming;
    const upstream = request({
      host: "127.0.0.1",
      port: pod.port,
      method,
      path: url,
      headers,
      agent: this.#connections,
    });
    upstream.once("response", (answer) => {
      const connection = this.#isDraining ? "close" : "keep-alive";
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...this.headers, connection });
      answer.pipe(outgoing);
      answer.once("error", () => outgoing.destroy());
    });
    upstream.once("error", ({ message }) =>
      outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end(message),
    );
    incoming.pipe(upstream);
  }
}
