import { describe, expect, it } from "vitest";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("ManagedIdentity", () => {
  const { all } = synthStack((stack) => {
    const identity = new ManagedIdentity(stack, "pipeline", { name: "id-push", resourceGroup: ground(stack) });
    identity.trustGitHub({ id: "by-name", repository: "org/app", environment: "staging" });
    identity.trustGitHub({ id: "by-id", repository: "org@1/app@2", environment: "staging" });
  });
  const [byId, byName] = all("azurerm_federated_identity_credential");

  it("trusts one GitHub environment of one repository", () => {
    expect(byName).toMatchObject({
      name: "by-name",
      user_assigned_identity_id: "${azurerm_user_assigned_identity.pipeline.id}",
      subject: "repo:org/app:environment:staging",
      issuer: "https://token.actions.githubusercontent.com",
      audience: ["api://AzureADTokenExchange"],
    });
    expect(byId.subject).toBe("repo:org@1/app@2:environment:staging");
  });

  it("makes its credentials one after the other, because Azure takes one write at a time", () => {
    expect([byName.depends_on, byId.depends_on]).toEqual([
      undefined,
      [expect.stringContaining("azurerm_federated_identity_credential.")],
    ]);
  });

  it("trusts one phase of one HCP Terraform workspace", () => {
    const [credential, ...rest] = synthStack((stack) => {
      const identity = new ManagedIdentity(stack, "deployer", { name: "id", resourceGroup: ground(stack) });
      identity.trustHcpTerraform({ organization: "org", project: "P 1", workspace: "mmrv-infra", phase: "apply" });
    }).all("azurerm_federated_identity_credential");
    expect(rest).toEqual([]);
    expect(credential).toMatchObject({
      name: "hcp-mmrv-infra-apply",
      issuer: "https://app.terraform.io",
      subject: "organization:org:project:P 1:workspace:mmrv-infra:run_phase:apply",
      audience: ["api://AzureADTokenExchange"],
    });
  });

  it("is put on machines by whoever may operate it, and does nothing by itself", () => {
    const { all } = synthStack((stack) => {
      const resourceGroup = ground(stack);
      const kubelet = new ManagedIdentity(stack, "kubelet", { name: "id-kubelet", resourceGroup });
      kubelet.grantOperator(new ManagedIdentity(stack, "cluster", { name: "id-cluster", resourceGroup }));
    });
    expect(all("azurerm_role_assignment")).toEqual([
      expect.objectContaining({
        role_definition_name: "Managed Identity Operator",
        scope: "${azurerm_user_assigned_identity.kubelet.id}",
        principal_id: "${azurerm_user_assigned_identity.cluster.principal_id}",
      }),
    ]);
    expect(all("azurerm_federated_identity_credential")).toEqual([]);
  });
});
