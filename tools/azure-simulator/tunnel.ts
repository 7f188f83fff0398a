import { Agent } from "node:https";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { LocalAzure } from "./server";

/**
 * Leads every connection of an SDK in this process through the stand-in's proxy and trusts its certificate; the SDKs can do one
 * of the two at a time.
 */
export class TunnelAgent extends Agent {
  constructor(private readonly azure: LocalAzure) {
    super({ keepAlive: false });
  }

  override createConnection(
    { host, servername }: ConnectionOptions,
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const proxy = new URL(this.azure.url);
    const socket = connect(Number(proxy.port), proxy.hostname, () =>
      socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`),
    );
    socket
      .once("data", () =>
        done(null, connectTls({ socket, servername: servername ?? host, ca: this.azure.certificate })),
      )
      .once("error", (error) => done(error, socket));
  }
}
