import { describe, it } from "vitest";
import type { EgressShape } from "../../../constructs/egress";
import { plannedChanges, type Terraform } from "../../../tools/terraform/terraform";
import { cluster } from "../../support/cluster-fixture";
import { restage, type Stage, stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

const OWN = { via: "loadBalancer", address: "own" } as const;
const MANAGED = { via: "loadBalancer", address: "managed" } as const;
const UNSET = { via: "loadBalancer", address: "unset" } as const;
const NAT = { via: "natGateway", idleTimeoutMinutes: 10 } as const;

/** What a plan would do, as "action type" without the reads. */
async function planned(terraform: Terraform): Promise<string[]> {
  const { events } = await terraform.json(["plan"]);
  return plannedChanges(events).map(({ action, resource }) => `${action} ${resource.resource_type}`);
}

async function move(to: Stage, step: string, shape: EgressShape): Promise<string[]> {
  await restage(to, step, (stack) => cluster(stack, shape));
  const plan = await planned(to.run.terraform);
  await to.run.apply();
  await to.run.planIsEmpty();
  return plan;
}

describe("egress of a running cluster", requires("azurerm provider"), () => {
  it.concurrent("moves to a NAT gateway and back in place, by way of a managed address", async ({ expect }) => {
    const staged = await stage((stack) => cluster(stack, OWN));
    try {
      await staged.run.apply();
      expect(await move(staged, "free", MANAGED)).toEqual(["update azurerm_kubernetes_cluster"]);
      expect((await move(staged, "nat", NAT)).sort()).toEqual([
        "create azurerm_nat_gateway",
        "create azurerm_nat_gateway_public_ip_association",
        "create azurerm_subnet_nat_gateway_association",
        "update azurerm_kubernetes_cluster",
      ]);
      expect((await move(staged, "back", UNSET)).sort()).toEqual([
        "delete azurerm_nat_gateway",
        "delete azurerm_nat_gateway_public_ip_association",
        "delete azurerm_subnet_nat_gateway_association",
        "update azurerm_kubernetes_cluster",
      ]);
      expect(await move(staged, "home", OWN)).toEqual(["update azurerm_kubernetes_cluster"]);
    } finally {
      await staged.stop();
    }
  });

  it.concurrent("is refused the NAT gateway while the load balancer still holds the address", async ({ expect }) => {
    const staged = await stage((stack) => cluster(stack, OWN));
    try {
      await staged.run.apply();
      await restage(staged, "nat", (stack) => cluster(stack, NAT));
      expect((await staged.run.tryApply()).errors.join()).toContain("PublicIPAddressInUse");
    } finally {
      await staged.stop();
    }
  });
});
