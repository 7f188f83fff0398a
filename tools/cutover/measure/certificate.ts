import { connect, type TLSSocket } from "node:tls";
import { flat } from "../../flat";
import { type NotMeasured, notMeasured } from "./not-measured";
import type { Side } from "./pinned-request";

/** The certificate that a side shows for a host. */
export interface Certificate {
  /** Whose signature it bears, such as "C=US, O=Let's Encrypt, CN=R13". */
  readonly issuer: string;
  /** The names that it is for. */
  readonly names: readonly string[];
  /** Whole days until it ends; below zero when it has ended. */
  readonly daysLeft: number;
  /** Why a client would not take it, such as CERT_HAS_EXPIRED or ERR_TLS_CERT_ALTNAME_INVALID. Absent when it would. */
  readonly refusedBecause?: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** Looks at a side's certificate, whether it is good or not. */
export async function certificateOf(
  host: string,
  side: Side,
  { now, timeoutMs }: { readonly now: Date; readonly timeoutMs: number },
): Promise<Certificate | NotMeasured> {
  const { at, ca, name, port = 443 } = side;
  // Verified below, by what Node.js says of it: refusing at once would tell nothing of what is wrong.
  const options = { host: at, port, servername: host, rejectUnauthorized: false, ...(ca !== undefined && { ca }) };
  const socket = connect(options);
  try {
    await secured(socket, timeoutMs);
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return notMeasured(`${name} at ${at} showed no certificate for ${host}`);
    return {
      issuer: flat(certificate.issuer.replaceAll("\n", ", ")),
      names: namesIn(certificate.subjectAltName ?? ""),
      daysLeft: Math.floor((new Date(certificate.validTo).getTime() - now.getTime()) / DAY),
      // Typed as an error, and given as its code.
      ...(!socket.authorized && { refusedBecause: flat(String(socket.authorizationError)) }),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return notMeasured(
      `${name} at ${at} showed no certificate for ${host} (${code ?? message}); look at its address and who may reach it, then again`,
    );
  } finally {
    socket.destroy();
  }
}

const secured = (socket: TLSSocket, timeoutMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
    // A server that hangs up before it has shown anything.
    socket.once("close", () => reject(new Error("it hung up")));
    socket.setTimeout(timeoutMs, () => reject(new Error(`no answer in ${timeoutMs} ms`)));
  });

/** As Node.js writes them: "DNS:a.example, DNS:*.b.example". */
const namesIn = (text: string): string[] => [...text.matchAll(/DNS:([^\s,]+)/g)].map(([, name = ""]) => name);
