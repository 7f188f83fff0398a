import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";

/** Of the registries of one run, and good for nothing else. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Where it is, for SSL_CERT_FILE of whoever trusts it. */
  readonly file: string;
}

/** Makes one for the loopback interface; the private half is in memory only. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: "commonName", value: "registries of this machine" }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  const file = join(folder, "certificate.pem");
  await writeFile(file, cert);
  return { cert, key, file };
}
