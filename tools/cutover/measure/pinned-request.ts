import type { IncomingHttpHeaders } from "node:http";
import { type Agent, type RequestOptions, request } from "node:https";
import { flat } from "../../flat";

/** One of the two places that answer for a host, wherever DNS leads at the moment. */
export interface Side {
  readonly name: "aws" | "azure";
  /** Its address, or a name that leads to it alone: the load balancer's, the distribution's. */
  readonly at: string;
  /** @default 443 */
  readonly port?: number;
  /** Who signs its certificate, as PEM, where Node.js does not trust them. @default whom Node.js trusts */
  readonly ca?: string;
}

/** One answer, followed nowhere. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most `mostBytes` of it. */
  readonly body: Buffer;
  /** From the request on a connection that stands to the last byte. */
  readonly milliseconds: number;
}

/** Why no answer came: a code such as ECONNREFUSED, CERT_HAS_EXPIRED or ERR_TLS_CERT_ALTNAME_INVALID. */
export interface Failure {
  readonly failed: string;
}

/** Whether nothing came at all: whoever is silent once may be so for every request to come, and each is waited for. */
export const isSilence = (got: Answer | Failure): boolean => "failed" in got && got.failed.startsWith(SILENCE);
const SILENCE = "no answer in ";

/** How long one request may take, in milliseconds. */
export const TIMEOUT = 10_000;

/**
 * One GET at a side: its address is pinned, server name and Host stay the host's, and the certificate is verified for it.
 * Whatever goes wrong is a value.
 */
export async function get(
  host: string,
  { at, ca, port = 443 }: Side,
  path: string,
  options: {
    readonly agent?: Agent;
    readonly headers?: Readonly<Record<string, string>>;
    readonly mostBytes?: number;
    readonly timeoutMs?: number;
  } = {},
): Promise<Answer | Failure> {
  const { agent, headers, mostBytes = 0, timeoutMs = TIMEOUT } = options;
  const wanted: RequestOptions = {
    host: at,
    port,
    path,
    servername: host,
    headers: { host, "user-agent": "mmrv-cutover", "accept-encoding": "gzip, br", ...headers },
    agent: agent ?? false,
    signal: AbortSignal.timeout(timeoutMs),
    ...(ca !== undefined && { ca }),
  };
  try {
    return await send(wanted, mostBytes);
  } catch (error) {
    return { failed: reasonOf(error, timeoutMs) };
  }
}

const send = (options: RequestOptions, mostBytes: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    let began = performance.now();
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        if (length < mostBytes) chunks.push(chunk);
        length += chunk.length;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).subarray(0, mostBytes),
          milliseconds: performance.now() - began,
        }),
      );
    });
    // A new connection costs as many round trips as the way is long, which says nothing of the server.
    sent.on("socket", (socket) => {
      if (socket.connecting) socket.once("secureConnect", () => (began = performance.now()));
    });
    sent.on("error", reject);
    sent.end();
  });

function reasonOf(error: unknown, timeoutMs: number): string {
  const { code, message, name } = error as NodeJS.ErrnoException;
  if (name === "AbortError" || name === "TimeoutError") return `${SILENCE}${timeoutMs} ms`;
  return flat(code ?? message);
}
