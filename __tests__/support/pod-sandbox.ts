import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** What the container runtime sets up around a process. Folders are on this machine, paths are in the pod. */
export interface Sandbox {
  /** An empty folder to build the root in; on this machine it stays empty. */
  readonly root: string;
  readonly image: { readonly folder: string; readonly path: string };
  readonly isRootReadOnly: boolean;
  readonly user: number;
  readonly group: number;
  readonly fsGroup: number;
  readonly emptyDirs: readonly { readonly path: string; readonly bytes: number }[];
  readonly secrets: { readonly folder: string; readonly path: string } | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

const NAMESPACES = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child"];

/** Why no process can be put into a pod's place on this machine; undefined when it can. */
export function whyNoSandbox(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "pods as processes need Linux and root";
  const { status, error, stderr } = spawnSync("unshare", [...NAMESPACES, "setpriv", "--pdeathsig", "KILL", "true"]);
  return status === 0 ? undefined : `unshare: ${error?.message ?? stderr.toString().trim()}`;
}

/** The system that an image brings along; here it is this machine's. */
const SYSTEM = ["usr", "bin", "sbin", "lib", "lib32", "lib64", "etc"].filter((name) => existsSync(`/${name}`));

/**
 * The command line that runs the command as process 1 of its own namespace, in a root of its own. It writes the process id
 * that this machine knows to file 3. All ends with the process that starts it.
 */
export function commandLine(sandbox: Sandbox): [string, string[]] {
  const { root, image, user, group, fsGroup, secrets } = sandbox;
  // Container runtimes make mount points, too, before the root turns read-only.
  for (const { path } of sandbox.emptyDirs)
    if (path.startsWith(`${image.path}/`))
      mkdirSync(join(image.folder, path.slice(image.path.length)), { recursive: true });

  const bind = (from: string, to: string, ...options: string[]) => [
    ["mount", "--bind", from, `${root}${to}`],
    ["mount", "-o", ["remount", "bind", ...options].join(), `${root}${to}`],
  ];
  const steps = [
    ["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", root],
    ...SYSTEM.flatMap((name) =>
      lstatSync(`/${name}`).isSymbolicLink()
        ? [["cp", "-P", `/${name}`, `${root}/${name}`]]
        : [["mkdir", `${root}/${name}`], ...bind(`/${name}`, `/${name}`, "ro")],
    ),
    ["mkdir", `${root}/proc`, `${root}/dev`, `${root}/node`],
    ["mount", "-t", "proc", "proc", `${root}/proc`],
    ...["null", "urandom"].flatMap((name) => [
      ["touch", `${root}/dev/${name}`],
      ["mount", "--bind", `/dev/${name}`, `${root}/dev/${name}`],
    ]),
    ["touch", `${root}/node/node`],
    ...bind(process.execPath, "/node/node", "ro"),
    ["mkdir", "-p", `${root}${image.path}`],
    ...bind(image.folder, image.path, ...(sandbox.isRootReadOnly ? ["ro"] : [])),
    ...sandbox.emptyDirs.flatMap(({ path, bytes }) => [
      ["mkdir", "-p", `${root}${path}`],
      ["mount", "-t", "tmpfs", "-o", `mode=2777,gid=${fsGroup},size=${bytes}`, "tmpfs", `${root}${path}`],
    ]),
    ...(secrets ? [["mkdir", "-p", `${root}${secrets.path}`], ...bind(secrets.folder, secrets.path, "ro")] : []),
    ...(sandbox.isRootReadOnly ? [["mount", "-o", "remount,ro", root]] : []),
  ];
  const environment = Object.entries(sandbox.environment).map(([name, value]) => `${name}=${value}`);
  const identity = ["--reuid", user, "--regid", group, "--groups", fsGroup].map(String);
  const confinement = ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", "--pdeathsig", "KILL"];
  const last = [
    ...["exec", "chroot", root, "/usr/bin/env", "--ignore-environment", `--chdir=${image.path}`, ...environment],
    ...["/usr/bin/setpriv", ...identity, ...confinement, ...sandbox.command],
  ];
  const script = [
    "set -e",
    // /proc is still this machine's.
    "read -r pid rest < /proc/self/stat",
    'echo "$pid" >&3',
    "exec 3>&-",
    ...[...steps, last].map((words) => words.map(quote).join(" ")),
  ].join("\n");
  return ["setpriv", ["--pdeathsig", "KILL", "unshare", ...NAMESPACES, "sh", "-c", script]];
}

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
