import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EnvoyConfig, Json } from "./envoy-config";
import type { KubernetesObject } from "./helm";

interface EnvoyOptions {
  /** What Envoy Gateway made. */
  readonly config: EnvoyConfig;
  /** Where a Service is on loopback, by the address that it has in the cluster. */
  readonly services: Readonly<Record<string, number>>;
  readonly secrets: readonly TlsSecret[];
}

export interface TlsSecret extends KubernetesObject {
  /** In Base64. */
  readonly data: { readonly "tls.crt": string; readonly "tls.key": string };
}

/** A real Envoy on loopback, without a controller. */
export class Envoy {
  readonly #process: ChildProcess;
  readonly #ports = new Map<string, number>();

  private constructor(
    private readonly folder: string,
    private readonly config: EnvoyConfig,
  ) {
    const words = ["--config-path", "bootstrap.json", "--admin-address-path", "admin", "--use-dynamic-base-id"];
    // A file, because Envoy opens /dev/stdout by its name, which a pipe of Node's has not.
    const log = openSync(this.#logFile, "a");
    // One thread, so that a limit of each thread is one of all.
    const options = [...words, "--concurrency", "1", "--log-level", "warning", "--file-flush-interval-msec", "20"];
    this.#process = spawn("envoy", options, { cwd: folder, stdio: ["ignore", log, log] });
    closeSync(log);
  }

  /** @throws Error with Envoy's log when it refuses something */
  static async start(folder: string, options: EnvoyOptions): Promise<Envoy> {
    writeFileSync(join(folder, "bootstrap.json"), JSON.stringify(bootstrapOf(options)));
    const envoy = new Envoy(folder, options.config);
    try {
      await envoy.#untilListening(options.config.lds.length);
      return envoy;
    } catch (error) {
      await envoy.stop();
      throw error;
    }
  }

  /** Where the listener is that has this port in the cluster. */
  port(inCluster: 10_080 | 10_443): number {
    const listener = this.config.lds.find(({ address }) => portOf(address) === inCluster);
    const port = this.#ports.get(String(listener?.["name"]));
    if (port === undefined) throw new Error(`no listener of port ${inCluster}`);
    return port;
  }

  /** What it has logged: one JSON for each request that failed. */
  get log(): string {
    return readFileSync(this.#logFile, "utf8");
  }

  get #logFile(): string {
    return join(this.folder, "log");
  }

  /** What its own interface answers. */
  async admin(path: string): Promise<string> {
    const answer = await fetch(`http://${readFileSync(join(this.folder, "admin"), "utf8")}${path}`);
    return answer.text();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }

  async #untilListening(listeners: number): Promise<void> {
    while (this.#ports.size < listeners) {
      if (this.#process.exitCode !== null) throw new Error(`Envoy: ${this.log}`);
      await sleep(50);
      if (!existsSync(join(this.folder, "admin"))) continue;
      const { listener_statuses: found = [] } = JSON.parse(await this.admin("/listeners?format=json")) as {
        listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[];
      };
      for (const { local_address, name } of found) this.#ports.set(name, local_address.socket_address.port_value);
    }
    while (!(await this.admin("/ready")).startsWith("LIVE")) await sleep(50);
  }
}

const portOf = (address: unknown): number =>
  (address as { socketAddress: { portValue: number } }).socketAddress.portValue;

/** One file for all that its controller would hand out in pieces, with ports and Services on loopback. */
function bootstrapOf({ config, secrets, services }: EnvoyOptions): Json {
  const named = (objects: readonly Json[], field: string, name: unknown): Json => {
    const { "@type": _, ...object } = objects.find((one) => one[field] === name) ?? {};
    return object;
  };
  /** As Envoy Gateway calls it: with the namespace in front. */
  const certificate = (name: unknown): Json => {
    const secret = secrets.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === name);
    return {
      certificateChain: { inlineBytes: secret?.data["tls.crt"] },
      privateKey: { inlineBytes: secret?.data["tls.key"] },
    };
  };
  /** What stands in the place of a field that the controller is asked for. */
  const inline: Readonly<Record<string, (value: unknown, around: Json) => Json>> = {
    rds: (value) => ({ routeConfig: named(config.rds, "name", (value as Json)["routeConfigName"]) }),
    edsClusterConfig: (_, { name }) => ({ loadAssignment: named(config.eds, "clusterName", name), type: "STATIC" }),
    tlsCertificateSdsSecretConfigs: (value) => ({
      tlsCertificates: (value as Json[]).map(({ name }) => certificate(name)),
    }),
    socketAddress: (value) => ({
      socketAddress: { address: "127.0.0.1", portValue: services[String((value as Json)["address"])] ?? 0 },
    }),
  };
  const local = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(local);
    if (typeof value !== "object" || value === null) return value;
    const around = value as Json;
    const kept = Object.entries(around).filter(([key]) => !(key in inline));
    const replaced = Object.entries(inline).flatMap(([key, by]) => (key in around ? [by(around[key], around)] : []));
    const object: Json = Object.assign(Object.fromEntries(kept), ...replaced);
    return Object.fromEntries(Object.entries(object).map(([key, inside]) => [key, local(inside)]));
  };
  const { layeredRuntime, overloadManager } = config.bootstrap;
  const untyped = ({ "@type": _, ...object }: Json) => local(object);
  return {
    admin: { address: { socketAddress: { address: "127.0.0.1", portValue: 0 } } },
    layeredRuntime,
    overloadManager,
    staticResources: { listeners: config.lds.map(untyped), clusters: config.cds.map(untyped) },
  };
}
