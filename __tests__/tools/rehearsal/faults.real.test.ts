import { describe, it } from "vitest";
import { Network } from "../../../constructs/network";
import { PublicAddress } from "../../../constructs/public-address";
import { FAULT_KINDS } from "../../../tools/azure-simulator/faults";
import { adopt, missingFromState } from "../../../tools/deploy/adopt";
import { REHEARSAL_SUBSCRIPTION } from "../../../tools/rehearsal/sandbox";
import { ground } from "../../support/provider-stack";
import { stage } from "../../support/real-provider";
import { requires } from "../../support/requires";

/** The provider retries 429 and 500 by itself, and waits for a slow answer. */
const FAILS_AT_ONCE: readonly string[] = ["409", "drop"];

const TARGET = { method: "PUT", path: "microsoft.network/virtualnetworks/vnet-test", times: 1 } as const;

describe("a stack with a network, applied by the real provider", requires("azurerm provider"), () => {
  const network = () =>
    stage((stack) => {
      const resourceGroup = ground(stack);
      new Network(stack, "network", { name: "vnet-test", resourceGroup, addressSpace: "10.0.0.0/16" }).addSubnet(
        "nodes",
        { name: "snet", addressPrefix: "10.0.0.0/24" },
      );
      new PublicAddress(stack, "address", { name: "pip-test", resourceGroup, zones: [] });
    });

  it.concurrent.for(FAULT_KINDS.filter((kind) => kind !== "fails"))(
    "converges on the next apply after the fault %s",
    async (kind, { expect }) => {
      const { azure, run, stop } = await network();
      try {
        azure.faults.add({ ...TARGET, kind });
        const { exitCode } = await run.tryApply();
        expect([kind, exitCode]).toEqual([kind, FAILS_AT_ONCE.includes(kind) ? 1 : 0]);
        expect(azure.faults.struck).toBe(1);
        expect(azure.faults.idle()).toEqual([]);
        await run.apply();
        await run.planIsEmpty();
        expect(azure.refusedHosts).toEqual(new Set());
      } finally {
        await stop();
      }
    },
  );

  it.concurrent("is left with an address that Azure accepted and did not finish, which adopt takes over and no plan sees", async ({
    expect,
  }) => {
    const { azure, run, stack, stop } = await network();
    try {
      azure.faults.add({
        kind: "fails",
        method: "PUT",
        path: "microsoft.network/publicipaddresses/pip-test",
        times: 1,
      });
      expect((await run.tryApply()).errors).toEqual([
        expect.stringMatching(/^azurerm_public_ip\.address: .*CreateFailed/),
      ]);
      expect((await run.tryApply()).errors).toEqual([
        expect.stringMatching(/^azurerm_public_ip\.address: .*already exists/),
      ]);
      const adopted: unknown[] = [];
      const missing = await missingFromState(run.terraform, stack.json, REHEARSAL_SUBSCRIPTION);
      for await (const { address, result } of adopt(run.terraform, missing)) adopted.push([address, result]);
      expect(adopted).toEqual([["azurerm_public_ip.address", "adopted"]]);
      await run.planIsEmpty();
      const [left] = azure.arm.store.ofType("microsoft.network/publicipaddresses");
      expect(left?.body).toMatchObject({ properties: { provisioningState: "Failed" } });
    } finally {
      await stop();
    }
  });

  it.concurrent("says in one paragraph what Azure refused", async ({ expect }) => {
    const { run, stop } = await stage((stack) => {
      const net = new Network(stack, "network", {
        name: "vnet",
        resourceGroup: ground(stack),
        addressSpace: "10.0.0.0/16",
      });
      net.addSubnet("a", { name: "snet-a", addressPrefix: "10.9.0.0/24" });
    });
    try {
      const { exitCode, errors } = await run.tryApply();
      expect(exitCode).toBe(1);
      expect(errors).toEqual([
        expect.stringMatching(
          /^azurerm_subnet\.network_a\w+: creating Subnet .*NetcfgInvalidSubnet: Subnet 'snet-a' \(10\.9\.0\.0\/24\) is not inside its virtual network/,
        ),
      ]);
    } finally {
      await stop();
    }
  });
});
