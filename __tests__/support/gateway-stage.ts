import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { webApplicationsOf } from "../../model/applications";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { CHART, configuredShape, valuesFiles } from "../charts/platform-fixture";
import { APP_CHART, appValuesFiles } from "./chart-values";
import { Envoy, type TlsSecret } from "./envoy";
import { type EnvoyConfig, type Json, type Translation, translated } from "./envoy-config";
import { ENVIRONMENTS } from "./fixtures/environments/all";
import { withFurtherNames } from "./further-names";
import { Backend } from "./gateway-backend";
import { GatewayClient } from "./gateway-client";
import { Helm, type KubernetesObject } from "./helm";

/** The addresses that the two Services would have. */
const ADDRESSES = { backend: "10.0.0.1", frontend: "10.0.0.2" } as const;

const KINDS = [
  "GatewayClass",
  "Gateway",
  "EnvoyProxy",
  "ClientTrafficPolicy",
  "BackendTrafficPolicy",
  "HTTPRoute",
  "Service",
];

/** What a test says over the values of an environment. */
interface Said {
  readonly gateway: object;
  readonly routes: readonly object[];
}

/**
 * The gateway of an environment on loopback: the objects that both charts render, translated by Envoy Gateway, in a real
 * Envoy, with an application behind the backend's domain and its further names, and nobody behind the frontend's.
 */
export class GatewayStage {
  private constructor(
    private readonly hosts: Readonly<Record<"backend" | "frontend", string>>,
    readonly translation: Translation,
    readonly envoy: Envoy,
    readonly backend: Backend,
    private readonly folder: string,
  ) {}

  static async start(said: Said): Promise<GatewayStage> {
    const folder = mkdtempSync(join(tmpdir(), "mmrv-gateway-"));
    return GatewayStage.#startIn(folder, said).catch((error: unknown) => {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
  }

  static async #startIn(folder: string, { gateway, routes }: Said): Promise<GatewayStage> {
    const [first] = ENVIRONMENTS;
    if (!first) throw new Error("no environment");
    const environment = withFurtherNames(first);
    const shape = configuredShape(environment);
    const [host, frontend] = webApplicationsOf(environment).map((application) => application.host);
    if (host === undefined || frontend === undefined) throw new Error("no domain");
    const helm = new Helm();
    const objects = [
      ...(await helm.template(CHART, "platform", valuesFiles(folder, shape, { gateway }))),
      ...(await helm.template(
        APP_CHART,
        "backend",
        appValuesFiles(folder, { environment, application: "backend", more: { routes } }),
      )),
      ...(await helm.template(APP_CHART, "frontend", appValuesFiles(folder, { environment, application: "frontend" }))),
    ];
    const secrets = await Promise.all(objects.filter(({ kind }) => kind === "Certificate").map(secretOf));
    const translation = await translated([...inCluster(objects), ...secrets], folder);
    const { config } = translation;
    const backend = await Backend.start();
    const services = { [ADDRESSES.backend]: backend.port, [ADDRESSES.frontend]: await closedPort() };
    const envoy = await Envoy.start(folder, { config, services, secrets }).catch((error: unknown) => {
      backend.stop();
      throw error;
    });
    return new GatewayStage({ backend: host, frontend }, translation, envoy, backend, folder);
  }

  get config(): EnvoyConfig {
    return this.translation.config;
  }

  /** Clients of an application's domain, or of another one at the same address. */
  client(of: "backend" | "frontend" | { readonly host: string } = "backend"): GatewayClient {
    return new GatewayClient(this.envoy.port(10_443), typeof of === "string" ? this.hosts[of] : of.host);
  }

  /** What Envoy does with each request of port 443: its HTTP connection manager. */
  get connectionManager(): Json {
    const chains = this.config.lds.flatMap(
      ({ filterChains }) => (filterChains ?? []) as { filters: Json[]; name?: string }[],
    );
    const [filter] = chains.find(({ name }) => name?.includes("https-backend"))?.filters ?? [];
    return filter?.["typedConfig"] as Json;
  }

  async stop(): Promise<void> {
    await this.envoy.stop();
    this.backend.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the translator reads, with what a cluster would add. */
function inCluster(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects
    .filter(({ kind }) => KINDS.includes(kind))
    .map((object) => {
      const spec = object["spec"] as object;
      // egctl looks for the Envoy of a class only; the controller takes that of a gateway too.
      const parametersRef = {
        group: "gateway.envoyproxy.io",
        kind: "EnvoyProxy",
        name: "mmrv",
        namespace: APPLICATION_NAMESPACE,
      };
      if (object.kind === "GatewayClass") return { ...object, spec: { ...spec, parametersRef } };
      if (object.kind !== "Service") return object;
      const clusterIP = ADDRESSES[object.metadata.name as keyof typeof ADDRESSES];
      return { ...object, spec: { ...spec, clusterIP } };
    });
}

/** What cert-manager would have made: one for each domain, or Envoy Gateway would not offer HTTP/2. */
async function secretOf(certificate: KubernetesObject): Promise<TlsSecret> {
  const { dnsNames, secretName } = certificate["spec"] as { dnsNames: readonly string[]; secretName: string };
  const { cert, private: key } = await generate([{ name: "commonName", value: secretName }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: dnsNames.map((value) => ({ type: 2, value })) }],
  });
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secretName, namespace: APPLICATION_NAMESPACE },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(cert), "tls.key": base64(key) },
  };
}

/** Where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
