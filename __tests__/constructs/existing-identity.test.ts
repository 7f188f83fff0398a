import { describe, expect, it } from "vitest";
import { ExistingCluster } from "../../constructs/existing-cluster";
import { ExistingIdentity } from "../../constructs/existing-identity";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("ExistingIdentity", () => {
  it("says in one sentence what is missing and who makes it, before the direct look-up can fail", () => {
    const { json } = synthStack((stack) => {
      ground(stack);
      new ExistingIdentity(stack, "deployer", {
        name: "id-deploy",
        resourceGroupName: "rg-bootstrap",
        madeBy: "phase 0",
      });
    });
    const [[address, found]] = Object.entries<{ lifecycle: object }>(json.data.azurerm_resources) as [
      [string, { lifecycle: object }],
    ];
    expect(found).toMatchObject({
      type: "Microsoft.ManagedIdentity/userAssignedIdentities",
      name: "id-deploy",
      resource_group_name: "rg-bootstrap",
    });
    expect(found.lifecycle).toEqual({
      postcondition: [
        {
          condition: "${length(self.resources) == 1}",
          error_message:
            "The managed identity id-deploy is missing in the resource group rg-bootstrap: it is made by phase 0.",
        },
      ],
    });
    expect(json.data.azurerm_user_assigned_identity.deployer.depends_on).toEqual([`data.azurerm_resources.${address}`]);
  });

  it("trusts one service account of one cluster, whose tokens are meant for Azure", () => {
    const { json, one } = synthStack((stack) => {
      ground(stack);
      const place = { resourceGroupName: "rg", madeBy: "a test" };
      new ExistingIdentity(stack, "app", { ...place, name: "id-app" }).trustServiceAccount(
        new ExistingCluster(stack, "cluster", { ...place, name: "aks" }),
        "system:serviceaccount:mmrv:backend",
      );
    });
    expect(one("azurerm_federated_identity_credential")).toMatchObject({
      // The cluster's name, so that a second cluster can be trusted beside it.
      name: "aks",
      user_assigned_identity_id: "${data.azurerm_user_assigned_identity.app.id}",
      issuer: "${data.azurerm_kubernetes_cluster.cluster.oidc_issuer_url}",
      subject: "system:serviceaccount:mmrv:backend",
      audience: ["api://AzureADTokenExchange"],
    });
    expect(json.resource).not.toHaveProperty("azurerm_user_assigned_identity");
  });
});
