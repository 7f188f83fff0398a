import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The Git repositories below a folder by HTTP on loopback: `git http-backend`, as any web server would run it. */
export class GitServer {
  /** What a client has to say as user:password. @default nobody is asked */
  credential: string | undefined;
  #server: Server | undefined;
  #port = 0;

  constructor(private readonly root: string) {}

  /** Also after {@link away}: on the same port. */
  async start(): Promise<void> {
    const server = createServer((request, response) => this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  url(repository: string): string {
    return `http://127.0.0.1:${this.#port}/${repository}`;
  }

  /** Nobody listens any more, and every connection is cut. */
  async away(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const wanted = this.credential && `Basic ${Buffer.from(this.credential).toString("base64")}`;
    if (wanted && request.headers.authorization !== wanted) {
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    const url = new URL(request.url ?? "/", "http://localhost");
    const child = spawn("git", ["http-backend"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        PATH: process.env["PATH"] ?? "",
        GIT_PROJECT_ROOT: this.root,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        REMOTE_ADDR: "127.0.0.1",
      },
    });
    request.pipe(child.stdin);
    // A client that has heard enough reads no more.
    child.stdin.on("error", () => {});
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.stdout.on("end", () => send(response, Buffer.concat(parts)));
  }
}

/** What a CGI program says: headers, one of which may be the status, an empty line, and the body. */
function send(response: ServerResponse, said: Buffer): void {
  const end = said.indexOf("\r\n\r\n");
  const headers = Object.fromEntries(
    said
      .subarray(0, Math.max(end, 0))
      .toString()
      .split("\r\n")
      .map((line) => line.split(/: (.*)/s, 2).map((word) => word.toLowerCase().trim()))
      .filter(([name]) => name),
  ) as Record<string, string>;
  const { status = end < 0 ? "500" : "200", ...others } = headers;
  response.writeHead(Number.parseInt(status, 10), others).end(said.subarray(end + 4));
}
