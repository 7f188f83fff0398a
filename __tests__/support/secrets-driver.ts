import { APPLICATION_NAMESPACE } from "../../model/naming";
import type { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { permissiveDefinition } from "../../tools/rehearsal/definitions";

const GROUP = "secrets-store.csi.x-k8s.io";

/** A secret of a vault: its name, the version and the value that it has now. */
export type InVault = Readonly<Record<string, { readonly version: string; readonly value: string }>>;

interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly status: { readonly phase?: string };
}

/**
 * What the driver of secrets does to a cluster, in its order: for one pod after the other it writes the files, then their
 * versions into the pod's status, then what it has in the files into the Secret of all (kubernetes-sigs/secrets-store-csi-driver
 * 1.6: nodeserver.go, secretproviderclasspodstatus_controller.go). Its node looks at that Secret every five minutes.
 */
export class SecretsDriver {
  /** What each pod has in its files. */
  private readonly files = new Map<string, InVault>();

  constructor(
    private readonly kubectl: Kubectl,
    private readonly application: string,
    /** By the name in the vault. */
    private readonly variables: Readonly<Record<string, string>>,
    /** Where its pods are, and what they mount when that is not called as they are. */
    private readonly place: { readonly namespace: string; readonly providerClass?: string } = {
      namespace: APPLICATION_NAMESPACE,
    },
  ) {}

  static readonly definition = permissiveDefinition({
    group: GROUP,
    version: "v1",
    kind: "SecretProviderClassPodStatus",
    plural: "secretproviderclasspodstatuses",
  });

  async pods(): Promise<string[]> {
    const selector = `app.kubernetes.io/name=${this.application}`;
    const { items } = await this.kubectl.json<{ items: Pod[] }>([...this.get("pods"), "--selector", selector]);
    return items
      .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === "Running")
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  /** A pod's turn. */
  async fetch(pod: string, vault: InVault): Promise<void> {
    this.files.set(pod, vault);
    const { metadata } = await this.kubectl.json<Pod>([...this.get("pod"), pod]);
    await this.apply({
      apiVersion: `${GROUP}/v1`,
      kind: "SecretProviderClassPodStatus",
      metadata: {
        name: `${pod}-${this.place.namespace}-${this.providerClass}`,
        namespace: this.place.namespace,
        ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: pod, uid: metadata.uid }],
      },
      status: {
        podName: pod,
        secretProviderClassName: this.providerClass,
        mounted: true,
        objects: Object.entries(vault).map(([name, { version }]) => ({ id: `secret/${name}`, version })),
      },
    });
    await this.writeSecret(pod);
  }

  /** What a pod's node does at any time: the Secret becomes what that pod has. */
  async writeSecret(pod: string): Promise<void> {
    const files = this.files.get(pod) ?? {};
    const [secretObject] = (
      await this.kubectl.json<{ spec: { secretObjects: { secretName: string }[] } }>([
        ...this.get("secretproviderclass"),
        this.providerClass,
      ])
    ).spec.secretObjects;
    const data = Object.entries(this.variables).map(([name, key]) => [
      key,
      Buffer.from(files[name]?.value ?? "").toString("base64"),
    ]);
    await this.apply({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: secretObject?.secretName, namespace: this.place.namespace },
      type: "Opaque",
      data: Object.fromEntries(data),
    });
  }

  async fetchAll(vault: InVault): Promise<void> {
    for (const pod of await this.pods()) await this.fetch(pod, vault);
  }

  private get(kind: string): string[] {
    return ["get", kind, "--namespace", this.place.namespace];
  }

  private get providerClass(): string {
    return this.place.providerClass ?? this.application;
  }

  private async apply(object: object): Promise<void> {
    await this.kubectl.run(["apply", "--server-side", "--force-conflicts", "--filename", "-"], JSON.stringify(object));
  }
}
