import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cdktf } from "../../../tools/deploy/cdktf";
import { findCheckov } from "../../../tools/security/checkov";
import { installFromDebian, whyNotDebian } from "../../../tools/setup/debian";
import { findTools } from "../../../tools/setup/doctor";
import { folderOf, locate, pinnedFirst, pinnedLast, toolFolders } from "../../../tools/setup/locate";
import { planInstallation } from "../../../tools/setup/plan";
import { TOOLS, type Tool, type ToolName } from "../../../tools/setup/tools";
import { ToolBox } from "../../support/tool-box";

let box: ToolBox;
beforeEach(() => {
  box = new ToolBox();
  vi.stubEnv("PATH", box.environment["PATH"]);
  vi.stubEnv("MMRV_TOOLS", box.cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  box.dispose();
});

/** As `npm run tools` would have left it. */
function install(name: ToolName): string {
  const folder = folderOf(name) ?? "";
  mkdirSync(join(folder, "venv/bin"), { recursive: true });
  for (const file of [name, "venv/bin/python"]) writeFileSync(join(folder, file), "#!/bin/sh\n", { mode: 0o755 });
  return folder;
}

describe("the table", () => {
  it("pins what is built, and says how each that may be on the PATH tells its version", () => {
    for (const [name, { says, source, version }] of Object.entries<Tool>(TOOLS)) {
      if (source.by === "go") expect(version, name).toMatch(/^v\d+\.\d+\.\d+$/);
      if (source.by === "pypi" || source.by === "npm") expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      if (source.by === "go" || source.by === "debian" || source.by === "user") expect(says, name).not.toBeUndefined();
    }
  });
});

describe("locate", () => {
  it("takes the cache's own before the PATH, and asks nobody", async () => {
    box.put("regctl", "echo v0.1.0");
    const folder = install("regctl");
    expect(await locate("regctl")).toEqual({ path: join(folder, "regctl"), version: "0.11.6" });
    expect(box.calls()).toEqual([]);
  });

  it.each([
    ["regctl", "echo v0.11.6", { path: "regctl", version: "0.11.6" }],
    ["regctl", "echo v0.11.60", { unfit: "0.11.60" }],
    ["regctl", "echo built by hand", { unfit: "of unknown version" }],
    ["regctl", "exit 1", undefined],
    [
      "docker-registry",
      "echo docker-registry github.com/distribution/distribution/v3 v3.1.2+unknown",
      { path: "docker-registry", version: "3.1.2" },
    ],
    ["kubectl", "echo Client Version: v1.32.4-dispatcher", { path: "kubectl", version: "1.32.4" }],
    ["kubectl", "echo Client Version: v1.30.14", { unfit: "1.30.14" }],
    ["skopeo", "echo skopeo version 1.8.0", { unfit: "1.8.0" }],
    ["openssl", "echo OpenSSL 1.1.1k", { path: "openssl", version: "1.1.1" }],
    ["terraform", "echo Terraform v1.10.5", { unfit: "1.10.5" }],
    // It never says its version, so no other than ours is ever known to be right.
    ["moto_server", "echo 5.2.5", undefined],
  ] as const)("judges a %s on the PATH: %s", async (name, script, found) => {
    box.put(name, script);
    expect(await locate(name)).toEqual(found);
  });

  it("finds none of an environment without its Python", async () => {
    mkdirSync(folderOf("checkov") ?? "", { recursive: true });
    writeFileSync(join(folderOf("checkov") ?? "", "checkov"), "");
    expect(await locate("checkov")).toBeUndefined();
    expect(toolFolders()).toEqual([]);
  });
});

describe("a PATH", () => {
  it("has the pinned tools first for tests, and last for commands, where the operator's own count", () => {
    const folders = [install("helm"), install("checkov")];
    install("moto_server");
    expect(pinnedFirst("/usr/bin:/bin")).toBe([...folders, "/usr/bin", "/bin"].join(":"));
    expect(pinnedLast("/usr/bin:/bin")).toBe(["/usr/bin", "/bin", ...folders].join(":"));
  });

  it("is left as it is while nothing is installed", () => {
    expect([pinnedFirst("/bin"), pinnedLast("/bin")]).toEqual(["/bin", "/bin"]);
  });
});

describe("what Debian's packages alone provide", () => {
  beforeEach(() => {
    box.remove("skopeo");
    box.remove("openssl");
  });

  it("is installed by root, in one go", async () => {
    box.put("apt-get", `echo "as $DEBIAN_FRONTEND" >>"$BOX/calls"`);
    expect(whyNotDebian(["skopeo"], { isDebian: true, isRoot: true })).toBeUndefined();
    await installFromDebian(["skopeo", "openssl"]);
    expect(box.calls()).toEqual([
      "apt-get update -qq",
      "as noninteractive",
      "apt-get install -qq --yes --no-install-recommends skopeo openssl",
      "as noninteractive",
    ]);
  });

  it("is left to the user elsewhere, with the command", () => {
    expect(whyNotDebian(["skopeo", "openssl"], { isDebian: true, isRoot: false })).toBe(
      "Debian's packages are installed by root only; run: sudo apt-get install skopeo openssl",
    );
    expect(whyNotDebian(["skopeo", "openssl"], { isDebian: false, isRoot: true })).toBe(
      "it comes from Debian's packages only; install it with this system's package manager: skopeo openssl",
    );
  });

  it("fails in one line", async () => {
    box.put("apt-get", `echo "Reading package lists..."; echo "E: Unable to locate package skopeo" >&2; exit 100`);
    await expect(installFromDebian(["skopeo"])).rejects.toThrow(/^E: Unable to locate package skopeo$/);
    box.put("apt-get", `echo "E: Failed to fetch it  Temporary failure resolving 'deb.example'" >&2; exit 100`);
    await expect(installFromDebian(["skopeo"])).rejects.toThrow(
      /^nothing can be fetched \(Temporary failure resolving 'deb\.example'\); connect this machine to a network, or to a mirror of the package registries$/,
    );
  });
});

describe("planInstallation", () => {
  it("leaves to the user what the user installs, and to npm what npm does", async () => {
    const { there, jobs, failures } = await planInstallation();
    const named = [...there, ...jobs.flatMap(({ names }) => names), ...failures.flatMap(({ names }) => names)];
    expect(named).not.toEqual(expect.arrayContaining(["terraform"]));
    expect(there).toContain("cdktf");
  });

  it("says on Windows where the tools are", async () => {
    const { platform } = process;
    Object.defineProperty(process, "platform", { value: "win32" });
    try {
      await expect(planInstallation()).rejects.toThrow(
        "the tools are not installed on Windows itself, where the tests that call them do not run; open the repository in its devcontainer or in WSL, then: npm run tools",
      );
    } finally {
      Object.defineProperty(process, "platform", { value: platform });
    }
  });
});

describe("findTools, for npm start", () => {
  it("has a row for every tool of the table, and says how each is had that is missing or will not do", async () => {
    box.put("terraform", "echo Terraform v1.5.7");
    const tools = await findTools();
    expect(tools.map(({ name }) => name)).toEqual(["node", ...Object.keys(TOOLS)]);
    const row = (name: ToolName) => tools.find((tool) => tool.name === name);
    expect(row("kubectl")).toMatchObject({ version: "1.34.2" });
    expect(row("kubectl")?.remedy).toBeUndefined();
    expect(row("terraform")).toMatchObject({
      version: "1.5.7",
      complaint: "must be 1.11 or newer, below 2",
      remedy:
        "yours to install, because HashiCorp publishes it as no package: developer.hashicorp.com/terraform/install",
    });
    expect(row("helm")).toMatchObject({ version: undefined, remedy: "npm run tools" });
  });
});

describe("findTools, on a Node.js that has ended, or that the cdktf CLI knows nothing of", () => {
  const { versions } = process;
  const runOn = (node: string, modules: string) =>
    Object.defineProperty(process, "versions", { value: { ...versions, node, modules }, configurable: true });
  afterEach(() => Object.defineProperty(process, "versions", { value: versions }));
  const remedies = async () => {
    const tools = await findTools();
    return ["node", "cdktf"].map((name) => tools.find((tool) => tool.name === name)?.remedy);
  };

  it("says each in a line", async () => {
    runOn("20.19.0", "115");
    expect(await remedies()).toEqual([expect.stringMatching(/^Node\.js 20 ended on 30 April 2026 /), undefined]);
    runOn("22.20.0", "127");
    expect(await remedies()).toEqual([undefined, undefined]);
    runOn("24.1.0", "137");
    const why = /^its terminal has no binary for Node\.js 24\.1\.0 on \w+-\w+: take the Node\.js that \.nvmrc names, /;
    expect(await remedies()).toEqual([undefined, expect.stringMatching(why)]);
    box.put("terraform", `echo '{"terraform_version":"1.11.4"}'`);
    await expect(cdktf(["diff", "it"])).rejects.toThrow(
      /^cdktf does not start, nothing was touched: its terminal has no binary for /,
    );
  });
});

describe("findCheckov", () => {
  it("takes no other version than the pinned one, which would find other things", async () => {
    await expect(findCheckov()).rejects.toThrow(/^checkov 3\.3\.30 is missing: npm run tools$/);
    box.put("checkov", "echo 3.0.0");
    await expect(findCheckov()).rejects.toThrow(
      /^checkov 3\.3\.30 is missing: npm run tools; 3\.0\.0 is on the PATH, and finds other things$/,
    );
    const folder = install("checkov");
    expect(await findCheckov()).toBe(join(folder, "checkov"));
  });
});
