import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { Kubectl } from "../deploy/kubernetes/kubectl";
import { warningsIn } from "../deploy/kubernetes/warnings";
import { runNow } from "../processes";
import { NAMESPACES } from "./definitions";
import { established } from "./established";
import { definitionsOfOthers } from "./published-definitions";

/** What is read of `kubectl config view --minify --flatten`. */
interface Kubeconfig {
  readonly clusters?: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data"?: string };
  }[];
  readonly users?: readonly {
    readonly user: {
      readonly "client-certificate-data"?: string;
      readonly "client-key-data"?: string;
      readonly token?: string;
    };
  }[];
}

/** A Kubernetes API server on this machine that stands in for AKS's. */
export class RehearsalCluster {
  readonly kubectl: Kubectl;
  /** What was not there before, to be taken away at the end. */
  private readonly added: string[] = [];

  private constructor(
    private readonly file: string,
    private readonly server: string,
    private readonly caCertificate: string,
    private readonly credential: Readonly<Record<string, string>>,
  ) {
    this.kubectl = new Kubectl(file);
  }

  /**
   * The cluster of a kubeconfig's current context.
   * @throws UserError unless it is on this machine and MMRV is not in it
   */
  static async open(file: string): Promise<RehearsalCluster> {
    const view = ["config", "view", "--raw", "--minify", "--flatten"];
    const refuse = (why: string) => new UserError(`--kubeconfig ${file}: ${why}; nothing was touched`);
    if (!existsSync(file)) throw refuse("there is no such file");
    const { clusters, users } = await new Kubectl(file).json<Kubeconfig>(view);
    const { cluster } = clusters?.[0] ?? {};
    const { user } = users?.[0] ?? {};
    if (!cluster) throw refuse("its current context names no cluster");
    if (!isLoopback(cluster.server))
      throw refuse(
        `its server is ${cluster.server}, and the rehearsal installs and deletes things: only one on this machine (127.0.0.1, ::1 or localhost) will do`,
      );
    const ca = cluster["certificate-authority-data"];
    if (!ca) throw refuse("it names no certificate authority, and the providers would trust nobody");
    const credential = credentialOf(user ?? {});
    if (!credential)
      throw refuse(
        "its user has neither a client certificate nor a token, which is all that the rehearsal can pass on",
      );
    const self = new RehearsalCluster(file, cluster.server, ca, credential);
    // A tunnel to a real cluster looks like a local one.
    const namespaces = await self.names("namespaces");
    if (namespaces.includes(APPLICATION_NAMESPACE))
      throw refuse(
        `there is a namespace ${APPLICATION_NAMESPACE} already; is it a tunnel to a real cluster? Otherwise delete the namespace`,
      );
    return self;
  }

  /** What AKS hands out when Entra is the only way in: where it answers, and no credential. */
  get aksKubeconfig(): string {
    const user = { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin", args: [] } };
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "aks",
      clusters: [{ name: "aks", cluster: { server: this.server, "certificate-authority-data": this.caCertificate } }],
      users: [{ name: "aks", user }],
      contexts: [{ name: "aks", context: { cluster: "aks", user: "aks" } }],
    });
  }

  /** Puts a kubelogin into a folder that gives the kubeconfig's credential; returns the folder. */
  async installKubelogin(parent: string): Promise<string> {
    const folder = join(parent, "bin");
    await mkdir(folder);
    const credential = join(folder, "credential.json");
    const answer = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      kind: "ExecCredential",
      status: this.credential,
    };
    await writeFile(credential, JSON.stringify(answer), { mode: 0o600 });
    await writeFile(join(folder, "kubelogin"), `#!/bin/sh\nexec cat '${credential}'\n`);
    await chmod(join(folder, "kubelogin"), 0o700);
    return folder;
  }

  /**
   * Adds what AKS's add-ons and the controllers of others would have brought: their definitions, their namespaces.
   * @returns whose definitions could not be had, so that they take anything here
   */
  async prepare(): Promise<readonly string[]> {
    // Not before: a cluster that was refused is somebody's, with a namespace mmrv that must stay.
    process.once("exit", this.clearNow);
    const definitions = await this.names("customresourcedefinitions");
    const namespaces = await this.names("namespaces");
    const others = await definitionsOfOthers();
    const missing = [
      ...others.definitions.filter(({ metadata: { name } }) => !definitions.includes(name)),
      ...NAMESPACES.filter((name) => !namespaces.includes(name)).map((name) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name },
      })),
    ];
    if (missing.length === 0) return [];
    const list = { apiVersion: "v1", kind: "List", items: missing };
    const made = await this.kubectl.run(["create", "--filename", "-", "--output", "name"], JSON.stringify(list));
    this.added.push(...made.trim().split("\n"));
    const definitionsAdded = this.added.filter((name) => name.startsWith("customresourcedefinition"));
    // Without their kind, which the command says.
    const names = definitionsAdded.map((name) => name.replace(/^[^/]*\//, ""));
    if (names.length > 0) await established(this.kubectl, names);
    return others.missing;
  }

  /** Takes away what `prepare` added. */
  async clear(): Promise<void> {
    process.off("exit", this.clearNow);
    if (this.added.length > 0) await this.kubectl.run(["delete", "--ignore-not-found", ...this.added]);
  }

  /** The same when the process is told to stop in the middle, with MMRV still there; waits for nothing. */
  private readonly clearNow = () => {
    const things = [`namespace/${APPLICATION_NAMESPACE}`, ...this.added];
    const args = ["--kubeconfig", this.file, "delete", "--ignore-not-found", "--wait=false", ...things];
    runNow("kubectl", args, 20);
  };

  /** What is left of MMRV. */
  async leftovers(): Promise<string[]> {
    const namespaces = await this.names("namespaces");
    return namespaces.filter((name) => name === APPLICATION_NAMESPACE).map((name) => `namespace ${name}`);
  }

  /**
   * Proves that an application runs, and nothing but one image.
   * @returns how many pods are Ready
   * @throws UserError otherwise
   */
  async expectPods(application: string, digest: string): Promise<number> {
    const { items } = await this.kubectl.json<{ items: Pod[] }>([
      "get",
      "pods",
      "--namespace",
      APPLICATION_NAMESPACE,
      "--selector",
      `app.kubernetes.io/name=${application},app.kubernetes.io/component=server`,
    ]);
    const isReady = ({ status }: Pod) =>
      status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
    const ready = items.filter((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod));
    const images = [...new Set(ready.flatMap(({ spec }) => spec.containers.map(({ image }) => image)))];
    if (ready.length === 0 || images.length !== 1 || !images[0]?.endsWith(`@${digest}`))
      throw new UserError(
        `${ready.length} pods of ${application} are Ready with ${images.join(", ") || "no image"}, expected ${digest}`,
      );
    return ready.length;
  }

  /** What went wrong in MMRV's namespace. */
  warnings(): Promise<string[]> {
    return warningsIn(this.kubectl, APPLICATION_NAMESPACE);
  }

  private async names(kind: string): Promise<string[]> {
    const { items } = await this.kubectl.json<{ items: { metadata: { name: string } }[] }>(["get", kind]);
    return items.map(({ metadata }) => metadata.name);
  }
}

interface Pod {
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isLoopback(server: string): boolean {
  const hostname = URL.canParse(server) ? new URL(server).hostname.replace(/^\[|\]$/g, "") : "";
  return hostname === "localhost" || hostname === "::1" || (isIP(hostname) === 4 && hostname.startsWith("127."));
}

const decode = (base64: string) => Buffer.from(base64, "base64").toString();

function credentialOf(user: NonNullable<Kubeconfig["users"]>[number]["user"]): Record<string, string> | undefined {
  const { token, "client-certificate-data": certificate, "client-key-data": key } = user;
  if (token) return { token };
  return certificate && key ? { clientCertificateData: decode(certificate), clientKeyData: decode(key) } : undefined;
}
