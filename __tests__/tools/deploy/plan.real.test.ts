import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { applyPlan } from "../../../tools/deploy/apply-plan";
import { openStack } from "../../../tools/deploy/open-stack";
import { type PlanStackOptions, planStack } from "../../../tools/deploy/plan-stack";
import { refuseLocalState } from "../../../tools/deploy/refuse-local-state";
import { allowProviders, createSandbox, REHEARSAL_SUBSCRIPTION, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { Terraform } from "../../../tools/terraform/terraform";
import { providerMirror } from "../../support/real-provider";
import { requires } from "../../support/requires";
import { data, lay, sha256, stackInfo, terraformIn } from "../../support/small-stack";

const SECRET = "a value that nobody may read";

let root = "";
let folder = "";
let said: string[] = [];
const inside = (name: string) => join(root, name);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-plan-test-"));
  folder = inside("it");
  said = [];
  for (const stream of [process.stdout, process.stderr] as const)
    vi.spyOn(stream, "write").mockImplementation((text) => said.push(String(text)) > 0);
  for (const method of ["log", "error"] as const)
    vi.spyOn(console, method).mockImplementation((line) => void said.push(`${line}\n`));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const plan = (options: Partial<PlanStackOptions> = {}, change: Parameters<typeof stackInfo>[1] = {}) =>
  planStack(stackInfo("it", change), folder, { on: "2026-12-01", at: terraformIn(root), ...options });
const apply = (file: string) => applyPlan(stackInfo("it"), folder, { file, on: "2026-12-01", at: terraformIn(root) });
const hashSaid = () => /sha256:([0-9a-f]{64})\n/.exec(said.join(""))?.[1];

describe("mmrv plan", requires("terraform"), () => {
  it("exits 2 with changes and 0 without, and a plan that is applied is the one that was kept", async () => {
    lay(folder, data("x", "y"));
    expect(await plan({ out: inside("kept"), text: inside("text") })).toBe(2);
    expect(said.join("")).toContain("Terraform will perform the following actions:");
    expect(said.join("")).toContain(
      "the plan of it: no protected resource is deleted, replaced or forgotten without approval\n",
    );
    expect(readFileSync(inside("text"), "utf8")).toMatch(
      /^Terraform used [\s\S]*Plan: 2 to add, 0 to change, 0 to destroy\.\n$/,
    );
    expect(statSync(inside("kept")).mode & 0o077).toBe(0);

    expect(await apply(inside("kept"))).toBe(0);
    expect(said.join("")).toContain("Apply complete! Resources: 2 added");
    expect(await plan({ text: inside("text") })).toBe(0);
    expect(readFileSync(inside("text"), "utf8")).toMatch(/^No changes\./);
    expect(said.at(-1)).toMatch(/^it: no changes, sha256:/);
  });

  it("has the same sha256 twice, that of the text it writes, and another for another plan", async () => {
    lay(folder, data("x"));
    await plan({ text: inside("text") });
    const first = hashSaid();
    expect(sha256(readFileSync(inside("text"), "utf8"))).toBe(first);
    said = [];
    await plan({ out: inside("kept"), readOnly: false });
    expect(hashSaid()).toBe(first);
    lay(folder, data("z"));
    said = [];
    await plan();
    expect(hashSaid()).not.toBe(first);
  });

  it("has nothing in its text that acts, or that begins a line: a value would forge what is approved", async () => {
    lay(folder, data("a\r\nNo changes.\r# b\u001b[2K\u0085c\u2028d\u202ee"));
    expect(await plan({ text: inside("text") })).toBe(2);
    const text = readFileSync(inside("text"), "utf8");
    expect(text.replaceAll("\t", "")).not.toMatch(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^No changes\./m);
    expect(text).toMatch(/^Plan: 1 to add, 0 to change, 0 to destroy\.$/m);
    expect(sha256(text)).toBe(hashSaid());
  });

  it("begins with what whoever approves it has to know, which is approved with it", async () => {
    lay(folder, data("x"));
    const notices = ["it: nothing proves that GitHub guards what it trusts, because: one person, until March"];
    await plan({ text: inside("text") });
    const bare = hashSaid() ?? "";
    said = [];
    await plan({ notices, text: inside("text") });
    expect(readFileSync(inside("text"), "utf8")).toMatch(
      /^it: nothing proves that GitHub guards what it trusts, because: one person, until March\n\nTerraform used/,
    );
    expect(said[0]).toBe(`${notices[0]}\n`);
    const approved = hashSaid() ?? "";
    expect(await plan({ notices, expect: approved, out: inside("kept") })).toBe(2);
    expect(await plan({ expect: approved, out: inside("kept") })).toBe(1);
    expect(await plan({ notices, expect: bare, out: inside("kept") })).toBe(1);
  });

  it("applies only what was approved: another plan is refused and not kept", async () => {
    lay(folder, data("x"));
    await plan();
    const approved = hashSaid() ?? "";
    expect(await plan({ expect: approved, out: inside("kept") })).toBe(2);
    lay(folder, data("z"));
    said = [];
    expect(await plan({ expect: approved, out: inside("kept") })).toBe(1);
    expect(said.at(-1)).toMatch(
      new RegExp(`^it: the plan is no longer the one that was approved: that was sha256:${approved}, this is sha256:`),
    );
    expect(existsSync(inside("kept"))).toBe(false);
  });

  it("shows, writes and leaves behind no sensitive value", async () => {
    const stack = data(`\${var.password}`);
    lay(folder, { ...stack, variable: { password: { sensitive: true, default: SECRET } } });
    const temporary = inside("tmp");
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    expect(await plan({ text: inside("text") })).toBe(2);
    vi.unstubAllEnvs();
    expect(readFileSync(inside("text"), "utf8")).toContain("(sensitive value)");
    expect(said.join("") + readFileSync(inside("text"), "utf8")).not.toContain(SECRET);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("is judged and told in a dry run of apply, and not applied", async () => {
    lay(folder, data("x", "y"));
    await plan({ out: inside("kept") });
    said = [];
    const options = { file: inside("kept"), on: "2026-12-01", at: terraformIn(root), dryRun: true };
    expect(await applyPlan(stackInfo("it"), folder, options)).toBe(0);
    expect(said).toEqual([
      "the plan of it: no protected resource is deleted, replaced or forgotten without approval\n",
      `it: would apply ${inside("kept")}: 2 to add: terraform_data.it0, terraform_data.it1\n`,
    ]);
    expect(existsSync(join(folder, "terraform.tfstate"))).toBe(false);
  });

  it("says what to do when the state has changed since the plan", async () => {
    lay(folder, data("x"));
    await plan({ out: inside("kept") });
    expect(await apply(inside("kept"))).toBe(0);
    said = [];
    expect(await apply(inside("kept"))).toBe(1);
    expect(said.join("")).toContain("Saved plan is stale");
    expect(said.join("")).toMatch(
      /it was not deployed\. If Terraform says\n[\s\S]*the saved plan is stale: somebody changed/,
    );
    await expect(apply(inside("nowhere"))).rejects.toThrow(
      /nowhere: there is no such plan\n {2}next: npx mmrv plan it --out /,
    );
    writeFileSync(inside("nonsense"), "no plan");
    await expect(apply(inside("nonsense"))).rejects.toThrow(
      /nonsense was not kept by mmrv plan, so nobody knows its stack; nothing was touched/,
    );
    writeFileSync(inside("nonsense.stack"), "other");
    await expect(apply(inside("nonsense"))).rejects.toThrow(
      /nonsense is a plan of other, not of it; nothing was touched/,
    );
    writeFileSync(inside("nonsense.stack"), "it");
    await expect(apply(inside("nonsense"))).rejects.toThrow(/nonsense: terraform cannot show it: Error: /);
  });

  it("refuses what contradicts itself, all at once, before anything starts", async () => {
    await expect(plan({ expect: "sha256:12", readOnly: true, out: inside("kept") })).rejects.toThrow(
      /^--expect sha256:12: must be the 64 digits .*\n--out with --read-only: /,
    );
  });

  it("is no success when Terraform cannot plan", async () => {
    lay(folder, { output: { broken: { value: "${terraform_data.nowhere.id}" } } });
    writeFileSync(inside("kept"), "an older plan");
    await expect(plan({ out: inside("kept") })).rejects.toThrow("terraform plan failed; what it says is above");
    expect(existsSync(inside("kept"))).toBe(false);
    expect(said.join("")).toContain("Reference to undeclared resource");
    writeFileSync(join(folder, "main.tf.json"), "{");
    await expect(plan()).rejects.toThrow(/^it: Terraform refuses, so nothing can be planned; nothing was touched\n/);
  });
});

// A deleted release: Terraform wants the provider of whatever is in a state, and would ask a cluster for it.
describe("mmrv plan of a stack that lost a release", requires("helm provider"), () => {
  beforeEach(() => {
    lay(folder, {});
    const mirror = JSON.stringify(providerMirror("helm"));
    writeFileSync(
      inside("terraform.rc"),
      `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`,
    );
    const provider = 'provider["registry.terraform.io/hashicorp/helm"]';
    const instances = [{ schema_version: 2, attributes: { id: "backend", name: "backend" } }];
    const resources = [{ mode: "managed", type: "helm_release", name: "release", provider, instances }];
    const state = { version: 4, terraform_version: "1.11.4", serial: 1, lineage: "test", outputs: {}, resources };
    writeFileSync(join(folder, "terraform.tfstate"), JSON.stringify(state));
  });
  const at = (more: Record<string, string> = {}) =>
    terraformIn(root, { TF_CLI_CONFIG_FILE: inside("terraform.rc"), TF_CLI_ARGS_plan: "-refresh=false", ...more });

  it("is refused by the plan guard with exit 1: the text is there to read, the plan is not there to apply", async () => {
    expect(await plan({ at: at(), out: inside("kept"), text: inside("text") })).toBe(1);
    expect(said.join("")).toContain("delete helm_release.release: must have an approval for it on 2026-12-01");
    expect(said.at(-1)).toBe("it: the plan guard refuses this plan, nothing was touched\n");
    expect([existsSync(inside("kept")), readFileSync(inside("text"), "utf8")]).toEqual([
      false,
      expect.stringContaining("1 to destroy"),
    ]);
  });

  it("is not applied either, when somebody else made the plan", async () => {
    const terraform = at()(folder);
    await terraform.init();
    await terraform.text(["plan", "-input=false", `-out=${inside("theirs")}`]);
    writeFileSync(inside("theirs.stack"), "it");
    const done = applyPlan(stackInfo("it"), folder, { file: inside("theirs"), on: "2026-12-01", at: at() });
    expect(await done).toBe(1);
    expect(said.at(-1)).toBe("it: the plan guard refuses this plan, nothing was touched\n");
  });

  it("is refused when the release went because its image has no digest any more", async () => {
    await expect(plan({ at: at() }, { missing: ["no release of backend yet"] })).rejects.toThrow(
      /^it: helm_release\.release is deployed, and would be deleted now that no image is named/,
    );
    expect(said[0]).toBe("it: no release of backend yet\n");
  });
});

describe("a stack whose state was never written", requires("terraform"), () => {
  const ACCOUNT = "stmmrvstatetest";
  const container = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/${ACCOUNT}/blobServices/default/containers/c`;
  const backend = {
    azurerm: { storage_account_name: ACCOUNT, container_name: "c", key: "it.tfstate", use_azuread_auth: true },
  };
  let azure: LocalAzure;
  let sandbox: Sandbox;
  let mayWrite = false;
  beforeEach(async () => {
    azure = await LocalAzure.start();
    azure.arm.store.seed(container, {});
    sandbox = await createSandbox(azure);
    await allowProviders(sandbox, []);
    mayWrite = false;
    const handle = azure.blobs.handle.bind(azure.blobs);
    vi.spyOn(azure.blobs, "handle").mockImplementation((request) =>
      mayWrite || ["GET", "HEAD"].includes(request.method)
        ? handle(request)
        : { status: 403, headers: { "x-ms-error-code": "AuthorizationPermissionMismatch" } },
    );
    lay(folder, { ...data("x"), terraform: { backend } });
  });
  afterEach(async () => {
    await azure.stop();
    await sandbox.remove();
  });
  const at = (where: string) => new Terraform(where, sandbox.environment);

  it("is planned as new by an identity that may only read, with the text that the deploying one sees", async () => {
    expect(await plan({ at, readOnly: true, text: inside("read-only") })).toBe(2);
    expect(said.join("")).toContain("it: its state was never written, so everything is planned as new\n");
    mayWrite = true;
    expect(await plan({ at, text: inside("deployer") })).toBe(2);
    expect(readFileSync(inside("deployer"), "utf8")).toBe(readFileSync(inside("read-only"), "utf8"));
  });

  it("is known to be new, and leaves no copy of itself", async () => {
    const temporary = inside("tmp");
    mkdirSync(temporary);
    vi.stubEnv("TMPDIR", temporary);
    const { isNew, close } = await openStack("it", folder, { readOnly: true, at });
    vi.unstubAllEnvs();
    expect([isNew, readdirSync(temporary).length]).toEqual([true, 1]);
    await close();
    expect(readdirSync(temporary)).toEqual([]);
  });

  it("is read by such an identity once it is there, without a lock", async () => {
    mayWrite = true;
    const terraform = at(folder);
    await terraform.init();
    await terraform.text(["apply", "-auto-approve", "-input=false"]);
    mayWrite = false;
    expect(await plan({ at, readOnly: true })).toBe(0);
    await expect(plan({ at })).rejects.toThrow("terraform plan failed; what it says is above");
    expect(said.join("")).toContain("Error acquiring the state lock");
  });

  it("is not taken for new when it is somebody's else, or out of reach", async () => {
    await expect(openStack("it", folder, { at })).rejects.toThrow(
      /^it: you may not read or write the state, so nothing can be planned; nothing was touched\n[\s\S]*403/,
    );
    vi.mocked(azure.blobs.handle).mockReturnValue({ status: 403, headers: {} });
    await expect(openStack("it", folder, { readOnly: true, at })).rejects.toThrow(
      /^it: you may not read or write the state, so nothing can be planned/,
    );
  });
});

describe("a local state", () => {
  const local = { json: { terraform: { backend: { local: { path: "terraform.tfstate" } } } } } as object;
  it("is refused in a pipeline, and nowhere else", () => {
    expect(() => refuseLocalState(stackInfo("it", local), { CI: "true" })).toThrow(
      /^a pipeline has no local state: set context\.state in cdktf\.json, docs\/deploy\.md$/,
    );
    expect(() => refuseLocalState(stackInfo("it", local), {})).not.toThrow();
    const remote = { json: { terraform: { backend: { azurerm: {} } } } } as object;
    expect(() => refuseLocalState(stackInfo("it", remote), { CI: "true" })).not.toThrow();
  });
});

describe("a job that is stopped", () => {
  it("lets Terraform end in order, once, and waits for it", async () => {
    const bin = inside("bin");
    mkdirSync(bin);
    const ends = "trap 'echo unlocking; sleep 0.3; echo unlocked; exit 3' INT\necho ready\nwhile :; do sleep 0.1; done";
    writeFileSync(join(bin, "terraform"), `#!/usr/bin/env bash\n${ends}\n`, { mode: 0o700 });
    const script = `import { Terraform } from ${JSON.stringify(join(process.cwd(), "tools/terraform/terraform.ts"))};
void new Terraform(${JSON.stringify(root)}, { PATH: process.env.PATH ?? "" }).streamed(["apply"]).then((code) => process.exit(code));\n`;
    writeFileSync(inside("job.ts"), script);
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    const job = spawn(process.execPath, ["tools/load.mjs", inside("job.ts")], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let heard = "";
    job.stdout.on("data", (chunk) => {
      heard += chunk;
      // As GitHub does, after a while the second.
      if (heard === "ready\n") job.kill("SIGINT");
      if (heard.endsWith("unlocking\n")) job.kill("SIGTERM");
    });
    const [exitCode] = await once(job, "close");
    expect([exitCode, heard]).toEqual([3, "ready\nunlocking\nunlocked\n"]);
  });

  it("leaves no plan behind, which holds values in clear, and begins nothing else", async () => {
    const bin = inside("bin");
    mkdirSync(bin);
    const script = `#!/usr/bin/env bash
case $1 in
  plan) for word; do [[ $word != -out=* ]] || echo "a value" >"\${word#-out=}"; done; exit 2 ;;
  show) trap 'exit 1' INT; while :; do sleep 0.1; done ;;
esac\n`;
    writeFileSync(join(bin, "terraform"), script, { mode: 0o700 });
    const temporary = inside("tmp");
    mkdirSync(temporary);
    const source = (file: string) => JSON.stringify(join(process.cwd(), file));
    writeFileSync(
      inside("job.ts"),
      `import { run } from ${source("tools/cli/run.ts")};
import { makePlan } from ${source("tools/deploy/terraform-plan.ts")};
import { Terraform } from ${source("tools/terraform/terraform.ts")};
const terraform = new Terraform(${JSON.stringify(root)}, process.env as Record<string, string>);
const { text } = terraform;
terraform.text = (args) => { console.log(args[0]); return text.call(terraform, args); };
void run(async () => { await makePlan(terraform, { readOnly: true, streamed: false }); return 0; });\n`,
    );
    const job = spawn(process.execPath, ["tools/load.mjs", inside("job.ts")], {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, TMPDIR: temporary },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let begun = "";
    let said = "";
    job.stdout.on("data", (chunk) => {
      begun += chunk;
      if (begun.endsWith("show\n")) setTimeout(() => job.kill("SIGTERM"), 500);
    });
    job.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const [exitCode] = await once(job, "close");
    expect([exitCode, begun, said]).toEqual([130, "plan\nshow\n", "stopped\n"]);
    expect(readdirSync(temporary).filter((name) => name.startsWith("mmrv-plan-"))).toEqual([]);
  });
});
