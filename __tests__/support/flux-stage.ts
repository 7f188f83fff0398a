import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { podSecurityLabels } from "../../constructs/support/pod-security-labels";
import { gitOpsFolder } from "../../model/delivery";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { NAMESPACES } from "../../tools/rehearsal/definitions";
import { definitionsOfOthers } from "../../tools/rehearsal/published-definitions";
import { staging } from "./fixtures/environments/staging";
import {
  type FluxConfiguration,
  type KustomizationOfAzure,
  kustomizationOf,
  objectsOf,
  WITHIN_SECONDS,
} from "./flux/configuration";
import type { FluxVersion } from "./flux/controllers";
import { Flux } from "./flux/flux";
import { GitServer } from "./flux/git-server";
import { LiveFlux } from "./flux/live-flux";
import { FLUX_KINDS, type FluxKind, type FluxObject } from "./flux/objects";
import { BRANCH, Releases, told } from "./flux/releases";
import { Repository } from "./flux/repository";
import { Helm } from "./helm";

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;

interface StageOptions {
  readonly version?: FluxVersion;
  readonly workers?: readonly string[];
}

/** A real API server, a Git server and the real controllers of Flux, which read `deployed/staging` of it. */
export class FluxStage extends LiveFlux {
  readonly #kustomizations: Record<string, KustomizationOfAzure> = {};
  #localAuthRef: string | undefined;
  readonly #timeouts: Record<string, string> = {};
  /** What is delivered. */
  readonly releases: Releases;

  private constructor(
    readonly folder: string,
    private readonly plane: ControlPlane,
    kubectl: Kubectl,
    readonly helm: Helm,
    readonly git: GitServer,
    readonly repository: Repository,
    flux: Flux,
    workers: readonly string[],
  ) {
    super(kubectl, flux);
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
        ...WITHIN_SECONDS.kustomization,
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
    await this.delete("Kustomization", kustomizationOf(CONFIGURATION, release));
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
        ...WITHIN_SECONDS.source,
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

  /** Commits and waits until the release's Kustomization has applied it. */
  async deploy(release: string, message: string): Promise<string> {
    const commit = await this.repository.push(message);
    await this.untilApplied(release, commit);
    return commit;
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
