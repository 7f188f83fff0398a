import { describe, expect, it } from "vitest";
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
});
