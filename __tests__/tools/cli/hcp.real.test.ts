import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hcpVariables, workspaceSettingsOf } from "../../../tools/deploy/hcp";
import { Terraform } from "../../../tools/terraform/terraform";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { staging } from "../../support/fixtures/environments/staging";
import { requires } from "../../support/requires";

/** An id that a reader can tell from the others. */
const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const IDS = { planClientId: uuid("1"), deployClientId: uuid("2"), subscriptionId: uuid("3"), tenantId: uuid("4") };
const WITH_HCP = {
  ...bootstrap,
  hcpTerraform: { use: "workspaces", organization: "kilimo", project: "mmrv" },
} as const;

describe("workspaceSettingsOf", () => {
  it("gives each workspace one identity for each phase, and no secret", () => {
    const settings = workspaceSettingsOf(staging, IDS);
    expect(settings.map(({ workspace, execution }) => `${workspace} ${execution}`)).toEqual([
      "mmrv-staging-infra remote",
      "mmrv-staging-aws-access remote",
      "mmrv-staging-addons agent",
      "mmrv-staging-platform agent",
      "mmrv-staging-backend agent",
      "mmrv-staging-frontend agent",
      "mmrv-staging-cutover remote",
    ]);
    // What moves users logs in to nothing in Azure.
    expect(settings.at(-1)?.variables).toEqual({});
    for (const { execution, variables } of settings.slice(0, -1))
      expect(variables).toEqual({
        TFC_AZURE_PROVIDER_AUTH: "true",
        TFC_AZURE_PLAN_CLIENT_ID: execution === "agent" ? IDS.deployClientId : IDS.planClientId,
        TFC_AZURE_APPLY_CLIENT_ID: IDS.deployClientId,
        ARM_SUBSCRIPTION_ID: IDS.subscriptionId,
        ARM_TENANT_ID: IDS.tenantId,
      });
  });
});

describe("mmrv hcp variables", requires("terraform"), () => {
  let folder: string;
  let printed: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mmrv-hcp-"));
    printed = [];
    vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    vi.restoreAllMocks();
  });
  /** A bootstrap that was deployed with these outputs. */
  const deployed = (outputs: Readonly<Record<string, string>>) => {
    const blocks = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ output: blocks }));
    return () => new Terraform(folder, process.env as Record<string, string>);
  };
  const outputs = {
    "staging-plan-client-id": IDS.planClientId,
    "staging-deploy-client-id": IDS.deployClientId,
    "subscription-id": IDS.subscriptionId,
    "tenant-id": IDS.tenantId,
  };

  it("reads who logs in from what bootstrap says about itself", async () => {
    const of = deployed(outputs);
    await of().init();
    await of().text(["apply", "-auto-approve", "-input=false"]);
    expect(await hcpVariables("staging", true, of, WITH_HCP)).toBe(0);
    expect(JSON.parse(printed.join("\n"))).toEqual(workspaceSettingsOf(staging, IDS));
  });

  it("refuses what is no id, because somebody is about to paste it", async () => {
    const of = deployed({ ...outputs, "tenant-id": "x; touch owned #" });
    await of().init();
    await of().text(["apply", "-auto-approve", "-input=false"]);
    for (const asJson of [true, false])
      await expect(hcpVariables("staging", asJson, of, WITH_HCP)).rejects.toThrow(
        "bootstrap: its output tenant-id: got x; touch owned #, must be a UUID; somebody else has written to its state",
      );
    expect(printed).toEqual([]);
  });

  it("says which output is missing before bootstrap is deployed, and what to do", async () => {
    await expect(hcpVariables("staging", true, deployed(outputs), WITH_HCP)).rejects.toThrow(
      "bootstrap has no output staging-plan-client-id: it was not deployed, or by an older program\n  next: npx mmrv deploy bootstrap",
    );
  });

  it("names the environments that there are", async () => {
    await expect(hcpVariables("test", false, deployed({}), WITH_HCP)).rejects.toThrow(
      "test: no such environment; there are staging, production",
    );
  });

  it("says that no workspace is trusted while the bootstrap names none", async () => {
    await expect(hcpVariables("staging", false, deployed({}))).rejects.toThrow("hcpTerraform.use is none");
  });
});
