import { once } from "node:events";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** What a client got, whatever it spoke. */
export interface Answer {
  /** Undefined when the connection or the stream was reset before one came. */
  readonly status: number | undefined;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether it came to its end. */
  readonly isWhole: boolean;
}

/** Far above every limit of a load balancer, so that none of Node's is met first. */
const HEADER_BYTES = 1024 * 1024;

/** Clients of one domain of the gateway on loopback. */
export class GatewayClient {
  constructor(
    private readonly port: number,
    readonly host: string,
  ) {}

  /** One request of a connection with HTTP/2. */
  async http2(headers: OutgoingHttpHeaders, body?: Buffer): Promise<Answer> {
    const [answer] = await this.parallel([headers], body);
    if (!answer) throw new Error("no answer");
    return answer;
  }

  /** Requests in one connection with HTTP/2, all at once. */
  async parallel(all: readonly OutgoingHttpHeaders[], body?: Buffer): Promise<Answer[]> {
    const socket = await this.open(["h2"]);
    const session = connect(`https://${this.host}`, {
      createConnection: () => socket,
      maxHeaderListPairs: 10_000,
      maxSendHeaderBlockLength: HEADER_BYTES,
    });
    session.on("error", () => {});
    try {
      return await Promise.all(
        all.map(async (headers) => {
          const stream = session.request({ ":path": "/", ...headers }, { endStream: body === undefined });
          const received: { status?: number; headers: Record<string, string>; body: string } = {
            headers: {},
            body: "",
          };
          let isWhole = false;
          stream.on("response", ({ ":status": status, ...rest }) => {
            Object.assign(received, { status, headers: rest });
          });
          stream.on("data", (chunk) => {
            received.body += String(chunk);
          });
          stream.on("end", () => {
            isWhole = stream.rstCode === 0;
          });
          stream.on("error", () => {});
          if (body !== undefined) stream.end(body);
          await new Promise((resolve) => stream.once("close", resolve));
          return { status: received.status, headers: received.headers, body: received.body, isWhole };
        }),
      );
    } finally {
      session.destroy();
    }
  }

  /** A request with HTTP/1.1 whose lines are sent as they are; without a Host among them it is that of the domain. */
  http1(start: string, lines: readonly string[] = []): Promise<string> {
    const host = lines.some((line) => /^host:/i.test(line)) ? [] : [`Host: ${this.host}`];
    return this.raw(`${[`${start} HTTP/1.1`, ...host, "Connection: close", ...lines].join("\r\n")}\r\n\r\n`);
  }

  /** Bytes, and all that came back before the other side was done: at the latest after `seconds`. */
  async raw(bytes: string, seconds = 60): Promise<string> {
    const socket = await this.open();
    let received = "";
    socket.on("data", (chunk) => {
      received += String(chunk);
    });
    socket.write(bytes);
    await Promise.race([new Promise((resolve) => socket.once("close", resolve)), sleep(seconds * 1000)]);
    socket.destroy();
    return received;
  }

  /** @throws Error when the gateway hangs up */
  async open(protocols: readonly string[] = []): Promise<TLSSocket> {
    const socket = connectTls({
      host: "127.0.0.1",
      port: this.port,
      servername: this.host,
      ALPNProtocols: [...protocols],
      rejectUnauthorized: false,
    });
    await once(socket, "secureConnect");
    return socket.on("error", () => {});
  }
}
