import { describe, expect, it } from "vitest";
import { machinesOf, type NodePoolProps, type PoolGround } from "../../constructs/node-pool";

const POOL: NodePoolProps = {
  name: "apps1",
  mode: "User",
  vmSize: "Standard_D4ds_v5",
  osDiskGb: 100,
  minCount: 2,
  maxCount: 5,
};
const machines = (more: Partial<PoolGround> = {}, pool: Partial<NodePoolProps> = {}) =>
  machinesOf(
    { ...POOL, ...pool },
    { hostEncryption: true, nodes: { id: "subnet" } as never, zones: ["1", "2", "3"], ...more },
  );

describe("machinesOf", () => {
  it("has no public address, in the subnet of the nodes, encrypted at the host when told", () => {
    expect(machines()).toMatchObject({
      nodePublicIpEnabled: false,
      vnetSubnetId: "subnet",
      hostEncryptionEnabled: true,
    });
    expect(machines({ hostEncryption: false }).hostEncryptionEnabled).toBe(false);
  });

  it("runs Azure Linux on a disk that goes with the machine", () => {
    expect(machines()).toMatchObject({ osSku: "AzureLinux3", osDiskType: "Ephemeral", osDiskSizeGb: 100 });
  });

  it("scales between its limits, to the pods that Kubernetes is tested with", () => {
    expect(machines()).toMatchObject({ autoScalingEnabled: true, minCount: 2, maxCount: 5, maxPods: 110 });
  });

  it("spreads over zones where there are some, and says nothing of them where there are none", () => {
    expect(machines().zones).toEqual(["1", "2", "3"]);
    expect(machines({ zones: [] }).zones).toBeUndefined();
  });

  it("states every upgrade setting, because removing one later replaces the cluster", () => {
    expect(machines().upgradeSettings).toEqual({
      maxSurge: "33%",
      drainTimeoutInMinutes: 30,
      nodeSoakDurationInMinutes: 0,
      undrainableNodeBehavior: "Schedule",
    });
  });

  it("has a temporary name that AKS takes, the same each time and another for each pool", () => {
    const nameOf = (name: string) => machines({}, { name }).temporaryNameForRotation;
    expect(nameOf("apps1")).toMatch(/^[a-z][a-z0-9]{0,11}$/);
    expect(nameOf("apps1")).toBe(nameOf("apps1"));
    expect(nameOf("apps1")).not.toBe(nameOf("apps2"));
  });
});
