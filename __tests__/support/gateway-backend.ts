import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What the application saw of a request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  /** Names as they came, and values, in turn. */
  readonly rawHeaders: readonly string[];
  /** By lower-case name; what came several times is joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
}

/** Far above every limit of a load balancer, so that none of Node's is met first. */
const HEADER_BYTES = 1024 * 1024;

/**
 * An application behind the gateway. It answers with what it saw; a query makes it do more:
 * `silent` milliseconds before the answer, `every` milliseconds `times` bytes, `headers` of `size` bytes in the answer,
 * `drop` the connection, `hold` the answer until {@link release}.
 */
export class Backend {
  readonly #server: Server;
  readonly #held = new Set<() => void>();

  private constructor() {
    const options = {
      maxHeaderSize: HEADER_BYTES,
      keepAliveTimeout: 75_000,
      requestTimeout: 0,
    };
    this.#server = createServer(options, (request, response) => {
      // Whoever asked may be gone before all of it was said.
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.maxHeadersCount = 0;
    this.#server.on("upgrade", (_, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      socket.on("error", () => socket.destroy()).pipe(socket);
    });
  }

  static async start(): Promise<Backend> {
    const backend = new Backend();
    await once(backend.#server.listen(0, "127.0.0.1", 4096), "listening");
    return backend;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Requests that wait for {@link release}. */
  get held(): number {
    return this.#held.size;
  }

  release(): void {
    for (const answer of this.#held) answer();
    this.#held.clear();
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { searchParams: asked } = new URL(request.url ?? "", "http://it");
    const number = (name: string) => Number(asked.get(name) ?? 0);
    if (asked.has("drop")) return void request.socket.destroy();
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    if (asked.has("hold")) await new Promise<void>((resolve) => this.#held.add(resolve));
    await sleep(number("silent"));
    for (let index = 0; index < number("headers"); index++)
      response.setHeader(`X-Answer-${index}`, "a".repeat(number("size")));
    for (let index = 0; index < number("times"); index++) {
      response.write("a");
      await sleep(number("every"));
    }
    if (asked.has("times")) return void response.end();
    const { headers, httpVersion, method = "", rawHeaders, url = "" } = request;
    const seen: Seen = { method, url, httpVersion, rawHeaders, headers: headers as Seen["headers"], bytes };
    response.setHeader("X-Answer", "yes").end(JSON.stringify(seen));
  }
}
