import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../model/user-error";
import { END_SIGNALS, type Started, start } from "../processes";
import { type Binaries, findBinaries } from "./binaries";
import { callApi } from "./call-api";
import { apiServerArgs, CONTROLLER_ARGS, ETCD_ARGS, KWOK_ARGS, node, SCHEDULER_ARGS } from "./components";
import { canTieToParent, freePort } from "./host";
import { createPki, kubeconfig, type Pki } from "./pki";

interface ControlPlaneOptions {
  /** How many nodes there are, each in the next of three zones. Default 3. */
  readonly nodes?: number;
  /** Cores that a node offers, as a Kubernetes quantity. Default 8. */
  readonly cpuPerNode?: string | number;
  /** Memory that a node offers, as a Kubernetes quantity. Default 32Gi. */
  readonly memoryPerNode?: string;
}

/** How long the control plane may take to become ready; on an idle machine with two cores it takes three seconds. */
const START_MS = 90_000;
const POLL_MS = 50;
const LOG_LINES = 12;

/**
 * A Kubernetes control plane on this machine without containers: the real etcd, API server, controllers and scheduler,
 * and kwok, which plays the kubelets. No container ever runs: a pod that is scheduled becomes Ready. Listens on one
 * free port of the loopback interface and keeps everything in one temporary folder, so any number may run at once.
 */
export class ControlPlane {
  private static readonly running = new Set<ControlPlane>();

  /** A file that only this user may read, with the certificate of a member of system:masters. */
  readonly kubeconfig: string;
  /** Settles when a component ends by itself, with which one and the end of its log; never after `stop`. */
  readonly failure: Promise<UserError>;
  private failed: UserError | undefined;
  private onFailure: (error: UserError) => void = () => {};
  private stopping: Promise<void> | undefined;
  private readonly children: { readonly process: Started; readonly ended: Promise<void> }[] = [];

  private constructor(
    private readonly folder: string,
    private readonly binaries: Binaries,
    private readonly pki: Pki,
    private readonly port: number,
    private readonly isTied: boolean,
  ) {
    this.kubeconfig = join(folder, "kubeconfig");
    this.failure = new Promise((resolve) => {
      this.onFailure = resolve;
    });
  }

  /**
   * Starts one and waits until pods can be applied: the API is ready, the nodes are, and the default namespace has its
   * service account.
   * @throws UserError when binaries are missing, when a component ends, or when it takes longer than 90 seconds
   */
  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const binaries = await findBinaries();
    const [pki, port, isTied] = await Promise.all([createPki(), freePort(), canTieToParent()]);
    const plane = new ControlPlane(await mkdtemp(join(tmpdir(), "mmrv-cluster-")), binaries, pki, port, isTied);
    if (ControlPlane.running.size === 0) installHandlers();
    ControlPlane.running.add(plane);
    try {
      await plane.bringUp(options);
      return plane;
    } catch (error) {
      await plane.stop();
      throw error;
    }
  }

  /** Kills every component, waits until they are gone and removes the folder. May be called again. */
  stop(): Promise<void> {
    this.stopping ??= (async () => {
      this.kill();
      await Promise.all(this.children.map(({ ended }) => ended));
      await rm(this.folder, { recursive: true, force: true });
      ControlPlane.running.delete(this);
      if (ControlPlane.running.size === 0) removeHandlers();
    })();
    return this.stopping;
  }

  /** Kills the components of every control plane of this process and removes their folders, at once. */
  static killAll(): void {
    for (const plane of ControlPlane.running) {
      plane.kill();
      // A process that is being killed may still make a file while its folder is emptied.
      rmSync(plane.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    }
  }

  /** There is nothing to end in order: the data goes too. */
  private kill(): void {
    for (const { process } of this.children) process.kill("SIGKILL");
  }

  private async bringUp({ nodes = 3, cpuPerNode = 8, memoryPerNode = "32Gi" }: ControlPlaneOptions): Promise<void> {
    const deadline = performance.now() + START_MS;
    const write = (name: string, content: string) => writeFile(join(this.folder, name), content, { mode: 0o600 });
    await Promise.all([
      ...Object.entries(this.pki).map(([name, content]) => write(name, content)),
      write("kubeconfig", kubeconfig(this.pki, this.port)),
    ]);
    const server = { pki: this.pki, port: this.port };
    this.run("etcd", ETCD_ARGS);
    this.run("kube-apiserver", apiServerArgs(this.port));
    await this.until(deadline, "the API server is ready", async () => {
      const answer = await callApi(server, "GET", "/readyz?verbose");
      return answer.status === 200 || answer.text;
    });
    // Not before: the controllers give up on an API server that keeps them waiting for ten seconds.
    this.run("kube-controller-manager", CONTROLLER_ARGS);
    this.run("kube-scheduler", SCHEDULER_ARGS);
    this.run("kwok", KWOK_ARGS);
    for (let number = 1; number <= nodes; number += 1) {
      const body = node(number, String(cpuPerNode), memoryPerNode);
      await this.until(deadline, `node ${number} is registered`, async () => {
        const answer = await callApi(server, "POST", "/api/v1/nodes", body);
        // 409 when an earlier answer came too late.
        return [201, 409].includes(answer.status) || answer.text;
      });
    }
    await this.until(deadline, `${nodes} nodes are ready`, async () => {
      const { items = [] } = JSON.parse((await callApi(server, "GET", "/api/v1/nodes")).text) as NodeList;
      const ready = items.filter(({ status }) =>
        status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"),
      );
      return ready.length === nodes || `${ready.length} are`;
    });
    await this.until(deadline, "the default namespace has a service account", async () => {
      const answer = await callApi(server, "GET", "/api/v1/namespaces/default/serviceaccounts/default");
      return answer.status === 200 || answer.text;
    });
  }

  private run(name: keyof Binaries, args: readonly string[]): void {
    const command = [this.binaries[name], ...args];
    // Linux then kills it when this process ends in a way that runs no code of ours, as by kill -9.
    const [program = "", ...rest] = this.isTied ? ["setpriv", "--pdeathsig", "KILL", ...command] : command;
    const log = openSync(this.logOf(name), "a", 0o600);
    // From nothing: a proxy, a kwok configuration or a feature gate of the caller's would get in.
    const env = { PATH: process.env["PATH"], HOME: this.folder, TMPDIR: this.folder };
    const child = start(program, rest, { cwd: this.folder, env, output: log });
    closeSync(log);
    const ended = new Promise<void>((resolve) => {
      const end = (how: string) => {
        resolve();
        if (!this.stopping) this.fail(name, how);
      };
      child.once("error", ({ message }) => end(`could not be started (${message})`));
      child.once("exit", (code, signal) => end(`ended with ${signal ?? `exit code ${code}`}`));
    });
    this.children.push({ process: child, ended });
  }

  private fail(name: keyof Binaries, how: string): void {
    this.failed ??= new UserError(`${name} of the local cluster ${how}; the end of its log:\n${this.endOfLog(name)}`);
    this.onFailure(this.failed);
  }

  private logOf(name: keyof Binaries): string {
    return join(this.folder, `${name}.log`);
  }

  private endOfLog(name: keyof Binaries): string {
    return readFileSync(this.logOf(name), "utf8").trimEnd().split("\n").slice(-LOG_LINES).join("\n");
  }

  /** @param isSo true, or why not yet; an exception means not yet */
  private async until(deadline: number, what: string, isSo: () => Promise<true | string>): Promise<void> {
    for (;;) {
      const answer = await isSo().catch((error: Error) => error.message);
      if (answer === true) return;
      if (this.failed) throw this.failed;
      if (performance.now() > deadline) {
        throw new UserError(
          `the local cluster waited ${START_MS / 1000} s until ${what}, in vain: ${answer}\nthe end of the API server's log:\n${this.endOfLog("kube-apiserver")}`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}

interface NodeList {
  readonly items?: readonly {
    readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  }[];
}

function installHandlers(): void {
  process.on("exit", ControlPlane.killAll);
  for (const signal of END_SIGNALS) process.on(signal, end);
}

function removeHandlers(): void {
  process.off("exit", ControlPlane.killAll);
  for (const signal of END_SIGNALS) process.off(signal, end);
}

/** Ends at once when told to: nothing real is at stake. */
function end(signal: NodeJS.Signals): void {
  // Here too: a test runner may refuse to exit, and then there is no exit event.
  ControlPlane.killAll();
  writeSync(2, `\nstopped by ${signal}: local cluster ended, temporary files removed\n`);
  process.exit(130);
}
