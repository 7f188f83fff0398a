import { generate } from "selfsigned";

/** File names with their PEM. */
export type Pki = Record<
  | "ca.crt"
  | "apiserver.crt"
  | "apiserver.key"
  | "admin.crt"
  | "admin.key"
  | "service-account.key"
  | "service-account.pub",
  string
>;

/** A certificate authority of this run, and what it signed. */
export async function createPki(): Promise<Pki> {
  // The default of selfsigned is SHA-1, which Go refuses.
  const type = { keyType: "ec", algorithm: "sha256" } as const;
  const named = (value: string) => ({ name: "commonName", value });
  const authority = await generate([named("local cluster")], {
    ...type,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const ca = { key: authority.private, cert: authority.cert };
  const [server, admin, serviceAccount] = await Promise.all([
    generate([named("kube-apiserver")], {
      ...type,
      ca,
      extensions: [
        { name: "extKeyUsage", serverAuth: true },
        {
          name: "subjectAltName",
          altNames: [
            { type: 7, ip: "127.0.0.1" },
            { type: 2, value: "localhost" },
          ],
        },
      ],
    }),
    generate([{ name: "organizationName", value: "system:masters" }, named("admin")], {
      ...type,
      ca,
      extensions: [{ name: "extKeyUsage", clientAuth: true }],
    }),
    // Its keys sign tokens; the certificate is not used.
    generate([named("service accounts")], type),
  ]);
  return {
    "ca.crt": authority.cert,
    "apiserver.crt": server.cert,
    "apiserver.key": server.private,
    "admin.crt": admin.cert,
    "admin.key": admin.private,
    "service-account.key": serviceAccount.private,
    "service-account.pub": serviceAccount.public,
  };
}

/** As JSON, which is YAML too. */
export function kubeconfig(pki: Pki, port: number): string {
  const base64 = (file: keyof Pki) => Buffer.from(pki[file]).toString("base64");
  const name = "mmrv-local";
  const cluster = { server: `https://127.0.0.1:${port}`, "certificate-authority-data": base64("ca.crt") };
  const user = { "client-certificate-data": base64("admin.crt"), "client-key-data": base64("admin.key") };
  const content = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
  return JSON.stringify(content, null, 2);
}
