import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { deployedBranch } from "../../model/delivery";
import { CLUSTER_NAMES, namesOf, stackName } from "../../model/naming";
import { type ClusterStage, clusterStage } from "./cluster-stage";
import { staging } from "./fixtures/environments/staging";
import { type FluxConfiguration, kustomizationOf, objectsOf, WITHIN_SECONDS } from "./flux/configuration";
import { Flux } from "./flux/flux";
import { GitServer } from "./flux/git-server";
import { LiveFlux } from "./flux/live-flux";
import { Repository } from "./flux/repository";
import { HandoverStage } from "./handover-stage";
import { Helm } from "./helm";

const { gitOpsConfiguration: CONFIGURATION } = CLUSTER_NAMES;
const IGNORED = ["node_modules", "cdktf.out", "terraform.tfstate.d", ".mmrv"];

interface Kubeconfig {
  contexts: { name: string }[];
  "current-context": string;
}

/**
 * A copy of the program, the local Azure with a real API server behind its cluster, Terraform's real providers, a Git server and
 * Flux's real controllers: all that a release meets on its way from Terraform to Flux and back.
 */
export class HandoverTrip {
  readonly live: LiveFlux;
  readonly helm: Helm;
  #told: readonly string[] = [];

  /** What was merged last. */
  commit = "";

  private constructor(
    readonly cluster: ClusterStage,
    readonly program: HandoverStage,
    private readonly git: GitServer,
    private readonly repository: Repository,
    private readonly flux: Flux,
  ) {
    this.live = new LiveFlux(cluster.cluster.kubectl, flux);
    this.helm = new Helm(cluster.kubeconfig);
  }

  /** @param edit what else its user has written in the copy before anything is deployed */
  static async start(mirrors: readonly string[], edit: (program: HandoverStage) => void): Promise<HandoverTrip> {
    const cluster = await clusterStage(mirrors, [staging]);
    const { environment, folder } = cluster.sandbox;
    const kubeconfig = join(folder, "own-kubeconfig");
    writeFileSync(kubeconfig, renamed(readFileSync(cluster.kubeconfig, "utf8")), { mode: 0o600 });
    const program = await HandoverStage.start(
      { ...environment, KUBECONFIG: kubeconfig },
      '{ via: "deployKey", delivery: {} }',
    );
    edit(program);
    const git = new GitServer(folder);
    await git.start();
    const flux = await Flux.start({
      folder: join(folder, "flux"),
      kubeconfig: cluster.kubeconfig,
      kubectl: cluster.cluster.kubectl,
      version: "2.7",
    });
    const repository = new Repository(folder, deployedBranch(staging), program.folder);
    const trip = new HandoverTrip(cluster, program, git, repository, flux);
    program.write(".gitignore", `${IGNORED.join("\n")}\n`);
    await repository.create();
    await trip.merge("The program");
    return trip;
  }

  /** Commits what a command wrote, and moves the branch that Flux reads to it; returns the commit. */
  async merge(message: string): Promise<string> {
    this.commit = await this.repository.push(message);
    return this.commit;
  }

  /** Plans a stack of staging as a pipeline does, and applies that plan; returns what was said of it. */
  async deploy(kind: string): Promise<string> {
    const stack = stackName(staging.name, kind);
    const file = join(this.cluster.sandbox.folder, `${stack}.plan`);
    const planned = await this.mmrv("plan", stack, "--out", file);
    await this.mmrv("apply", stack, file);
    return planned;
  }

  /** Deploys Flux, and does in the cluster what Azure's agent makes of what Azure was told then. */
  async deployFlux(): Promise<void> {
    await this.deploy("gitops");
    const { azure } = this.cluster;
    const [found] = azure.arm.store.ofType("microsoft.kubernetesconfiguration/fluxconfigurations");
    if (!found) throw new Error("Azure was told of no configuration");
    const configuration = this.withinSeconds(found.body["properties"] as unknown as FluxConfiguration);
    const told = Object.keys(configuration.kustomizations);
    for (const release of this.#told.filter((one) => !told.includes(one)))
      await this.live.delete("Kustomization", kustomizationOf(CONFIGURATION, release));
    await this.live.apply(objectsOf(CONFIGURATION, configuration));
    this.#told = told;
  }

  /**
   * Runs one of the program's commands that has to succeed; returns what it says.
   * @throws Error with all that it said, when it did not
   */
  async mmrv(...args: readonly string[]): Promise<string> {
    const { code, stderr, stdout } = await this.program.mmrv(...args);
    // That a plan has changes is its answer.
    const isFine = code === 0 || (code === 2 && args[0] === "plan");
    if (!isFine) throw new Error(`mmrv ${args.join(" ")} ended with ${code}:\n${stdout}\n${stderr}`);
    return stdout;
  }

  async stop(): Promise<void> {
    await this.flux.stop();
    await this.git.away();
    this.program.stop();
    await this.cluster.stop();
  }

  /** The same, read from this machine, and as often as a test can wait. */
  private withinSeconds({ gitRepository, kustomizations, namespace }: FluxConfiguration): FluxConfiguration {
    const url = this.git.url(this.repository.name);
    const quick = Object.entries(kustomizations).map(([name, one]) => [
      name,
      // A commit wakes it; applied again and again, it would be at work whenever a command looks.
      { ...one, ...WITHIN_SECONDS.kustomization, syncIntervalInSeconds: one.syncIntervalInSeconds },
    ]);
    return {
      namespace,
      gitRepository: { ...gitRepository, ...WITHIN_SECONDS.source, url, localAuthRef: null },
      kustomizations: Object.fromEntries(quick),
    };
  }
}

/** As `az aks get-credentials` would write it: the context has the cluster's name. */
function renamed(kubeconfig: string): string {
  const config = parse(kubeconfig) as Kubeconfig;
  const { cluster } = namesOf(staging);
  for (const context of config.contexts) if (context.name === config["current-context"]) context.name = cluster;
  config["current-context"] = cluster;
  return stringify(config);
}
