import { bootstrap } from "../../environments/all";
import type { Environment } from "../../model/environment";
import { workspacesOf } from "../../model/naming";
import type { Subscription } from "../../model/subscription";
import { UserError } from "../../model/user-error";
import { answer, say, sayAll } from "../output";
import { findEnvironment } from "../program/find-environment";
import { synthesize } from "../program/stacks";
import { table } from "../table";
import { idsOf } from "../terraform/outputs";
import { Terraform } from "../terraform/terraform";
import { terraformOf } from "./cdktf";

/** What an HCP Terraform workspace has to be told so that its runs log in to Azure without a secret. */
interface WorkspaceSettings {
  readonly workspace: string;
  /** Where its runs happen: remote, or on an agent inside the network. */
  readonly execution: "remote" | "agent";
  /** Environment variables, none of them secret. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The outputs of `bootstrap` that name who logs in, where. */
interface BootstrapOutputs {
  readonly deployClientId: string;
  readonly planClientId: string;
  readonly subscriptionId: string;
  readonly tenantId: string;
}

/** The workspaces of an environment. Variables: developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/azure-configuration. */
export function workspaceSettingsOf(
  environment: Pick<Environment, "name" | "applications" | "dns" | "gitOps">,
  outputs: BootstrapOutputs,
): WorkspaceSettings[] {
  return workspacesOf(environment).map(
    ({ hcpExecution, speaksToAzure, workspace }): WorkspaceSettings => ({
      workspace,
      execution: hcpExecution,
      // What speaks to AWS alone logs in to nothing in Azure: docs/hcp.md says how to AWS.
      variables: speaksToAzure
        ? {
            TFC_AZURE_PROVIDER_AUTH: "true",
            // A plan of what speaks to the cluster needs rights inside it, which the plan identity has not.
            TFC_AZURE_PLAN_CLIENT_ID: hcpExecution === "agent" ? outputs.deployClientId : outputs.planClientId,
            TFC_AZURE_APPLY_CLIENT_ID: outputs.deployClientId,
            ARM_SUBSCRIPTION_ID: outputs.subscriptionId,
            ARM_TENANT_ID: outputs.tenantId,
          }
        : {},
    }),
  );
}

function synthesized(stack: string): Terraform {
  synthesize();
  return terraformOf(stack);
}

/**
 * `mmrv hcp variables ENVIRONMENT`.
 * @throws UserError for an unknown environment, without HCP Terraform in environments/bootstrap.ts, or before bootstrap
 */
export async function hcpVariables(
  environment: string,
  asJson: boolean,
  of = synthesized,
  settings: Subscription = bootstrap,
): Promise<number> {
  const found = findEnvironment(environment);
  if (settings.hcpTerraform.use === "none") {
    throw new UserError(
      "environments/bootstrap.ts: hcpTerraform.use is none, so no workspace may log in to Azure\n  next: name organization and project there (docs/hcp.md), then npx mmrv deploy bootstrap",
    );
  }
  await Terraform.require();
  const workspaces = workspaceSettingsOf(found, await bootstrapOutputs(environment, of(settings.name)));
  answer(asJson, workspaces, () => {
    for (const { workspace, execution, variables } of workspaces) {
      say(`${workspace}: execution mode ${execution}, environment variables, none sensitive`);
      sayAll(`${table(["key", "value"], Object.entries(variables))}\n`);
    }
  });
  return 0;
}

/** @throws UserError when the state of bootstrap cannot be read, or lacks an output */
async function bootstrapOutputs(environment: string, terraform: Terraform): Promise<BootstrapOutputs> {
  const output = await idsOf("bootstrap", terraform);
  return {
    planClientId: output(`${environment}-plan-client-id`),
    deployClientId: output(`${environment}-deploy-client-id`),
    subscriptionId: output("subscription-id"),
    tenantId: output("tenant-id"),
  };
}
