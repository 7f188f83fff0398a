import { describe, expect, it } from "vitest";
import { environmentSchema } from "../../model/environment";
import { SERIES, SINGLE_SIZES } from "../../model/machine-series";
import { MACHINES, machineOf } from "../../model/machines";
import { warningsOf } from "../../model/warnings";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

/** What the check says of two pools with one machine: the System pool is the first, the User pool the second. */
const pools = (vmSize: string, osDiskGb = 30) => ({
  ...staging,
  nodePools: staging.nodePools.map((pool) => ({ ...pool, vmSize, osDiskGb })),
});
const issues = (vmSize: string, osDiskGb?: number) => issuesOf([pools(vmSize, osDiskGb)]);
const both = (field: string, sentence: string) =>
  [0, 1].map((index) => `staging.nodePools.${index}.${field}: ${sentence}`);

describe("the table of machines", () => {
  it.each([
    ["Standard_D4ds_v5", { architecture: "amd64", vCpus: 4, memoryGib: 16, largestOsDiskGib: 150 }],
    ["Standard_D2alds_v6", { architecture: "amd64", vCpus: 2, memoryGib: 4, largestOsDiskGib: 110 }],
    ["Standard_E96ads_v6", { architecture: "amd64", vCpus: 96, memoryGib: 672, largestOsDiskGib: 2040 }],
    ["Standard_L8s_v3", { architecture: "amd64", vCpus: 8, memoryGib: 64, largestOsDiskGib: 80 }],
    ["Standard_DS2_v2", { architecture: "amd64", vCpus: 2, memoryGib: 7, largestOsDiskGib: 86 }],
    ["Standard_NC24ads_A100_v4", { architecture: "amd64", vCpus: 24, memoryGib: 220, largestOsDiskGib: 256 }],
    ["Standard_D64pds_v5", { architecture: "arm64", vCpus: 64, memoryGib: 208, largestOsDiskGib: 2040 }],
    ["Standard_D2s_v6", { architecture: "amd64", vCpus: 2, memoryGib: 8, largestOsDiskGib: 0 }],
  ])("knows %s", (size, expected) => {
    expect(machineOf(size)).toEqual({ size, isBurstable: false, ...expected });
  });

  it("lists each size once", () => {
    const listed = SERIES.reduce((sum, { vCpus }) => sum + vCpus.length, SINGLE_SIZES.length);
    expect(MACHINES.size).toBe(listed);
  });

  it("has no size that the schema takes for misspelt", () => {
    const { vmSize } = environmentSchema.shape.nodePools.element.shape;
    expect([...MACHINES.values()].filter(({ size }) => !vmSize.safeParse(size).success)).toEqual([]);
  });
});

describe("a VM size", () => {
  it.each([
    "Standard_D2ds_v5",
    "Standard_D4ads_v6",
    "Standard_E20ds_v4",
    "Standard_F4s_v2",
    "Standard_L8s_v3",
    "Standard_DS2_v2",
    "Standard_NC24ads_A100_v4",
    "Standard_NC4as_T4_v3",
    "Standard_ND96isr_H100_v5",
    "Standard_NV6ads_A10_v5",
  ])("may be %s", (size) => {
    expect(issues(size)).toEqual([]);
  });

  it.each(["D4ds_v5", "standard_D4ds_v5", "Standard_d4ds_v5", "Standard_D4ds v5"])(
    "has the shape of a name, unlike %s",
    (size) => {
      const got = size.includes(" ") ? size : `"${size}"`;
      expect(issues(size)).toEqual(
        both("vmSize", `got ${got}, must be a VM size such as Standard_D4ds_v5 (the exact SKU name)`),
      );
    },
  );

  it.each([
    ["Standard_D5ds_v5", "Standard_D2ds_v5"],
    ["Standard_D4dsv5", "Standard_D4ds_v5"],
    ["Standard_D4ds_V5", "Standard_D4ds_v5"],
    ["Standard_NC24ads_A100", "Standard_NC24ads_A100_v4"],
  ])("is refused when it is %s, which does not exist and is near one that does", (size, meant) => {
    const must = `must be a VM size of Azure (model/machine-series.ts lists them; one that is newer belongs there) (did you mean ${meant}?)`;
    expect(issues(size)).toEqual(both("vmSize", `got "${size}", ${must}`));
  });

  it.each([
    ["near none", "Standard_Q48zz_v1"],
    ["of a series without numbers here", "Standard_DC4ads_v6"],
    ["one with fewer vCPUs than its machine", "Standard_E8-2ds_v5"],
    ["another GPU", "Standard_ND96isr_MI300X_v5"],
  ])("passes with a warning when it is unknown and %s", (_, size) => {
    expect(issues(size)).toEqual([]);
    const should =
      "should be in model/machine-series.ts (its processor, memory and local disk are not known; az vm list-skus says whether Azure has it)";
    expect(warningsOf(bootstrap, [pools(size)])).toEqual(both("vmSize", `got "${size}", ${should}`));
  });

  it.each(["Standard_D4pds_v5", "Standard_D4pds_v6", "Standard_E4ps_v5", "Standard_B2pls_v2"])(
    "is refused when it is %s, because images are built for amd64",
    (size) => {
      expect(issues(size)).toEqual(
        both("vmSize", `got "${size}", must be an amd64 size, such as Standard_D4ds_v5 (no image is built for Arm)`),
      );
    },
  );

  it.each(["Standard_D4s_v5", "Standard_D4as_v6", "Standard_E4s_v5", "Standard_D4_v5"])(
    "is refused when it is %s, on which no ephemeral OS disk finds room",
    (size) => {
      const must = "must be a size with a local disk, such as Standard_D4ds_v5 (the OS disk is ephemeral)";
      expect(issues(size)).toEqual(both("vmSize", `got "${size}", ${must}`));
    },
  );

  it("is refused under what AKS takes, which is more in a System pool", () => {
    expect(issues("Standard_DS1_v2")).toEqual([
      'staging.nodePools.0.vmSize: got "Standard_DS1_v2", must have at least 2 vCPUs and 4 GiB of memory (AKS refuses less in a System pool; this has 1 and 3.5)',
      'staging.nodePools.1.vmSize: got "Standard_DS1_v2", must have at least 2 vCPUs and 2 GiB of memory (AKS refuses less in a User pool; this has 1 and 3.5)',
    ]);
  });

  it("may be burstable in a User pool alone", () => {
    expect(issues("Standard_B4ms")).toEqual([
      'staging.nodePools.0.vmSize: got "Standard_B4ms", must not be a burstable size, but one such as Standard_D4ds_v5 (AKS supports no B series in a System pool)',
    ]);
  });
});

describe("an ephemeral OS disk", () => {
  it.each([
    ["a temporary disk", "Standard_D4ads_v5", 150],
    ["an NVMe disk", "Standard_D4ds_v6", 220],
    ["several NVMe disks", "Standard_D16ads_v6", 880],
    ["a cache", "Standard_D4s_v3", 100],
    ["the disk of a GPU machine", "Standard_NC4as_T4_v3", 176],
  ])("fits on %s, and no larger one does", (_, size, most) => {
    expect(issues(size, most)).toEqual([]);
    expect(issues(size, most + 1)).toEqual(
      both("osDiskGb", `got ${most + 1}, must be at most ${most} (the local disk of ${size})`),
    );
  });

  it("is never larger than Azure makes one", () => {
    expect(issues("Standard_D96ds_v5", 2040)).toEqual([]);
    expect(issues("Standard_D96ds_v5", 2041)).toEqual(
      both("osDiskGb", "got 2041, must be at most 2040 (Azure makes no larger ephemeral disk)"),
    );
  });
});
