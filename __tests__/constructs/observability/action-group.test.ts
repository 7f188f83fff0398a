import { describe, expect, it } from "vitest";
import { ActionGroup } from "../../../constructs/observability/action-group";
import { ground } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

describe("ActionGroup", () => {
  it("writes to every address, under a sender's name that fits into a message", () => {
    const group = synthStack((stack) => {
      new ActionGroup(stack, "alerts", {
        name: "ag-mmrv",
        shortName: "mmrv",
        resourceGroup: ground(stack),
        emails: ["first@mmrv.invalid", "second@mmrv.invalid"],
      });
    }).one("azurerm_monitor_action_group");
    expect(group).toMatchObject({
      name: "ag-mmrv",
      short_name: "mmrv",
      resource_group_name: "${azurerm_resource_group.group.name}",
      // Azure wants names that differ.
      email_receiver: [
        { name: "mail-1", email_address: "first@mmrv.invalid" },
        { name: "mail-2", email_address: "second@mmrv.invalid" },
      ],
    });
    // Its own default is on.
    expect(group).not.toHaveProperty("enabled", false);
  });
});
