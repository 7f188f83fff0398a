import { expect } from "vitest";
import { FURTHER } from "../support/further-names";
import type { Seen } from "../support/gateway-backend";
import type { Answer } from "../support/gateway-client";
import type { GatewayStage } from "../support/gateway-stage";

/** What the table of docs/workloads.md says in a row, asked of a real Envoy. */
export type Row = (stage: GatewayStage) => Promise<void>;

const KIB = 1024;
const seenIn = (body: string): Seen => JSON.parse(body.slice(body.indexOf("{"))) as Seen;
const statusOf = (text: string): string => text.slice(0, text.indexOf("\r\n"));
const outcome = ({ isWhole, status }: Answer) => [status, isWhole];
/** Headers of so many KiB in all, each of one. */
const headersOf = (kib: number) =>
  Object.fromEntries(Array.from({ length: kib }, (_, index) => [`x-${index}`, "a".repeat(KIB - 8)]));
const linesOf = (headers: object) => Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

interface VirtualHost {
  readonly domains: readonly string[];
  readonly routes: readonly { readonly route?: unknown }[];
}

/** Rows about what passes. */
export const REQUEST_ROWS: Readonly<Record<string, Row>> = {
  "Underscores in header names": async (stage) => {
    const client = stage.client();
    expect(seenIn(await client.http1("GET /", ["sentry_trace: a"])).headers["sentry_trace"]).toBe("a");
    expect(seenIn((await client.http2({ sentry_trace: "a" })).body).headers["sentry_trace"]).toBe("a");
  },

  "Upper and lower case of header names": async (stage) => {
    const answer = await stage.client().http1("GET /", ["X-Custom-Header: a"]);
    expect(seenIn(answer).rawHeaders).toContain("X-Custom-Header");
    expect(answer).toContain("\r\nX-Answer: yes\r\n");
  },

  "Size of a request's headers": async (stage) => {
    const client = stage.client();
    expect(outcome(await client.http2(headersOf(90)))).toEqual([200, true]);
    expect(statusOf(await client.http1("GET /", linesOf(headersOf(90))))).toBe("HTTP/1.1 200 OK");
    expect(outcome(await client.http2({ ":path": `/${"a".repeat(60 * KIB)}` }))).toEqual([200, true]);
    expect(outcome(await client.http2(headersOf(98)))).toEqual([undefined, false]);
    expect(statusOf(await client.http1("GET /", linesOf(headersOf(98))))).toBe(
      "HTTP/1.1 431 Request Header Fields Too Large",
    );
  },

  "Number of headers and cookies": async (stage) => {
    const cookie = Array.from({ length: 900 }, (_, index) => `c${index}=v`);
    const answer = await stage.client().http2({ cookie });
    expect(seenIn(answer.body).headers["cookie"]).toBe(cookie.join("; "));
    expect(outcome(await stage.client().http2({ cookie: [...cookie, ...cookie] }))).toEqual([undefined, false]);
  },

  "Headers of an answer": async (stage) => {
    const client = stage.client();
    expect(outcome(await client.http2({ ":path": "/?headers=900&size=10" }))).toEqual([200, true]);
    expect(outcome(await client.http2({ ":path": `/?headers=88&size=${KIB}` }))).toEqual([200, true]);
    expect(outcome(await client.http2({ ":path": `/?headers=100&size=${KIB}` }))).toEqual([502, true]);
  },

  "`X-Forwarded-For`, `-Proto`, `-Port`": async (stage) => {
    const said = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "http", "x-forwarded-port": "80" };
    const { headers } = seenIn((await stage.client().http2(said)).body);
    // Of a client on loopback, Envoy takes an address of the machine.
    expect(headers["x-forwarded-for"]).toMatch(/^203\.0\.113\.9,[0-9a-f.:]+$/);
    expect([headers["x-forwarded-proto"], headers["x-forwarded-port"]]).toEqual(["https", "443"]);
  },

  "`X-Request-Id`, `X-Amzn-Trace-Id`": async (stage) => {
    const said = { "x-request-id": "mine", "x-amzn-trace-id": "Root=1" };
    expect(seenIn((await stage.client().http2(said)).body).headers).toMatchObject(said);
    const { headers } = seenIn((await stage.client().http2({})).body);
    expect([headers["x-request-id"], headers["x-amzn-trace-id"]]).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      undefined,
    ]);
  },

  "`//` and `%2F` in a path": async (stage) => {
    const path = "/a//b/%2F/c%2fd%20e?f=/../g//h|%2F";
    expect(seenIn(await stage.client().http1(`GET ${path}`)).url).toBe(path);
    expect(seenIn((await stage.client().http2({ ":path": path })).body).url).toBe(path);
  },

  "Dots, backslashes and other signs in a path": async (stage) => {
    const urlOf = async (path: string) => seenIn((await stage.client().http2({ ":path": path })).body).url;
    expect(await urlOf("/a/../b/./%2e%2e/c")).toBe("/c");
    expect(await urlOf("/a\\b|%61?c\\d|")).toBe("/a/b%7Ca?c\\d|");
    for (const path of ["/a#b", "/a%00b"]) expect((await stage.client().http2({ ":path": path })).status).toBe(400);
  },

  "Dot at the end of the host, port, upper case": async (stage) => {
    const client = stage.client();
    const hostOf = async (host: string) => seenIn(await client.http1("GET /", [`Host: ${host}`])).headers["host"];
    expect(await hostOf(`${client.host}.`)).toBe(client.host);
    expect(await hostOf(`${client.host}.:443`)).toBe(`${client.host}:443`);
    expect(await hostOf(client.host.toUpperCase())).toBe(client.host.toUpperCase());
  },

  "Host of nobody": async (stage) => {
    expect(statusOf(await stage.client().http1("GET /", ["Host: other.example"]))).toBe("HTTP/1.1 404 Not Found");
    await expect(stage.client({ host: "other.example" }).open()).rejects.toThrow("ECONNRESET");
  },

  "A name that redirects": async (stage) => {
    const client = stage.client({ host: FURTHER.redirects });
    const to = `https://${stage.client().host}`;
    for (const path of ["/", "/a//b%2Fc?x=1&y=%20&y=+", "/?", "/.well-known/acme-challenge/a"]) {
      const { headers, status } = await client.http2({ ":path": path });
      expect([status, headers["location"]]).toEqual([301, `${to}${path}`]);
    }
    const posted = await client.http1("POST /a?b", ["Content-Length: 1", `Host: ${FURTHER.redirects}:443`, "", "x"]);
    expect(posted).toMatch(/^HTTP\/1\.1 301 /);
    expect(posted.toLowerCase()).toContain(`\r\nlocation: ${to}/a?b\r\n`);
  },

  "A name that serves": async (stage) => {
    const client = stage.client({ host: FURTHER.serves });
    const { headers, url } = seenIn(await client.http1("GET /a?b"));
    expect([headers["host"], url]).toEqual([FURTHER.serves, "/a?b"]);
    const hosts = stage.config.rds.flatMap(({ virtualHosts }) => virtualHosts as VirtualHost[]);
    const routesOf = (host: string) =>
      hosts.find(({ domains }) => domains.includes(host))?.routes.map(({ route }) => route);
    expect(routesOf(FURTHER.serves)).toEqual(routesOf(stage.client().host));
    expect(routesOf(FURTHER.serves)).not.toEqual([]);
  },

  Methods: async (stage) => {
    const client = stage.client();
    for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "TRACE"])
      expect(seenIn((await client.http2({ ":method": method })).body).method).toBe(method);
    expect((await client.http2({ ":method": "HEAD" })).status).toBe(200);
    expect(statusOf(await client.http1("MADEUP /"))).toBe("HTTP/1.1 400 Bad Request");
  },

  "HTTP/1.0": async (stage) => {
    const client = stage.client();
    const answer = await client.raw(`GET / HTTP/1.0\r\nHost: ${client.host}\r\n\r\n`);
    expect([statusOf(answer), seenIn(answer).httpVersion]).toEqual(["HTTP/1.0 200 OK", "1.1"]);
    expect(statusOf(await client.raw("GET / HTTP/1.0\r\n\r\n"))).toBe("HTTP/1.0 400 Bad Request");
  },

  "HTTP/2": async (stage) => {
    const socket = await stage.client().open(["h2", "http/1.1"]);
    expect(socket.alpnProtocol).toBe("h2");
    socket.destroy();
    expect(seenIn((await stage.client().http2({})).body).httpVersion).toBe("1.1");
    expect(stage.connectionManager["http2ProtocolOptions"]).toMatchObject({ maxConcurrentStreams: 128 });
  },

  WebSockets: async (stage) => {
    const client = stage.client();
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    const lines = ["GET / HTTP/1.1", `Host: ${client.host}`, ...upgrade, "", "echo"];
    const answer = await client.raw(lines.join("\r\n"), 2);
    expect(statusOf(answer)).toBe("HTTP/1.1 101 Switching Protocols");
    expect(answer).toMatch(/\r\n\r\necho$/);
  },

  gRPC: async (stage) => {
    const call = { ":method": "POST", "content-type": "application/grpc", te: "trailers" };
    expect(seenIn((await stage.client().http2(call)).body).httpVersion).toBe("1.1");
  },

  "Size of a body": async (stage) => {
    const body = Buffer.alloc(16 * KIB * KIB);
    expect(seenIn((await stage.client().http2({ ":method": "POST" }, body)).body).bytes).toBe(body.length);
  },
};
