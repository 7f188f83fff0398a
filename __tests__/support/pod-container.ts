import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, containerOf, type Deployment } from "./pod-deployment";
import type { PodImage } from "./pod-image";
import { commandLine, type Sandbox } from "./pod-sandbox";

export interface ContainerOptions {
  readonly deployment: Deployment;
  readonly image: PodImage;
  /** Files of /mnt/secrets by name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const SECRETS = "/mnt/secrets";

/**
 * The container runtime's part: a process with the uid, mounts and environment that its Deployment says. Pods have an
 * address each and processes of one machine do not, so PORT is a free one: the one value that differs.
 */
export class ContainerProcess {
  /** What it has written to stdout and stderr. */
  output = "";
  /** The exit code, 137 when it was killed. */
  readonly exited: Promise<number>;
  readonly #child: ChildProcess;
  #pid: number | undefined;
  #isKilled = false;

  constructor(options: ContainerOptions, port: number) {
    const folder = mkdtempSync(join(tmpdir(), "mmrv-pod-"));
    const [program, words] = commandLine(sandboxOf(options, port, folder));
    const env = { PATH: process.env["PATH"] };
    this.#child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe", "pipe"] });
    const [, stdout, stderr, pid] = this.#child.stdio;
    for (const stream of [stdout, stderr]) stream?.on("data", (data) => (this.output += data));
    pid?.on("data", (data) => (this.#pid = Number(data)));
    this.exited = once(this.#child, "close").then(([code]) => {
      rmSync(folder, { recursive: true });
      // unshare has no signal to tell of its child.
      return this.#isKilled ? 137 : (code ?? 1);
    });
  }

  signal(signal: "SIGTERM" | "SIGKILL"): void {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#isKilled ||= signal === "SIGKILL";
    // Before it has said its id there is unshare only, and what that has begun ends with it.
    if (this.#pid === undefined) this.#child.kill(signal);
    else process.kill(this.#pid, signal);
  }
}

function sandboxOf({ deployment, image, secrets = {} }: ContainerOptions, port: number, folder: string): Sandbox {
  const { securityContext, volumes } = deployment.spec.template.spec;
  const container = containerOf(deployment);
  const { env = [], volumeMounts, command = image.command, args = [] } = container;
  const root = join(folder, "root");
  const files = join(folder, "secrets");
  for (const path of [root, files]) mkdirSync(path);
  for (const [name, value] of Object.entries(secrets)) {
    writeFileSync(join(files, name), value, { mode: 0o440 });
    chownSync(join(files, name), 0, securityContext.fsGroup);
  }
  const paths = volumeMounts.map(({ name, mountPath }) => ({
    path: mountPath,
    emptyDir: volumes.find((volume) => volume.name === name)?.emptyDir,
  }));
  return {
    root,
    image: { folder: image.folder, path: image.workdir },
    isRootReadOnly: container.securityContext.readOnlyRootFilesystem,
    user: securityContext.runAsUser,
    group: securityContext.runAsGroup,
    fsGroup: securityContext.fsGroup,
    emptyDirs: paths
      .filter(({ path }) => path !== SECRETS)
      .map(({ path, emptyDir }) => {
        if (!emptyDir?.sizeLimit) throw new Error(`${path}: expected an emptyDir with a sizeLimit, or ${SECRETS}`);
        return { path, bytes: bytesOf(emptyDir.sizeLimit) };
      }),
    secrets: paths.some(({ path }) => path === SECRETS) ? { folder: files, path: SECRETS } : undefined,
    environment: {
      // The runtime's; the image's comes next, the pod's last.
      HOSTNAME: `${deployment.metadata.name}-${port}`,
      ...image.environment,
      ...Object.fromEntries(env.map(({ name, value }) => [name, literal(name, value)])),
      PATH: "/node:/usr/bin:/bin",
      PORT: String(port),
    },
    command: [...command, ...args],
  };
}

function literal(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new Error(`${name} comes from the cluster: give it a literal value to run it as a process`);
}
