import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CLUSTER_NAMES } from "../../../model/naming";
import type { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { canTieToParent } from "../../../tools/local-cluster/host";
import { type Started, start } from "../../../tools/processes";
import { established } from "../../../tools/rehearsal/established";
import { freePort } from "../pod-process";
import { type Controller, controllersOf, type FluxVersion } from "./controllers";

/** What the extension's controllers act as in the configuration's namespace, under multi-tenancy. */
const APPLIER = "flux-applier";

/** Where the extension's own pods are. */
const SYSTEM = "flux-system";

/** As much of a log as a failure's message can hold. */
const LOG_LINES = 40;

interface FluxOptions {
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
  /** Empty; for what they keep and log. */
  readonly folder: string;
  readonly version: FluxVersion;
}

/**
 * The real controllers as processes, with the arguments that Azure's extension gives them: multi-tenancy is enforced.
 * They listen on loopback alone and end with this process.
 */
export class Flux {
  readonly #children: { readonly process: Started; readonly ended: Promise<unknown> }[] = [];
  #failure: string | undefined;
  #isStopping = false;

  private constructor(
    private readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Brings definitions, namespaces and the account, and starts the controllers. */
  static async start({ folder, kubeconfig, kubectl, version }: FluxOptions): Promise<Flux> {
    for (const name of ["home", "storage", "tmp"]) mkdirSync(join(folder, name), { recursive: true });
    const controllers = controllersOf(version);
    const files = controllers.flatMap(({ definitions }) => ["--filename", definitions]);
    await kubectl.run(["apply", "--server-side", "--force-conflicts", ...files]);
    await kubectl.run(["apply", "--server-side", "--filename", "-"], JSON.stringify(accounts()));
    await established(kubectl, ["--all"]);
    const flux = new Flux(folder, {
      PATH: process.env["PATH"] ?? "",
      HOME: join(folder, "home"),
      TMPDIR: join(folder, "tmp"),
      KUBECONFIG: kubeconfig,
      RUNTIME_NAMESPACE: SYSTEM,
    });
    const isTied = await canTieToParent();
    for (const { name, program } of controllers)
      flux.#run(name, [program, ...(await argumentsOf(name, folder))], isTied);
    return flux;
  }

  /** Why nothing can be expected any more: a controller has ended by itself. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** The end of what each has logged. */
  get logs(): string {
    const all = controllersOf("2.7").map(({ name }) => `--- ${name}\n${this.logOf(name)}`);
    return all.join("\n");
  }

  logOf(name: Controller, lines = LOG_LINES): string {
    return readFileSync(this.#file(name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const { process } of this.#children) process.kill("SIGKILL");
    await Promise.all(this.#children.map(({ ended }) => ended));
  }

  #run(name: Controller, command: readonly string[], isTied: boolean): void {
    const [program = "", ...rest] = isTied ? ["setpriv", "--pdeathsig", "KILL", ...command] : command;
    const log = openSync(this.#file(name), "a", 0o600);
    const child = start(program, rest, { cwd: this.folder, env: this.env, output: log });
    closeSync(log);
    const ended = new Promise<void>((resolve) => {
      const end = (how: string) => {
        if (!this.#isStopping) this.#failure ??= `${name} ${how}:\n${this.logOf(name)}`;
        resolve();
      };
      child.once("error", ({ message }) => end(`could not be started (${message})`));
      child.once("exit", (code, signal) => end(`ended with ${signal ?? `exit code ${code}`}`));
    });
    this.#children.push({ process: child, ended });
  }

  #file(name: Controller): string {
    return join(this.folder, `${name}.log`);
  }
}

/** Without a word they would listen on every interface; 0 means nowhere. */
async function argumentsOf(name: Controller, folder: string): Promise<string[]> {
  const common = [
    "--watch-all-namespaces=true",
    "--enable-leader-election=false",
    "--log-encoding=json",
    "--metrics-addr=0",
    "--health-addr=0",
  ];
  if (name === "source-controller") {
    const storage = `127.0.0.1:${await freePort()}`;
    const here = [`--storage-path=${join(folder, "storage")}`, `--storage-addr=${storage}`];
    return [...common, ...here, `--storage-adv-addr=${storage}`];
  }
  const tenancy = ["--no-cross-namespace-refs=true", `--default-service-account=${APPLIER}`];
  return [...common, ...tenancy, ...(name === "kustomize-controller" ? ["--no-remote-bases=true"] : [])];
}

/** What the extension and a configuration of cluster scope make besides the objects of Flux. */
function accounts(): object {
  const { gitOpsNamespace: namespace } = CLUSTER_NAMES;
  const rbac = "rbac.authorization.k8s.io";
  return {
    apiVersion: "v1",
    kind: "List",
    items: [
      ...[SYSTEM, namespace].map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: APPLIER, namespace } },
      {
        apiVersion: `${rbac}/v1`,
        kind: "ClusterRoleBinding",
        metadata: { name: APPLIER },
        roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "cluster-admin" },
        subjects: [{ kind: "ServiceAccount", name: APPLIER, namespace }],
      },
    ],
  };
}
