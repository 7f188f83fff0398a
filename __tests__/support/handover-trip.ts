import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { deployedBranch, gitOpsFolder } from "../../model/delivery";
import { CLUSTER_NAMES, namesOf, stackName } from "../../model/naming";
import { ClusterView } from "../../tools/handover/cluster-view";
import { isReady } from "../../tools/handover/flux-objects";
import { type ClusterStage, clusterStage } from "./cluster-stage";
import { staging } from "./fixtures/environments/staging";
import { type KustomizationOfAzure, kustomizationOf, objectsOf } from "./flux/configuration";
import { Flux } from "./flux/flux";
import { GitServer } from "./flux/git-server";
import { HandoverStage } from "./handover-stage";

const { gitOpsConfiguration: CONFIGURATION, gitOpsNamespace: NAMESPACE } = CLUSTER_NAMES;
const REPOSITORY = "mmrv.git";
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
  readonly view: ClusterView;
  readonly #told: Record<string, KustomizationOfAzure> = {};

  private constructor(
    readonly cluster: ClusterStage,
    readonly program: HandoverStage,
    private readonly git: GitServer,
    private readonly flux: Flux,
  ) {
    this.view = new ClusterView(cluster.cluster.kubectl);
  }

  static async start(mirrors: readonly string[]): Promise<HandoverTrip> {
    const cluster = await clusterStage(mirrors, [staging]);
    const { environment, folder } = cluster.sandbox;
    const kubeconfig = join(folder, "own-kubeconfig");
    writeFileSync(kubeconfig, renamed(readFileSync(cluster.kubeconfig, "utf8")), { mode: 0o600 });
    const program = await HandoverStage.start(
      { ...environment, KUBECONFIG: kubeconfig },
      '{ via: "deployKey", delivery: {} }',
    );
    const git = new GitServer(folder);
    await git.start();
    const { kubectl } = cluster.cluster;
    const flux = await Flux.start({
      folder: join(folder, "flux"),
      kubeconfig: cluster.kubeconfig,
      kubectl,
      version: "2.7",
    });
    const trip = new HandoverTrip(cluster, program, git, flux);
    writeFileSync(join(program.folder, ".gitignore"), `${IGNORED.join("\n")}\n`);
    await trip.#git("init", "--quiet", "--bare", join(folder, REPOSITORY));
    await trip.#git("init", "--quiet", "--initial-branch", "main");
    await trip.#git("remote", "add", "origin", join(folder, REPOSITORY));
    await trip.merge("The program");
    await trip.#configure();
    return trip;
  }

  /** Commits what a command wrote, merges it and moves the branch that Flux reads; returns the commit. */
  async merge(message: string): Promise<string> {
    await this.#git("add", "--all");
    await this.#git("commit", "--quiet", "--allow-empty", "--message", message);
    await this.#git("push", "--quiet", "--force", "origin", `HEAD:refs/heads/${deployedBranch(staging)}`);
    return this.#git("rev-parse", "HEAD");
  }

  /** Plans a stack of staging as a pipeline does, and applies that plan; returns what was said of it. */
  async deploy(kind: string): Promise<string> {
    const stack = stackName(staging.name, kind);
    const file = join(this.cluster.sandbox.folder, `${stack}.plan`);
    const planned = await this.program.mmrv("plan", stack, "--out", file);
    if (planned.code === 1) throw new Error(`${planned.stdout}\n${planned.stderr}`);
    const applied = await this.program.mmrv("apply", stack, file);
    if (applied.code !== 0) throw new Error(`${applied.stdout}\n${applied.stderr}`);
    return planned.stdout;
  }

  /** What the gitops stack tells Azure, and its controller the cluster: of a release, or of it no longer. */
  async tell(release: string, substitute?: Readonly<Record<string, string>>): Promise<void> {
    if (substitute)
      this.#told[release] = {
        path: `./${gitOpsFolder(staging, release)}`,
        syncIntervalInSeconds: 5,
        retryIntervalInSeconds: 2,
        timeoutInSeconds: 60,
        wait: false,
        prune: false,
        postBuild: { substitute },
      };
    else {
      delete this.#told[release];
      const name = `kustomizations.kustomize.toolkit.fluxcd.io/${kustomizationOf(CONFIGURATION, release)}`;
      await this.cluster.cluster.kubectl.run(["delete", name, "--namespace", NAMESPACE]);
    }
    await this.#configure();
  }

  /** Whether Flux has applied a commit of a release, and is done with it. */
  async hasApplied(release: string, commit: string): Promise<boolean> {
    if (this.flux.failure !== undefined) throw new Error(this.flux.failure);
    const [kustomization, object] = [await this.view.kustomization(release), await this.view.helmRelease(release)];
    if (!kustomization?.status.lastAppliedRevision?.endsWith(commit) || !isReady(kustomization)) return false;
    if (object === undefined) return false;
    const isSeen = object.status.observedGeneration === object.metadata.generation;
    return object.spec.suspend || (isSeen && isReady(object));
  }

  get logs(): string {
    return this.flux.logs;
  }

  async stop(): Promise<void> {
    await this.flux.stop();
    await this.git.away();
    this.program.stop();
    await this.cluster.stop();
  }

  async #configure(): Promise<void> {
    const items = objectsOf(CONFIGURATION, {
      namespace: NAMESPACE,
      gitRepository: {
        url: this.git.url(REPOSITORY),
        repositoryRef: { branch: deployedBranch(staging) },
        syncIntervalInSeconds: 2,
        timeoutInSeconds: 20,
      },
      kustomizations: this.#told,
    });
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.cluster.cluster.kubectl.run(
      ["apply", "--server-side", "--field-manager", "fluxconfig", "--filename", "-"],
      list,
    );
  }

  async #git(...args: string[]): Promise<string> {
    const [name, email] = ["A developer", "developer@mmrv.invalid"];
    const { stdout } = await promisify(execFile)("git", args, {
      cwd: this.program.folder,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: this.cluster.sandbox.folder,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: email,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: email,
      },
    });
    return stdout.trim();
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
