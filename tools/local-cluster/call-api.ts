import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { Pki } from "./pki";

const REQUEST_MS = 5_000;

/**
 * One request to an API server of this machine, as a member of system:masters.
 * @throws when nobody answers, or not within five seconds
 */
export async function callApi(
  { pki, port }: { readonly pki: Pki; readonly port: number },
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<{ status: number; text: string }> {
  const call = request({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: { "Content-Type": "application/json" },
    ca: pki["ca.crt"],
    cert: pki["admin.crt"],
    key: pki["admin.key"],
    agent: false,
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  call.end(body && JSON.stringify(body));
  const [response] = (await once(call, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, text: await text(response) };
}
