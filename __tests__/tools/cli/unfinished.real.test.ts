import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { namesOf } from "../../../model/naming";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { createSandbox, REHEARSAL_SUBSCRIPTION, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { staging } from "../../support/fixtures/environments/staging";
import { copyProject } from "../../support/project-copy";
import { answer } from "../../support/small-stack";

const CLI = `import { Command } from "commander";
import { adoptCommand } from "./tools/cli/adopt";
import { deployCommand } from "./tools/cli/deploy";
import { driftCommand } from "./tools/cli/drift";
void new Command().addCommand(adoptCommand()).addCommand(deployCommand()).addCommand(driftCommand()).parseAsync();
`;

const names = namesOf(staging);
const GROUP = `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${names.resourceGroup}`;
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/${names.cluster}`;
const UNFINISHED = `azurerm_kubernetes_cluster.cluster: Azure says Failed, so it was accepted and did not end: if it never worked, az resource delete --ids ${CLUSTER}, then deploy again; if it did, az aks update --resource-group rg-mmrv-staging --name aks-mmrv-staging lets Azure try to end it`;

/** A Terraform whose plans are empty, whose state lacks the cluster, and which finds that and nothing else in Azure. */
const TERRAFORM = `#!/bin/sh
case "$*" in
  version*) echo '{"terraform_version":"1.11.4"}';;
  "state list") cat "$STATE";;
  plan*) for word in "$@"; do case "$word" in -out=*) : > "\${word#-out=}";; esac; done;;
  show*-json*) echo '{"format_version":"1.2","planned_values":{},"configuration":{}}';;
  show*) echo "No changes.";;
  import*/managedClusters/${names.cluster}) ;;
  import*) echo "Error: Cannot import non-existent remote object" >&2; exit 1;;
esac
`;

let folder = "";
let azure: LocalAzure;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = copyProject();
  writeFileSync(join(folder, "cli.ts"), CLI);
  const month = new Date().toISOString().slice(0, 7);
  for (const file of ["bootstrap.ts", "staging.ts", "production.ts"]) {
    const path = join(folder, "environments", file);
    // Whatever the day is on which this runs: a budget begins this month at the earliest.
    const text = answer(readFileSync(path, "utf8")).replace(/startDate: "[\d-]+"/, `startDate: "${month}-01"`);
    writeFileSync(path, text);
  }
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "terraform"), TERRAFORM, { mode: 0o700 });
  // Stands for cdktf, and fails as it does when Azure ends a creation in Failed.
  writeFileSync(join(folder, "bin", "npx"), "#!/bin/sh\nexit 3\n", { mode: 0o700 });
  writeFileSync(join(folder, "state"), "azurerm_resource_group.it\n");
  azure = await LocalAzure.start();
  sandbox = await createSandbox(azure);
});
afterAll(async () => {
  await azure.stop();
  await sandbox.remove();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What a user sees of a command while the cluster is in this state. */
async function run(state: "Failed" | "Succeeded" | "out of sight", ...args: string[]) {
  azure.arm.store.seed(GROUP, { id: GROUP });
  azure.arm.store.seed(CLUSTER, { id: CLUSTER, properties: { provisioningState: state } });
  if (state === "out of sight") vi.spyOn(azure.arm, "handle").mockReturnValue({ status: 403, body: {} });
  const env = {
    ...sandbox.environment,
    STATE: join(folder, "state"),
    PATH: `${join(folder, "bin")}:${sandbox.environment.PATH}`,
  };
  return promisify(execFile)(process.execPath, ["tools/load.mjs", "cli.ts", ...args], { cwd: folder, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

describe("mmrv adopt", () => {
  it("takes over what failed, says that Azure did not finish it, and exits 1", async () => {
    const { code, stdout, stderr } = await run("Failed", "adopt", "staging-infra");
    expect([code, stderr]).toEqual([1, `${UNFINISHED}\n`]);
    const lines: string[] = stdout.trim().split("\n");
    expect(lines.filter((line) => !line.endsWith(": absent"))).toEqual([
      "azurerm_log_analytics_workspace_table: not looked for; they come with the workspace, and the provider cannot import them: the next deployment takes them over",
      "azurerm_kubernetes_cluster.cluster: adopted",
      "next: npx mmrv diff staging-infra",
    ]);
  });

  it("exits 0 when Azure finished all of it", async () => {
    const { code, stdout, stderr } = await run("Succeeded", "adopt", "staging-infra");
    expect([code, stderr, stdout]).toEqual([
      0,
      "",
      expect.stringContaining("\nazurerm_kubernetes_cluster.cluster: adopted\n"),
    ]);
  });

  it("says that nobody knows when Azure does not tell, which is no failure", async () => {
    const { code, stderr } = await run("out of sight", "adopt", "staging-infra");
    expect([code, stderr]).toEqual([0, "whether Azure finished what is there was not asked: Azure answers 403\n"]);
  });

  it("says it again of what was adopted before", async () => {
    const { stdout: missing } = await run("Failed", "adopt", "staging-infra", "--dry-run");
    const before = readFileSync(join(folder, "state"), "utf8");
    writeFileSync(join(folder, "state"), missing.replaceAll(/^(\S+).*$/gm, "$1"));
    const { code, stdout, stderr } = await run("Failed", "adopt", "staging-infra");
    writeFileSync(join(folder, "state"), before);
    expect([code, stderr, stdout]).toEqual([
      1,
      `${UNFINISHED}\n`,
      expect.stringMatching(/\nstaging-infra: nothing is missing from the state\n$/),
    ]);
  });
});

describe("mmrv deploy that fails", () => {
  const deploy = (state: Parameters<typeof run>[0]) =>
    run(state, "deploy", "staging-infra", "--auto-approve", "--unprotected-because", "a test, whose GitHub is nowhere");

  it("says beside its advice what Azure did not finish, and exits as cdktf does", async () => {
    const { code, stderr } = await deploy("Failed");
    expect([code, stderr.split("\n")]).toEqual([
      3,
      [
        "",
        "staging-infra was not deployed. If Terraform says",
        "  that a resource already exists: it was made and not written down; npx mmrv adopt staging-infra, which also says whether Azure finished it, then deploy again",
        "  AuthorizationFailed, LinkedAuthorizationFailed, PrincipalNotFound or 403: a role that this run gave takes minutes to spread; deploy again",
        "  ScopeLocked: a lock that this run removed holds for a moment; deploy again",
        "  409, EtagMismatch or that another operation is in progress: Azure is at work on it, such as an upgrade of the cluster; when that has ended, deploy again",
        UNFINISHED,
        "",
      ],
    ]);
  });

  it("says that nobody knows when Azure does not tell", async () => {
    const { code, stderr } = await deploy("out of sight");
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/\nwhether Azure finished what is there was not asked: Azure answers 403\n$/),
    ]);
  });
});

describe("mmrv drift", () => {
  it("does not call clean what Azure did not finish, though its plan is empty, tells programs too, and exits 1", async () => {
    const { code, stdout, stderr } = await run("Failed", "drift", "staging", "--json");
    expect([code, stderr.split("\n")[0], JSON.parse(stdout)[0]]).toEqual([
      1,
      `staging-infra: unfinished: ${UNFINISHED}`,
      { stack: "staging-infra", is: "unfinished", why: UNFINISHED, sha256: null, issue: null },
    ]);
  });

  it.each([
    ["Succeeded", ""],
    ["out of sight", "; whether Azure finished everything was not asked: Azure answers 403"],
  ] as const)("calls an empty plan clean when all is %s", async (state, remark) => {
    const { code, stdout } = await run(state, "drift", "staging");
    expect([code, stdout.split("\n")[0]]).toEqual([0, `staging-infra: clean${remark}`]);
  });
});
