import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { CUTOVER, thirdParty } from "../../environments/all";
import { Cutovers } from "../../model/cutover/files";
import { deployedBranch } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { chartFolder, HelmValues } from "../../model/helm-values";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import { OWN_CHARTS } from "../../model/releases";
import { ThirdParty } from "../../model/third-party";
import { deployedRevision } from "../deploy/kubernetes/releases";
import { type FluxConfiguration, kustomizationOf, objectsOf, WITHIN_SECONDS } from "../local-flux/configuration";
import { type FluxVersion, missingControllers } from "../local-flux/controllers";
import { Flux } from "../local-flux/flux";
import { GitServer } from "../local-flux/git-server";
import { LiveFlux } from "../local-flux/live-flux";
import { FLUX_KINDS, type FluxKind } from "../local-flux/objects";
import { Repository } from "../local-flux/repository";
import { gitOpsFiles } from "../render/gitops";
import type { DrillAzure } from "./local-azure";
import type { LocalServer } from "./local-server";

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;

/** That of the extension that is deployed. */
const VERSION: FluxVersion = "2.7";

/** Flux's real controllers on the server of a drill, and the repository that they read: this program's, as it would be deployed. */
export class FluxOfDrill {
  private live: LiveFlux | undefined;
  private count = 0;

  private constructor(
    private readonly folder: string,
    private readonly stage: DrillAzure,
    private readonly git: GitServer,
    private readonly repository: Repository,
    private readonly commit: string,
  ) {}

  /** What of the controllers is not on this machine, and where they are looked for; undefined when they are. */
  static missing(): string | undefined {
    const [first] = missingControllers(VERSION);
    return first === undefined ? undefined : `${first}; MMRV_FLUX is the folder that has them`;
  }

  /** Commits what Flux reads of an environment, and serves it on loopback. */
  static async create(environment: Environment, stage: DrillAzure): Promise<FluxOfDrill> {
    const folder = join(stage.sandbox.folder, "flux");
    await mkdir(folder);
    const repository = new Repository(folder, deployedBranch(environment));
    await repository.create();
    for (const chart of OWN_CHARTS) repository.copy(chartFolder(chart), `charts/${chart}`);
    repository.copy(stage.helmValues, "helm-values");
    const sources = {
      cutovers: new Cutovers(CUTOVER),
      helmValues: new HelmValues(repository.path("helm-values")),
      thirdParty: new ThirdParty(thirdParty),
    };
    for (const { file, text } of gitOpsFiles(repository.path("."), [environment], sources))
      if (text !== undefined) repository.write(file, text);
    const commit = await repository.push("What is deployed");
    const git = new GitServer(folder);
    await git.start();
    return new FluxOfDrill(folder, stage, git, repository, commit);
  }

  /** Starts the controllers on a server that has none. */
  async attach({ cluster: { kubectl }, kubeconfig }: LocalServer): Promise<void> {
    this.count += 1;
    const folder = join(this.folder, `controllers-${this.count}`);
    await mkdir(folder);
    this.live = new LiveFlux(kubectl, await Flux.start({ folder, kubeconfig, kubectl, version: VERSION }));
  }

  /** Ends the controllers. */
  async detach(): Promise<void> {
    await this.live?.flux.stop();
    this.live = undefined;
  }

  async stop(): Promise<void> {
    await this.detach();
    await this.git.away();
  }

  /** Makes of what Azure was told what Azure's agent makes of it in the cluster; but Git is here, and answers within seconds. */
  async configure(): Promise<void> {
    const [found] = this.stage.azure.arm.store.ofType("microsoft.kubernetesconfiguration/fluxconfigurations");
    if (!found) throw new Error("Azure was told of no configuration");
    const { gitRepository, kustomizations, namespace } = found.body["properties"] as unknown as FluxConfiguration;
    const url = this.git.url(this.repository.name);
    const quick = Object.entries(kustomizations).map(([name, one]) => [
      name,
      { ...one, ...WITHIN_SECONDS.kustomization },
    ]);
    const configuration: FluxConfiguration = {
      namespace,
      gitRepository: { ...gitRepository, ...WITHIN_SECONDS.source, url, localAuthRef: null },
      kustomizations: Object.fromEntries(quick),
    };
    await this.at.apply(objectsOf(CONFIGURATION, configuration));
  }

  /**
   * Has Flux look at a release now, and waits until it is deployed.
   * @throws UserError with everything that Flux says, when it is not within five minutes
   */
  async deliver(release: string): Promise<void> {
    await this.at.untilApplied(release, this.commit);
    await this.ask("Kustomization", kustomizationOf(CONFIGURATION, release));
    await this.at.until("HelmRelease", release, () => true);
    await this.ask("HelmRelease", release);
    const { kubectl } = this.at;
    await this.at.untilReady("HelmRelease", release, "True", /Succeeded$/);
    await this.at.untilSo(`${release} is deployed`, async () => {
      const revision = await deployedRevision(kubectl, { name: release, namespace: APPLICATION_NAMESPACE });
      return revision !== undefined;
    });
  }

  /** As `flux reconcile` does; waits until it was tried. */
  private async ask(kind: FluxKind, name: string): Promise<void> {
    const token = `${Date.now()}`;
    const object = [FLUX_KINDS[kind], name, "--namespace", NAMESPACE];
    // Under kubectl's own name it may be gone before it was read: kustomize-controller takes back what kubectl adds.
    const annotation = `reconcile.fluxcd.io/requestedAt=${token}`;
    await this.at.kubectl.run(["annotate", "--overwrite", "--field-manager", "flux", ...object, annotation]);
    await this.at.until(kind, name, ({ status }) => status?.lastHandledReconcileAt === token);
  }

  private get at(): LiveFlux {
    if (!this.live) throw new Error("no controllers run");
    return this.live;
  }
}
