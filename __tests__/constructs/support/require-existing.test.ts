import { describe, expect, it } from "vitest";
import { requireExisting } from "../../../constructs/support/require-existing";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("requireExisting", () => {
  it("looks for one thing by type, name and group, and says what is missing and what to do", () => {
    const { json } = synthStack((stack) => {
      ground(stack);
      requireExisting(stack, {
        type: "Microsoft.Sql/servers",
        name: "sql-mmrv",
        resourceGroupName: "rg-data",
        what: "The server",
        remedy: "ask its owner",
      });
    });
    expect(json.data.azurerm_resources.found).toMatchObject({
      type: "Microsoft.Sql/servers",
      name: "sql-mmrv",
      resource_group_name: "rg-data",
      lifecycle: {
        postcondition: [
          {
            // A list: the direct look-up of what is not there fails in the provider's words.
            condition: "${length(self.resources) == 1}",
            error_message: "The server sql-mmrv is missing in the resource group rg-data: ask its owner.",
          },
        ],
      },
    });
  });
});
