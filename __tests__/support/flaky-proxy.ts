import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { buffer } from "node:stream/consumers";

/** One call of AWS's SDK. */
export interface AwsCall {
  /** Such as GetSecretValue; empty for a service with a query API. */
  readonly operation: string;
  readonly body: string;
  /** How many calls came before it. */
  readonly before: number;
}

/** "drop" breaks the connection, "half" does so in the middle of an answer; the other is an error in AWS's own form. */
export type Misbehaviour = "drop" | "half" | { readonly status: number; readonly code: string };

/** A reverse proxy on loopback, in front of a local AWS: it passes calls on, or does what it is told with them instead. */
export class FlakyProxy {
  /** What to do with a call; undefined passes it on. */
  misbehave: (call: AwsCall) => Misbehaviour | undefined = () => undefined;
  calls = 0;
  struck = 0;
  private readonly server = createServer((incoming, outgoing) => {
    this.answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });

  private constructor(private readonly target: URL) {}

  static async start(target: string): Promise<FlakyProxy> {
    const proxy = new FlakyProxy(new URL(target));
    await once(proxy.server.listen(0, "127.0.0.1"), "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const operation = String(incoming.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
    const misbehaviour = this.misbehave({ operation, body: body.toString(), before: this.calls });
    this.calls += 1;
    if (misbehaviour !== undefined) this.struck += 1;
    if (misbehaviour === "drop") return void incoming.socket.destroy();
    if (misbehaviour === "half") {
      outgoing.writeHead(200, { "Content-Type": "application/x-amz-json-1.1", "Content-Length": "99" });
      return void outgoing.write('{"Name":', () => incoming.socket.destroy());
    }
    if (misbehaviour) return refuse(outgoing, operation, misbehaviour);
    const { hostname, port } = this.target;
    const { method, url: path, headers } = incoming;
    const onward = send({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => incoming.socket.destroy());
    onward.end(body);
  }
}

/** In JSON for services that name their operation in a header, in XML for the others. */
function refuse(outgoing: ServerResponse, operation: string, { status, code }: Exclude<Misbehaviour, string>): void {
  const type = operation === "" ? "text/xml" : "application/x-amz-json-1.1";
  outgoing.writeHead(status, { "Content-Type": type, "x-amzn-ErrorType": code });
  outgoing.end(
    operation === ""
      ? `<ErrorResponse><Error><Code>${code}</Code><Message>on demand</Message></Error></ErrorResponse>`
      : JSON.stringify({ __type: code, message: "on demand" }),
  );
}
