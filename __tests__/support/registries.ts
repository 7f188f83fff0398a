import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../../tools/local-registry/certificate";
import { Registry, type RegistryUser } from "../../tools/local-registry/registry";

/** What moto's GetAuthorizationToken hands out: AWS, 123456789012-auth-token. */
export const ECR_USER: RegistryUser = {
  user: "AWS",
  hash: "$2y$05$abcdefghijklmnopqrstuu/4ofrUS75HrKu6f.iuRo0I/XlrmpqlC",
};
/** What a stand-in for `az acr login --expose-token` hands out. */
export const ACR_TOKEN = "a-token-for-one-test";
export const ACR_USER: RegistryUser = {
  user: "00000000-0000-0000-0000-000000000000",
  hash: "$2y$05$abcdefghijklmnopqrstuu.k8IlDFdSjUVVqw06TWRlmQKSqEoMk6",
};

/**
 * Two docker-registry servers on loopback, each behind TLS with a certificate made for this run (SSL_CERT_FILE has it),
 * as ECR and our registry are two. Everything of them is in one folder, which goes with them.
 */
export async function startRegistries(users: { readonly aws?: RegistryUser; readonly ours?: RegistryUser } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-registries-"));
  const certificate = await makeCertificate(folder);
  const start = (name: string, user?: RegistryUser) => Registry.start(join(folder, name), certificate, user);
  const aws = await start("aws", users.aws);
  const ours = await start("ours", users.ours).catch(async (error: unknown) => {
    await aws.stop();
    throw error;
  });
  const stop = async () => {
    await Promise.all([aws.stop(), ours.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { aws, ours, folder, certificate: certificate.file, stop };
}
export type Registries = Awaited<ReturnType<typeof startRegistries>>;
