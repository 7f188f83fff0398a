import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../../environments/user-error";

export const KUBERNETES_VERSION = "v1.34.2";
const KWOK_VERSION = "v0.7.0";

/** What a control plane without containers consists of: a path each, or a name on the PATH. */
export interface Binaries {
  readonly etcd: string;
  readonly "kube-apiserver": string;
  readonly "kube-controller-manager": string;
  readonly "kube-scheduler": string;
  /** Plays the kubelets: its nodes are Ready, and so are the pods on them. */
  readonly kwok: string;
}

const BUILT = [
  { name: "kube-apiserver", version: KUBERNETES_VERSION },
  { name: "kube-controller-manager", version: KUBERNETES_VERSION },
  { name: "kube-scheduler", version: KUBERNETES_VERSION },
  { name: "kwok", version: KWOK_VERSION },
] as const;

/** Where binaries are built to and looked for: $MMRV_KUBE_BIN, or a cache of the user that all working copies share. */
export const binariesFolder = (): string =>
  resolve(process.env.MMRV_KUBE_BIN || join(homedir(), ".cache", "mmrv-tools", "bin"));

/** The binaries in the pinned versions, or one sentence with what is missing and how to get it. */
export async function findBinaries(): Promise<Binaries | { readonly reason: string }> {
  const [missing, etcd] = await Promise.all([findMissing(), findEtcd()]);
  const complaints = [
    ...(etcd === undefined ? ["etcd is not on the PATH"] : []),
    ...(missing.length > 0 ? [`${binariesFolder()} lacks ${missing.map(describe).join(", ")}`] : []),
  ];
  if (etcd === undefined || complaints.length > 0)
    return { reason: `${complaints.join(" and ")} (npm run local-cluster -- build)` };
  const path = (name: string) => join(binariesFolder(), name);
  return {
    etcd,
    "kube-apiserver": path("kube-apiserver"),
    "kube-controller-manager": path("kube-controller-manager"),
    "kube-scheduler": path("kube-scheduler"),
    kwok: path("kwok"),
  };
}

/**
 * Builds what is missing from Go modules, and installs etcd where it may.
 * @param progress is told, a line each, what is there and what takes minutes
 * @throws UserError when a tool is missing or a build fails
 */
export async function buildBinaries(progress: (line: string) => void): Promise<void> {
  const folder = binariesFolder();
  if ((await findEtcd()) === undefined) {
    await installEtcd(progress);
    if ((await findEtcd()) === undefined) throw new UserError("apt-get installed etcd-server, but etcd does not run");
  }
  progress("etcd: there");
  const missing = await findMissing();
  for (const built of BUILT) if (!missing.includes(built)) progress(`${describe(built)}: there`);
  if (missing.length === 0) return;
  // Beside what it makes: a rename within one file system is all or nothing, so nobody ever finds half a binary.
  const work = join(folder, ".build");
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, "bin"), { recursive: true });
  try {
    for (const { version, names } of groupByVersion(missing)) {
      progress(`${names.join(", ")} ${version}: building from Go modules, which takes minutes the first time`);
      await (version === KWOK_VERSION ? buildKwok(work) : buildKubernetes(work, names));
      for (const name of names) await rename(join(work, "bin", name), join(folder, name));
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  progress(`built into ${folder}`);
}

type Built = (typeof BUILT)[number];

const describe = ({ name, version }: Built): string => `${name} ${version}`;

/** What is not there, or there in another version: that would behave in another way and nobody would know. */
async function findMissing(): Promise<Built[]> {
  const found = await Promise.all(
    BUILT.map(async (built) => {
      const said = await versionOf(join(binariesFolder(), built.name));
      return said?.split(/\s+/).includes(built.version) ? [] : [built];
    }),
  );
  return found.flat();
}

async function findEtcd(): Promise<string | undefined> {
  for (const path of [join(binariesFolder(), "etcd"), "etcd"]) if ((await versionOf(path)) !== undefined) return path;
  return undefined;
}

async function versionOf(path: string): Promise<string | undefined> {
  const answer = await promisify(execFile)(path, ["--version"], { timeout: 10_000 }).catch(() => undefined);
  return answer?.stdout.trim();
}

function groupByVersion(missing: readonly Built[]): { version: string; names: string[] }[] {
  return [...new Set(missing.map(({ version }) => version))].map((version) => ({
    version,
    names: missing.filter((built) => built.version === version).map(({ name }) => name),
  }));
}

/** Only where it asks nobody for a password and cannot break another package manager's system. */
async function installEtcd(progress: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    throw new UserError(
      `etcd is missing, and only root on Debian can have it installed from here: install it (sudo apt-get install etcd-server, brew install etcd, or etcd.io/docs/latest/install) or put it into ${binariesFolder()}, then try again`,
    );
  }
  progress("etcd: installing etcd-server with apt-get");
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await command("apt-get", ["update", "-qq"], options);
  await command("apt-get", ["install", "-qq", "--yes", "--no-install-recommends", "etcd-server"], options);
}

/**
 * Kubernetes is no module that `go install` takes: its go.mod replaces its own libraries by folders of its repository,
 * which the module lacks. Here a module around it replaces them by what was published of the same release.
 */
async function buildKubernetes(work: string, names: readonly string[]): Promise<void> {
  const downloaded = await go(["mod", "download", "-json", `k8s.io/kubernetes@${KUBERNETES_VERSION}`], work);
  const { Dir } = JSON.parse(downloaded) as { Dir: string };
  const upstream = await readFile(join(Dir, "go.mod"), "utf8");
  const libraries = [...upstream.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging\//gm)].map(([, module]) => module);
  // Published as v0 with the same minor and patch.
  const published = KUBERNETES_VERSION.replace(/^v1/, "v0");
  const lines = [
    "module localcluster",
    /^go \S+$/m.exec(upstream)?.[0] ?? "",
    `require k8s.io/kubernetes ${KUBERNETES_VERSION}`,
    ...libraries.map((module) => `replace ${module} => ${module} ${published}`),
  ];
  await writeFile(join(work, "go.mod"), `${lines.join("\n")}\n`);
  const stamp = "k8s.io/component-base/version";
  const [, minor] = KUBERNETES_VERSION.split(".");
  // Without a version stamped in, the API server says v0.0.0, which clients take for one too old to speak to.
  const flags = `-s -w -X ${stamp}.gitVersion=${KUBERNETES_VERSION} -X ${stamp}.gitMajor=1 -X ${stamp}.gitMinor=${minor}`;
  const packages = names.map((name) => `k8s.io/kubernetes/cmd/${name}`);
  await go(["build", "-mod=mod", "-ldflags", flags, "-o", join(work, "bin/"), ...packages], work);
}

async function buildKwok(work: string): Promise<void> {
  // With a version, go install ignores a go.mod in the working folder.
  await go(["install", "-ldflags", "-s -w", `sigs.k8s.io/kwok/cmd/kwok@${KWOK_VERSION}`], work);
}

function go(args: readonly string[], work: string): Promise<string> {
  const env = { ...process.env, GOFLAGS: "-buildvcs=false -trimpath", GOBIN: join(work, "bin") };
  return command("go", args, { cwd: work, env });
}

/** @throws UserError when the program is missing, or with the end of what it said */
async function command(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { ...options, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { code, message, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT")
      throw new UserError(
        `${program} is not on the PATH; Kubernetes and kwok are built with Go 1.24 or newer: go.dev/doc/install`,
      );
    throw new UserError(
      `${program} ${args.slice(0, 2).join(" ")} failed:\n${(stderr || message).trim().split("\n").slice(-10).join("\n")}`,
    );
  }
}
