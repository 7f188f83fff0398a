import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { podSecurityLabels } from "../../constructs/support/pod-security-labels";
import { gitOpsFolder } from "../../model/delivery";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { NAMESPACES } from "../../tools/rehearsal/definitions";
import { definitionsOfOthers } from "../../tools/rehearsal/published-definitions";
import { staging } from "./fixtures/environments/staging";
import { type FluxConfiguration, type KustomizationOfAzure, kustomizationOf, objectsOf } from "./flux/configuration";
import type { FluxVersion } from "./flux/controllers";
import { Flux } from "./flux/flux";
import { GitServer } from "./flux/git-server";
import { conditionOf, FLUX_KINDS, type FluxKind, type FluxObject, inWords } from "./flux/objects";
import { BRANCH, Releases, told } from "./flux/releases";
import { Repository } from "./flux/repository";
import { HANGS } from "./hangs.mts";
import { Helm } from "./helm";

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;

/** How long anything may take before the logs are shown: minutes on a busy machine, and seconds on another. */
const PATIENCE_MS = HANGS / 4;
const POLL_MS = 300;

interface StageOptions {
  readonly version?: FluxVersion;
  readonly workers?: readonly string[];
}

/** A real API server, a Git server and the real controllers of Flux, which read `deployed/staging` of it. */
export class FluxStage {
  readonly #kustomizations: Record<string, KustomizationOfAzure> = {};
  #localAuthRef: string | undefined;
  readonly #timeouts: Record<string, string> = {};
  /** What is delivered. */
  readonly releases: Releases;

  private constructor(
    readonly folder: string,
    private readonly plane: ControlPlane,
    readonly kubectl: Kubectl,
    readonly helm: Helm,
    readonly git: GitServer,
    readonly repository: Repository,
    readonly flux: Flux,
    workers: readonly string[],
  ) {
    this.releases = new Releases(repository, helm, workers);
  }

  /** @param options.workers names of applications that there are beside backend and frontend. @default reports */
  static async start({ version = "2.7", workers = ["reports"] }: StageOptions = {}): Promise<FluxStage> {
    const folder = mkdtempSync(join(tmpdir(), "mmrv-flux-"));
    const [plane, repository] = [await ControlPlane.start(), new Repository(folder, BRANCH)];
    const git = new GitServer(folder);
    try {
      const kubectl = new Kubectl(plane.kubeconfig);
      await kubectl.run(["apply", "--server-side", "--filename", "-"], JSON.stringify(await cluster()));
      await repository.create();
      await git.start();
      const flux = await Flux.start({ folder: join(folder, "flux"), kubeconfig: plane.kubeconfig, kubectl, version });
      return new FluxStage(folder, plane, kubectl, new Helm(plane.kubeconfig), git, repository, flux, workers);
    } catch (error) {
      await Promise.all([plane.stop(), git.away()]);
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.flux.stop();
    await Promise.all([this.plane.stop(), this.git.away()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get kubeconfig(): string {
    return this.plane.kubeconfig;
  }

  /**
   * What Azure's controller does when releases are handed over: a Kustomization of each, in the shape of the configuration,
   * but with intervals of seconds.
   */
  async hand(releases: readonly string[], more: Partial<KustomizationOfAzure> = {}): Promise<void> {
    for (const release of releases)
      this.#kustomizations[release] = {
        path: `./${gitOpsFolder(staging, release)}`,
        syncIntervalInSeconds: 5,
        retryIntervalInSeconds: 2,
        timeoutInSeconds: 60,
        wait: false,
        prune: false,
        postBuild: { substitute: told(release) },
        ...more,
      };
    await this.configure();
  }

  /** How long a release's pods may take, in the place of the quarter of an hour that is rendered. */
  async patience(release: string, timeout: string): Promise<void> {
    this.#timeouts[release] = timeout;
    await this.configure();
  }

  /** The same when one is taken out of the configuration. */
  async takeBack(release: string): Promise<void> {
    delete this.#kustomizations[release];
    const name = kustomizationOf(CONFIGURATION, release);
    await this.kubectl.run(["delete", FLUX_KINDS.Kustomization, name, "--namespace", NAMESPACE]);
  }

  /**
   * Suspends a release by hand, or lets it act again.
   * @param manager under which name; those that begin with kubectl are undone by kustomize-controller as soon as it applies Git
   */
  async suspend(release: string, isSuspended: boolean, manager = "flux"): Promise<void> {
    const patch = JSON.stringify({ spec: { suspend: isSuspended ? true : null } });
    const object = [FLUX_KINDS.HelmRelease, release, "--namespace", NAMESPACE];
    await this.kubectl.run(["patch", ...object, "--field-manager", manager, "--type", "merge", "--patch", patch]);
  }

  /** With which Secret it reads Git. */
  async login(localAuthRef: string): Promise<void> {
    this.#localAuthRef = localAuthRef;
    await this.configure();
  }

  private async configure(): Promise<void> {
    const configuration: FluxConfiguration = {
      namespace: NAMESPACE,
      gitRepository: {
        url: this.git.url(this.repository.name),
        repositoryRef: { branch: BRANCH },
        syncIntervalInSeconds: 2,
        timeoutInSeconds: 20,
        localAuthRef: this.#localAuthRef ?? null,
      },
      kustomizations: this.#kustomizations,
    };
    const patches = Object.entries(this.#timeouts).map(([name, timeout]) => ({
      target: { kind: "HelmRelease", name },
      patch: JSON.stringify([{ op: "replace", path: "/spec/timeout", value: timeout }]),
    }));
    const objects = objectsOf(CONFIGURATION, configuration).map((object) =>
      object.kind === "Kustomization" ? { ...object, spec: { ...object.spec, patches } } : object,
    );
    await this.apply(objects);
  }

  async apply(items: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.kubectl.run(["apply", "--server-side", "--field-manager", "fluxconfig", "--filename", "-"], list);
  }

  get(kind: FluxKind, name: string): Promise<FluxObject> {
    return this.kubectl.json<FluxObject>(["get", FLUX_KINDS[kind], name, "--namespace", NAMESPACE]);
  }

  /** All objects of Flux that there are. */
  async all(): Promise<FluxObject[]> {
    const kinds = Object.values(FLUX_KINDS).join(",");
    const { items } = await this.kubectl.json<{ items: FluxObject[] }>(["get", kinds, "--all-namespaces"]);
    return items;
  }

  /** @throws Error with everything that Flux says, when it is not so within minutes or a controller has ended */
  async until(kind: FluxKind, name: string, isSo: (object: FluxObject) => boolean): Promise<FluxObject> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const object = await this.get(kind, name).catch(() => undefined);
      if (object && isSo(object)) return object;
      if (this.flux.failure !== undefined) throw new Error(this.flux.failure);
      if (performance.now() > deadline)
        throw new Error(`${kind} ${name} is not so:\n${(await this.all()).map(inWords).join("\n")}\n${this.flux.logs}`);
      await sleep(POLL_MS);
    }
  }

  /** Until Ready is said for this reason, of what the object is now. */
  untilReady(kind: FluxKind, name: string, status: "True" | "False", reason: RegExp): Promise<FluxObject> {
    return this.until(kind, name, (object) => {
      const ready = conditionOf(object);
      return isOfNow(object) && ready?.status === status && reason.test(ready.reason);
    });
  }

  /** Commits and waits until the release's Kustomization has applied it. */
  async deploy(release: string, message: string): Promise<string> {
    const commit = await this.repository.push(message);
    await this.untilApplied(release, commit);
    return commit;
  }

  /** Until a commit is applied, whether or not what it brought is healthy. */
  async untilApplied(release: string, commit: string): Promise<FluxObject> {
    return this.until("Kustomization", kustomizationOf(CONFIGURATION, release), (object) => {
      const applied = (object.status as { lastAppliedRevision?: string } | undefined)?.lastAppliedRevision;
      return applied?.endsWith(commit) === true && conditionOf(object)?.status === "True";
    });
  }

  /** Asks for a reconciliation, as `flux reconcile` does, and waits until it was tried. */
  async reconcile(kind: FluxKind, name: string, more: readonly string[] = []): Promise<FluxObject> {
    const token = `${Date.now()}`;
    const annotations = ["requestedAt", ...more].map((key) => `reconcile.fluxcd.io/${key}=${token}`);
    const object = [FLUX_KINDS[kind], name, "--namespace", NAMESPACE];
    // Under kubectl's own name it may be gone before it was read: kustomize-controller takes back what kubectl adds.
    await this.kubectl.run(["annotate", "--overwrite", "--field-manager", "flux", ...object, ...annotations]);
    return this.until(kind, name, ({ status }) => status?.lastHandledReconcileAt === token);
  }
}

/** Whether what it says is of its newest generation. */
const isOfNow = ({ metadata, status }: FluxObject): boolean => status?.observedGeneration === metadata.generation;

/** What AKS and Terraform have made before anything is handed over. */
async function cluster(): Promise<object> {
  const namespace = (name: string, labels = {}) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels },
  });
  const { definitions } = await definitionsOfOthers();
  const items = [
    ...definitions,
    ...NAMESPACES.map((name) => namespace(name)),
    namespace(APPLICATION_NAMESPACE, podSecurityLabels(staging.kubernetes.version)),
  ];
  return { apiVersion: "v1", kind: "List", items };
}
