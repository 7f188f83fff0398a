import { randomUUID } from "node:crypto";
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { generate } from "selfsigned";
import { Arm } from "./arm";
import { type BlobResponse, Blobs } from "./blobs";
import { FaultsOnDemand } from "./faults";
import type { Response } from "./message";
import { TENANT } from "./resource-types/identity";
import type { JsonObject } from "./store";
import { VaultSecrets } from "./vault-secrets";

/** Azure's host names that the stand-in answers for; every other one is refused. */
const HOSTS = [
  "management.azure.com",
  "login.microsoftonline.com",
  "graph.microsoft.com",
  "*.vault.azure.net",
  "*.blob.core.windows.net",
  "*.queue.core.windows.net",
  "*.azurecr.io",
];
const SLOW_MS = 3_000;

/**
 * A local Azure: a proxy on loopback that Terraform is told to use, which answers for Azure's own host names with a
 * certificate made for this run and refuses every other host. The provider runs unmodified and nothing leaves the
 * machine.
 */
export class LocalAzure {
  readonly arm = new Arm();
  readonly blobs = new Blobs(this.arm.store);
  readonly secrets = new VaultSecrets(this.arm.store);
  readonly faults = new FaultsOnDemand();
  /** Hosts that somebody asked for and that were refused. */
  readonly refusedHosts = new Set<string>();
  /** Every request to Resource Manager as "METHOD path", to a vault as "METHOD host/path", in order. */
  readonly requests: string[] = [];
  /** Known only to this process: who answers with it is this process. */
  readonly nonce = randomUUID();
  /** Called for each of them before it is answered. */
  onRequest: (method: string, path: string) => void = () => {};
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly certificate: string,
    private readonly https: ReturnType<typeof createHttpsServer>,
    private readonly proxy: ReturnType<typeof createHttpServer>,
  ) {}

  static async start(port = 0): Promise<LocalAzure> {
    const { cert, private: key } = await generate([{ name: "commonName", value: "local Azure of the rehearsal" }], {
      keySize: 2048,
      extensions: [{ name: "subjectAltName", altNames: HOSTS.map((value) => ({ type: 2, value })) }],
    });
    const azure: LocalAzure = new LocalAzure(
      cert,
      createHttpsServer({ cert, key }),
      createHttpServer((_, response) => response.writeHead(403).end()),
    );
    azure.https.on("request", (request, response) => {
      // A client that was killed in the middle of a request, or one that sends nonsense, must not end the others.
      azure.answer(request, response).catch((error: Error) => {
        if (response.headersSent || request.socket.destroyed) return void response.destroy();
        send(response, { status: 400, body: { error: { code: "InvalidRequest", message: error.message } } });
      });
    });
    azure.https.on("tlsClientError", (_, socket) => socket.destroy());
    azure.proxy.on("connect", (request: IncomingMessage, socket: Socket) => azure.connect(request.url ?? "", socket));
    await new Promise<void>((resolve, reject) => azure.proxy.once("error", reject).listen(port, "127.0.0.1", resolve));
    return azure;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.proxy.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.proxy.close(resolve));
  }

  private connect(target: string, socket: Socket): void {
    const host = target.replace(/:443$/, "");
    if (!HOSTS.some((known) => (known.startsWith("*.") ? host.endsWith(known.slice(1)) : host === known))) {
      this.refusedHosts.add(target);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket)).on("error", () => socket.destroy());
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    this.https.emit("connection", socket);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const url = new URL(request.url ?? "/", `https://${request.headers.host}`);
    const method = request.method ?? "GET";
    const place = placeOf(url);
    if (place !== undefined) {
      this.requests.push(`${method} ${place}`);
      this.onRequest(method, place);
      const fault = this.faults.strike(method, place);
      if (fault === "drop") return void request.socket.destroy();
      if (fault === "slow") await sleep(SLOW_MS);
      else if (fault === "fails") this.arm.failsNext = true;
      else if (fault) return send(response, onDemand(fault, isVault(url)));
    }
    send(response, this.route(url, method, request.headers, body));
  }

  private route(url: URL, method: string, headers: IncomingHttpHeaders, body: Buffer): Response | BlobResponse {
    const host = url.hostname;
    if (host === "login.microsoftonline.com") return login(url);
    if (url.pathname === "/metadata/endpoints") return { status: 200, body: { nonce: this.nonce } };
    if (host === "management.azure.com") {
      const answer = this.arm.handle({ method, url, body: parse(body.toString()) });
      if (method === "DELETE") {
        this.blobs.forgetOrphans();
        this.secrets.forgetOrphans();
      }
      return answer;
    }
    if (isVault(url)) return this.secrets.handle({ method, url, headers, body: parse(body.toString()) });
    if (host.endsWith(".blob.core.windows.net") && url.pathname !== "/")
      return this.blobs.handle({ method, url, headers, body });
    // Other data planes: the provider asks whether they answer, and the program keeps nothing there.
    return {
      status: url.pathname === "/" ? 200 : 404,
      body: { error: { code: "NotFound", message: "The rehearsal keeps no data." } },
    };
  }
}

/** A vault's data; at "/" the provider asks whether it answers at all. */
const isVault = ({ hostname, pathname }: URL): boolean => hostname.endsWith(".vault.azure.net") && pathname !== "/";

/** What requests and faults know a request by, if they know it. */
function placeOf(url: URL): string | undefined {
  if (url.hostname === "management.azure.com") return url.pathname;
  return isVault(url) ? `${url.hostname}${url.pathname}` : undefined;
}

/** A vault gives one more reason: there 409 is what a name answers while it is being deleted. */
function onDemand(fault: "429" | "500" | "409", ofVault: boolean): Response {
  const inner = ofVault && fault === "409" ? { innererror: { code: "ObjectIsBeingDeleted" } } : {};
  return {
    status: Number(fault),
    body: { error: { code: "OnDemand", message: `A ${fault} on demand.`, ...inner } },
    headers: { "Retry-After": "0" },
  };
}

function login(url: URL): Response {
  if (!url.pathname.endsWith("/token"))
    return { status: 200, body: { issuer: `https://login.microsoftonline.com/${TENANT}/v2.0` } };
  const part = (content: JsonObject) => Buffer.from(JSON.stringify(content)).toString("base64url");
  // Unsigned: a token of nobody, good for nothing elsewhere.
  const claims = {
    oid: "00000000-0000-4000-8000-00000000000a",
    tid: TENANT,
    appid: "00000000-0000-4000-8000-00000000000b",
  };
  const token = `${part({ alg: "none", typ: "JWT" })}.${part(claims)}.`;
  return { status: 200, body: { token_type: "Bearer", expires_in: 3600, access_token: token } };
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parse(body: string): JsonObject | undefined {
  return body === "" ? undefined : (JSON.parse(body) as JsonObject);
}

function send(response: ServerResponse, answer: Response | BlobResponse): void {
  response.writeHead(answer.status, { "Content-Type": "application/json", ...answer.headers });
  if ("bytes" in answer) response.end(answer.bytes);
  else response.end("body" in answer ? JSON.stringify(answer.body) : undefined);
}
