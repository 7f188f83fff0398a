import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../model/user-error";
import { isOnPath } from "../images/tool-process";
import { notOnPath, start } from "../processes";
import { tied } from "../tied";
import type { Certificate } from "./certificate";

/** What a registry does with a request instead of answering it. */
export type RegistryFault = "drop" | "hang" | { readonly status: number; readonly code: string };

/** Who may log in to a registry: the user and the bcrypt hash of a password that opens nothing else. */
export interface RegistryUser {
  readonly user: string;
  readonly hash: string;
}

/** One docker-registry with a front that speaks TLS, counts what is asked, and fails on demand. */
export class Registry {
  /** Every request as "METHOD path", in order. */
  readonly requests: string[] = [];
  /** Asked before each request; what it returns happens instead of an answer. */
  fault: (request: string) => RegistryFault | undefined = () => undefined;

  private readonly sockets = new Set<Duplex>();

  private constructor(
    /** As in a reference: 127.0.0.1 and the port. */
    readonly host: string,
    /** Where docker-registry listens; a socket, because a port that is free now may be somebody else's a moment later. */
    private readonly socket: string,
    /** Where its blobs and manifests are. */
    readonly storage: string,
    readonly stop: () => Promise<void>,
  ) {}

  /**
   * Starts one, which ends with this process, however that ends.
   * @param path of what it keeps; `-storage` and the like are added to it
   * @param user @default nobody is asked who they are
   * @throws UserError when docker-registry is not installed, or ends by itself
   */
  static async start(
    path: string,
    { cert, key }: Pick<Certificate, "cert" | "key">,
    user?: RegistryUser,
  ): Promise<Registry> {
    if (!isOnPath("docker-registry")) throw new UserError(notOnPath("docker-registry"));
    const [socket, storage, log] = [`${path}.sock`, `${path}-storage`, `${path}.log`];
    writeFileSync(`${path}.json`, JSON.stringify(configuration(path, user)));
    const [program, ...args] = await tied(["docker-registry", "serve", `${path}.json`]);
    const output = openSync(log, "a", 0o600);
    const server = start(program, args, { cwd: dirname(path), env: process.env, output });
    closeSync(output);
    const front = createHttpsServer({ cert, key });
    front.on("tlsClientError", (_, socket) => socket.destroy());
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(front.address() as AddressInfo).port}`;
    const registry: Registry = new Registry(host, socket, storage, async () => {
      server.kill("SIGKILL");
      for (const socket of registry.sockets) socket.destroy();
      front.close();
      await server;
    });
    front.on("connection", (socket) => {
      registry.sockets.add(socket);
      socket.once("close", () => registry.sockets.delete(socket));
    });
    front.on("request", (request, response) => registry.answer(request, response));
    while (server.exitCode === null) {
      const answer = await registry.ask("GET", "/v2/").catch(() => undefined);
      if (answer !== undefined) return registry;
      await sleep(50);
    }
    await registry.stop();
    throw new UserError(`docker-registry did not start: ${readFileSync(log, "utf8").trim().split("\n").at(-1)}`);
  }

  /** Deletes a manifest by its digest, with the tags that lead to it, as `az acr manifest delete` does. */
  async delete(repository: string, digest: string): Promise<void> {
    const { status, text } = await this.ask("DELETE", `/v2/${repository}/manifests/${digest}`);
    if (status !== 202) throw new UserError(`DELETE ${repository}@${digest}: ${status} ${text}`);
  }

  /** A question past TLS and faults. */
  async ask(method: string, path: string, headers: OutgoingHttpHeaders = {}, body?: Buffer) {
    const request = httpRequest({ socketPath: this.socket, method, path, headers }).end(body);
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
  }

  /** How many clients hold a connection. */
  get connections(): number {
    return this.sockets.size;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const what = `${request.method} ${request.url}`;
    this.requests.push(what);
    const fault = this.fault(what);
    if (fault === "hang") return;
    if (fault === "drop") return void request.socket.destroy();
    if (fault !== undefined) {
      const body = JSON.stringify({ errors: [{ code: fault.code, message: fault.code.toLowerCase() }] });
      return void response
        .writeHead(fault.status, { "content-type": "application/json", "retry-after": "0" })
        .end(body);
    }
    const { method, url: path, headers } = request;
    const forwarded = httpRequest({ socketPath: this.socket, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    // A client that is killed half-way must not end the test.
    forwarded.on("error", () => response.destroy());
    request.on("error", () => forwarded.destroy());
    request.pipe(forwarded);
  }
}

const configuration = (path: string, user: RegistryUser | undefined): object => {
  const htpasswd = `${path}-htpasswd`;
  if (user !== undefined) writeFileSync(htpasswd, `${user.user}:${user.hash}\n`);
  return {
    version: "0.1",
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: `${path}-storage` }, delete: { enabled: true } },
    // Its own address is not the front's.
    http: { net: "unix", addr: `${path}.sock`, relativeurls: true },
    ...(user !== undefined && { auth: { htpasswd: { realm: "local", path: htpasswd } } }),
  };
};
