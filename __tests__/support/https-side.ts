import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { generate } from "selfsigned";
import type { Side } from "../../tools/cutover/measure/pinned-request";

/** One side of a cutover on loopback, with a certificate that only it trusts. */
export class HttpsSide {
  private constructor(
    private readonly server: Server,
    readonly side: Side,
  ) {}

  static async start(
    name: Side["name"],
    answer: RequestListener,
    certificate: { readonly host: string; readonly notAfterDate?: Date },
  ): Promise<HttpsSide> {
    const { host, notAfterDate = new Date(Date.now() + 90 * 24 * 60 * 60 * 1000) } = certificate;
    const { cert, private: key } = await generate([{ name: "commonName", value: `authority of ${name}` }], {
      keySize: 2048,
      notBeforeDate: new Date("2020-01-01"),
      notAfterDate,
      extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: host }] }],
    });
    const server = createServer({ cert, key }, answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return new HttpsSide(server, { name, at: "127.0.0.1", port, ca: cert });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
