import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type Refusal, refuse } from "./behaviour";
import type { Response } from "./message";

/** How the Blob service looks on the wire: learn.microsoft.com/rest/api/storageservices/blob-service-rest-api. */

export interface BlobRequest {
  readonly method: string;
  /** `https://<account>.blob.core.windows.net/<container>/<blob>`, with its query. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Unlike Resource Manager, the data plane speaks in headers, and in XML or bytes. */
export interface BlobResponse extends Omit<Response, "body"> {
  readonly bytes?: Buffer;
}

export type Answer = BlobResponse | Refusal;

const META = "x-ms-meta-";

/** The names are in lower case and stand without `x-ms-meta-`. */
export const metadataIn = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([key, value]) =>
      key.startsWith(META) ? [[key.slice(META.length), text(value)]] : [],
    ),
  );

export const metadataOut = (metadata: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [`${META}${key}`, value]));

export const newEtag = (): string => `"0x${randomUUID().replaceAll("-", "").slice(0, 15).toUpperCase()}"`;

export const text = (header: string | string[] | undefined): string =>
  Array.isArray(header) ? header.join() : (header ?? "");

export const notServed = (method: string, { pathname, search }: URL): Refusal =>
  refuse(501, "NotImplemented", `The rehearsal does not serve ${method} ${pathname}${search}.`);

/** The code stands in a header too: an answer to HEAD has no body. */
export function refused(method: string, { status, code, message }: Refusal): BlobResponse {
  const answer = xml(status, `<Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`);
  const headers = { ...answer.headers, "x-ms-error-code": code };
  return method === "HEAD" ? { status, headers } : { ...answer, headers };
}

export const xml = (status: number, content: string): BlobResponse => ({
  status,
  headers: { "Content-Type": "application/xml" },
  bytes: Buffer.from(`<?xml version="1.0" encoding="utf-8"?>${content}`),
});

export const escaped = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
