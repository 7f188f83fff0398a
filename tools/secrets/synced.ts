import { APPLICATION_NAMESPACE } from "../../model/naming";
import type { Kubectl } from "../deploy/kubernetes/kubectl";
import { SecretValue } from "./secret-value";
import type { VaultSecret } from "./vault";

/** A secret of the vault that is a variable of an application's pods. */
export interface Variable {
  /** Its name in the vault, and of its file in each pod. */
  readonly name: string;
  /** The Secret that the driver makes of the file, and its key, which the variable is called after. */
  readonly secret: string;
  readonly key: string;
}

/** How the cluster stands to the vault. */
export interface Lag {
  /** Pods whose files are of another version. One of them is enough to write its old value into the Secret again. */
  readonly pods: readonly string[];
  /** How many pods have fetched anything. */
  readonly of: number;
  /** Variables whose Secret has another value. */
  readonly variables: readonly string[];
}

interface Named {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
}
interface ProviderClass extends Named {
  readonly spec: {
    readonly secretObjects?: readonly {
      readonly secretName: string;
      readonly data?: readonly { readonly objectName: string; readonly key: string }[];
    }[];
  };
}
/** What the driver says of one pod: kubernetes-sigs/secrets-store-csi-driver, apis/v1/secretproviderclasspodstatus_types.go. */
interface PodStatus extends Named {
  readonly status: {
    readonly podName: string;
    readonly secretProviderClassName: string;
    readonly objects?: readonly { readonly id: string; readonly version: string }[];
  };
}
interface Pod extends Named {
  readonly status: { readonly phase?: string };
}
interface Secret {
  readonly data?: Readonly<Record<string, string>>;
}

/** What the driver has made for one application, as its kubectl sees it. No value leaves this class. */
export class SyncedSecrets {
  constructor(
    private readonly kubectl: Pick<Kubectl, "json">,
    private readonly application: string,
  ) {}

  /** The application's deployments: its server, its consumers. */
  async deployments(): Promise<string[]> {
    const items = await this.list<Named>("deployments", ["--selector", this.selector]);
    return items.map(({ metadata }) => metadata.name).sort();
  }

  async variables(): Promise<Variable[]> {
    // One by one, get fails where there is none.
    const named = ["--field-selector", `metadata.name=${this.application}`];
    const classes = await this.list<ProviderClass>("secretproviderclasses", named);
    return classes
      .flatMap(({ spec }) => spec.secretObjects ?? [])
      .flatMap(({ data = [], secretName }) =>
        data.map(({ key, objectName }) => ({ name: objectName, secret: secretName, key })),
      );
  }

  /**
   * Compares what the cluster has with what the vault has.
   *
   * The driver fetches pod by pod: first the file, then the version in the pod's status, then the Secret that all pods
   * share. A pod that has not fetched yet may still write what it has (its node looks at the Secret every five minutes),
   * so every pod must have the newest version, and the Secret the newest value.
   */
  async lag(variables: readonly Variable[], newest: ReadonlyMap<string, VaultSecret>): Promise<Lag> {
    const [pods, statuses] = await Promise.all([
      this.list<Pod>("pods", ["--selector", this.selector]),
      this.list<PodStatus>("secretproviderclasspodstatuses"),
    ]);
    // For those that end, and jobs that are done, the driver fetches nothing more.
    const living = new Set(pods.filter(isLiving).map(({ metadata }) => metadata.name));
    const fetched = statuses.filter(
      ({ status }) => status.secretProviderClassName === this.application && living.has(status.podName),
    );
    const isOld = ({ status: { objects = [] } }: PodStatus) =>
      variables.some(({ name }) => {
        const found = objects.find(({ id }) => id === `secret/${name}`);
        return found?.version !== newest.get(name)?.version;
      });
    return {
      pods: fetched.filter(isOld).map(({ status }) => status.podName),
      of: fetched.length,
      variables: await this.oldVariables(variables, newest),
    };
  }

  private async oldVariables(
    variables: readonly Variable[],
    newest: ReadonlyMap<string, VaultSecret>,
  ): Promise<string[]> {
    const names = [...new Set(variables.map(({ secret }) => secret))];
    const lists = names.map(async (name) => {
      const [found] = await this.list<Secret>("secrets", ["--field-selector", `metadata.name=${name}`]);
      return [name, found?.data ?? {}] as const;
    });
    const data = new Map(await Promise.all(lists));
    const isOld = ({ key, name, secret }: Variable) => {
      const text = data.get(secret)?.[key];
      const value = text === undefined ? undefined : new SecretValue(Buffer.from(text, "base64").toString());
      return value === undefined || newest.get(name)?.value.equals(value) !== true;
    };
    return variables.filter(isOld).map(({ key }) => key);
  }

  private get selector(): string {
    return `app.kubernetes.io/name=${this.application},app.kubernetes.io/part-of=mmrv`;
  }

  private async list<T>(kind: string, more: readonly string[] = []): Promise<readonly T[]> {
    const args = ["get", kind, "--namespace", APPLICATION_NAMESPACE, ...more];
    return (await this.kubectl.json<{ readonly items: readonly T[] }>(args)).items;
  }
}

const isLiving = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && status.phase !== "Succeeded" && status.phase !== "Failed";
