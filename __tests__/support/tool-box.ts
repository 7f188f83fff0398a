import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** What `go` does for `npm run tools`: each program that it builds says the version that was asked for. */
export const GO = `
program() { printf '#!/bin/sh\\necho %s\\n' "$2" >"$1" && chmod 755 "$1"; }
case "$1 $2" in
  version*) echo "go version go1.26.8 linux/amd64" ;;
  "list -m")
    printf 'module it\\n\\ngo 1.24.0\\n\\nrequire (\\n\\tk8s.io/api v0.0.0\\n\\tgo.etcd.io/etcd/api/v3 v3.6.16\\n)\\n\\n' >upstream
    printf 'replace (\\n\\tk8s.io/api => ./staging/src/k8s.io/api\\n\\tgo.etcd.io/etcd/api/v3 => ../api\\n)\\n' >>upstream
    echo "$PWD/upstream" ;;
  install*) for last; do :; done; name=\${last%@*}; program "$GOBIN/\${name##*/}" "\${last#*@}" ;;
  build*)
    [ "$PWD" -ef "$TMPDIR" ] && { echo "go: go.mod in the temporary folder is ignored" >&2; exit 1; }
    cat go.mod >>"$BOX/go.mod"
    while [ "$1" != -o ]; do shift; done
    program "$2" "$(sed -n 's/^require .* //p' go.mod)" ;;
esac`;

/** And what `python3` does: the environment's own Python writes down what it is asked. */
const PYTHON = `
case "$1 $2" in
  --version*) echo "Python 3.12.1" ;;
  "-m venv") mkdir -p "$3/bin"; cat >"$3/bin/python" <<END && chmod 755 "$3/bin/python" ;;
#!/bin/sh
echo "python \\$*" >>"$BOX/calls"
echo "\\$*"
END
esac`;

export interface ToolRunResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine for `npm run tools`, whose PATH has nothing but stand-ins. Its home has a space and accents in its name. */
export class ToolBox {
  readonly folder = mkdtempSync(join(tmpdir(), "mmrv-tools-"));
  readonly home = join(this.folder, "casa de José Nuñez");
  readonly cache = join(this.home, ".cache", "mmrv-tools");

  constructor() {
    mkdirSync(this.home);
    mkdirSync(join(this.folder, "bin"));
    this.put("go", GO);
    this.put("python3", PYTHON);
    // So that nothing is asked of apt-get, which is another test's.
    this.put("openssl", "echo OpenSSL 3.0.19");
    this.put("skopeo", "echo skopeo version 1.9.3");
    this.put("kubectl", "echo Client Version: v1.34.2");
  }

  /** Puts a shell script on the PATH, under a tool's name. Its calls are written down, but those for its version. */
  put(name: string, script: string): void {
    const lines = [
      "#!/bin/sh",
      "PATH=/usr/bin:/bin",
      `export BOX='${this.folder}'`,
      `case "$1" in *version*) ;; *) echo "${name} $*" >>"$BOX/calls" ;; esac`,
      script,
    ];
    writeFileSync(join(this.folder, "bin", name), `${lines.join("\n")}\n`, { mode: 0o755 });
  }

  remove(name: string): void {
    rmSync(join(this.folder, "bin", name));
  }

  get environment(): Record<string, string> {
    return { PATH: join(this.folder, "bin"), HOME: this.home };
  }

  start(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, ["tools/cli/mmrv.mjs", "tools", ...args], {
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
      ([[exitCode], stdout, stderr]): ToolRunResult => ({ exitCode, stdout, stderr }),
    );
    return { child, ended };
  }

  /** `npm run tools` to its end. */
  run(args: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<ToolRunResult> {
    return this.start(args, environment).ended;
  }

  /** Every call of a stand-in but for its version, in order, since the last time. */
  calls(): string[] {
    const file = join(this.folder, "calls");
    const calls = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    rmSync(file, { force: true });
    return calls;
  }

  /** Whether a run has begun to make a tool, and not ended. */
  isBuilding(name: string): boolean {
    return this.installed().some((entry) => entry.startsWith(".installing-") && entry.endsWith(`-${name}`));
  }

  /** What is in the cache. */
  installed(): string[] {
    return existsSync(this.cache) ? readdirSync(this.cache).sort() : [];
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
