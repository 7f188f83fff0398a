import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Answer, decode, encode, type Packet, RECURSION_AVAILABLE } from "dns-packet";

/** A reply: records, or a code such as NXDOMAIN, or none at all. */
export type DnsReply = readonly Answer[] | "NXDOMAIN" | "REFUSED" | "SERVFAIL" | "silence";

/** Of dns-packet's flags, the four bits of the response code (RFC 1035, 4.1.1). */
const CODES = { NXDOMAIN: 3, REFUSED: 5, SERVFAIL: 2 } as const;

/** A DNS server on loopback, over UDP, which answers what a test tells it to, and keeps what it was asked. */
export class DnsServer {
  /** Each question as "TYPE name", in order. */
  readonly asked: string[] = [];

  private constructor(
    private readonly socket: Socket,
    /** As setServers takes it. */
    readonly at: string,
  ) {}

  /** @param answer the reply to a question of a type about a name in lower case */
  static async start(answer: (type: string, name: string) => DnsReply): Promise<DnsServer> {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const server = new DnsServer(socket, `127.0.0.1:${socket.address().port}`);
    socket.on("message", (message, from) => server.reply(decode(message), from, answer));
    return server;
  }

  private reply(query: Packet, from: RemoteInfo, answer: (type: string, name: string) => DnsReply): void {
    const [question] = query.questions ?? [];
    if (question === undefined) return;
    const name = question.name.toLowerCase();
    this.asked.push(`${question.type} ${name}`);
    const reply = answer(question.type, name);
    if (reply === "silence") return;
    const flags = RECURSION_AVAILABLE | (typeof reply === "string" ? CODES[reply] : 0);
    const answers = typeof reply === "string" ? [] : [...reply];
    const packet = encode({ type: "response", id: query.id ?? 0, flags, questions: [question], answers });
    this.socket.send(packet, from.port, from.address);
  }

  async stop(): Promise<void> {
    this.socket.close();
    await once(this.socket, "close");
  }
}
