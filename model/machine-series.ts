/**
 * The VM series that can be node pools, or that a reader may take for one. Sizes are named without "Standard_"; `*` stands
 * for the vCPUs. Source, where nothing else is said: the page of each series, such as
 * learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/ddsv6-series, read in November 2026.
 */
export interface Series {
  readonly sizes: string;
  readonly vCpus: readonly number[];
  /** GiB of memory for each vCPU. */
  readonly memory: number;
  /** GiB of local disk for each vCPU on which an ephemeral OS disk finds room; 0 for a series that has none. */
  readonly local: number;
  /** The sizes that depart from the line, by their vCPUs. */
  readonly except?: Readonly<Record<number, { readonly memory: number }>>;
  readonly architecture?: "arm64";
}

/** A size that is on no line: its name, vCPUs, GiB of memory, GiB of local disk for an ephemeral OS disk. */
export type SingleSize = readonly [size: string, vCpus: number, memory: number, local: number];

const TO_64 = [2, 4, 8, 16, 32, 48, 64];
const TO_96 = [...TO_64, 96];
const TO_128 = [...TO_96, 128];
const TO_160 = [...TO_128, 160];
const TO_192 = [...TO_128, 192];
const TO_372 = [...TO_192, 248, 372];
const with20 = (vCpus: readonly number[]) => [...vCpus, 20];

/**
 * With a disk of their own: until v5 a temporary disk, from v6 on NVMe disks, whose sum counts, because an OS disk takes as
 * many of them as it needs (learn.microsoft.com/azure/virtual-machines/ephemeral-os-disks).
 */
const WITH_LOCAL_DISK: readonly Series[] = [
  { sizes: "D*ds_v5", vCpus: TO_96, memory: 4, local: 37.5 },
  { sizes: "D*ads_v5", vCpus: TO_96, memory: 4, local: 37.5 },
  { sizes: "D*lds_v5", vCpus: TO_96, memory: 2, local: 37.5 },
  { sizes: "D*ds_v4", vCpus: TO_64, memory: 4, local: 37.5 },
  { sizes: "D*ds_v6", vCpus: TO_192, memory: 4, local: 55 },
  { sizes: "D*ads_v6", vCpus: TO_96, memory: 4, local: 55 },
  { sizes: "D*lds_v6", vCpus: TO_128, memory: 2, local: 55 },
  { sizes: "D*alds_v6", vCpus: TO_96, memory: 2, local: 55 },
  { sizes: "D*ads_v7", vCpus: TO_160, memory: 4, local: 55 },
  { sizes: "E*ds_v5", vCpus: with20(TO_96), memory: 8, local: 37.5, except: { 96: { memory: 672 } } },
  { sizes: "E*ads_v5", vCpus: with20(TO_96), memory: 8, local: 37.5, except: { 96: { memory: 672 } } },
  { sizes: "E*ds_v4", vCpus: with20(TO_64), memory: 8, local: 37.5, except: { 64: { memory: 504 } } },
  { sizes: "E*ds_v6", vCpus: with20(TO_128), memory: 8, local: 55 },
  { sizes: "E*ads_v6", vCpus: with20(TO_96), memory: 8, local: 55, except: { 96: { memory: 672 } } },
  { sizes: "E*ads_v7", vCpus: TO_160, memory: 8, local: 55 },
  // The pages of these two say nothing of ephemeral OS disks, for or against; from 248 vCPUs on they have a little more.
  { sizes: "D*ds_v7", vCpus: TO_372, memory: 4, local: 55 },
  { sizes: "E*ds_v7", vCpus: with20([...TO_192, 248]), memory: 8, local: 55 },
  // Pages not read; the line is that of the series beside them.
  { sizes: "D*lds_v7", vCpus: TO_192, memory: 2, local: 55 },
  { sizes: "D*alds_v7", vCpus: TO_160, memory: 2, local: 55 },
  { sizes: "D*d_v4", vCpus: TO_64, memory: 4, local: 37.5 },
  { sizes: "D*d_v5", vCpus: TO_96, memory: 4, local: 37.5 },
  { sizes: "E*d_v4", vCpus: with20(TO_64), memory: 8, local: 37.5, except: { 64: { memory: 504 } } },
  { sizes: "E*d_v5", vCpus: with20(TO_96), memory: 8, local: 37.5, except: { 96: { memory: 672 } } },
  // A temporary disk beside the NVMe disks, which take no OS disk before v6.
  { sizes: "L*s_v3", vCpus: [8, 16, 32, 48, 64, 80], memory: 8, local: 10 },
  { sizes: "L*as_v3", vCpus: [8, 16, 32, 48, 64, 80], memory: 8, local: 10 },
];

/**
 * Whose cache takes the OS disk: AKS judges older series by it, and not by their temporary disk, which is smaller
 * (learn.microsoft.com/azure/aks/concepts-storage).
 */
const WITH_CACHE: readonly Series[] = [
  { sizes: "D*s_v3", vCpus: TO_64, memory: 4, local: 25 },
  { sizes: "E*s_v3", vCpus: TO_64, memory: 8, local: 25, except: { 64: { memory: 432 } } },
  // By proportion: Azure's list of SKUs was seen for F16s_v2 alone.
  { sizes: "F*s_v2", vCpus: [...TO_64, 72], memory: 2, local: 16 },
  // By proportion too: the pages have no cache of these, only a smaller temporary disk.
  { sizes: "D*as_v4", vCpus: TO_96, memory: 4, local: 25 },
  { sizes: "E*as_v4", vCpus: with20(TO_96), memory: 8, local: 25, except: { 96: { memory: 672 } } },
];

/** Without any, or with one that takes no OS disk (those without an s). Pages of v7, and of v4 and older, not read. */
const WITHOUT_LOCAL_DISK: readonly Series[] = [
  ...["D*s_v4", "D*_v3", "D*_v4"].map((sizes) => ({ sizes, vCpus: TO_64, memory: 4, local: 0 })),
  ...["D*s_v5", "D*as_v5", "D*as_v6", "D*a_v4", "D*_v5"].map((sizes) => ({ sizes, vCpus: TO_96, memory: 4, local: 0 })),
  { sizes: "D*s_v6", vCpus: TO_192, memory: 4, local: 0 },
  { sizes: "D*s_v7", vCpus: TO_372, memory: 4, local: 0 },
  { sizes: "D*as_v7", vCpus: TO_160, memory: 4, local: 0 },
  { sizes: "D*ls_v5", vCpus: TO_96, memory: 2, local: 0 },
  { sizes: "D*ls_v6", vCpus: TO_128, memory: 2, local: 0 },
  { sizes: "D*ls_v7", vCpus: TO_192, memory: 2, local: 0 },
  { sizes: "D*als_v6", vCpus: TO_96, memory: 2, local: 0 },
  { sizes: "D*als_v7", vCpus: TO_160, memory: 2, local: 0 },
  { sizes: "E*_v3", vCpus: with20(TO_64), memory: 8, local: 0, except: { 64: { memory: 432 } } },
  ...["E*s_v4", "E*_v4"].map((sizes) => ({
    sizes,
    vCpus: with20(TO_64),
    memory: 8,
    local: 0,
    except: { 64: { memory: 504 } },
  })),
  ...["E*s_v5", "E*as_v5", "E*as_v6", "E*_v5", "E*a_v4"].map((sizes) => ({
    sizes,
    vCpus: with20(TO_96),
    memory: 8,
    local: 0,
    except: { 96: { memory: 672 } },
  })),
  { sizes: "E*s_v6", vCpus: with20(TO_128), memory: 8, local: 0 },
  { sizes: "E*s_v7", vCpus: with20([...TO_192, 248]), memory: 8, local: 0 },
  { sizes: "E*as_v7", vCpus: TO_160, memory: 8, local: 0 },
  // Burstable: learn.microsoft.com/azure/virtual-machines/sizes/general-purpose/bsv2-series; Basv2 by it.
  ...["B*s_v2", "B*as_v2"].map((sizes) => ({ sizes, vCpus: [2, 4, 8, 16, 32], memory: 4, local: 0 })),
  ...["B*ls_v2", "B*als_v2"].map((sizes) => ({ sizes, vCpus: [2, 4, 8, 16, 32], memory: 2, local: 0 })),
];

/** Arm64. Pages of Dpdsv5, Dpdsv6, Epdsv5 and Epdsv6 read; the others by them. */
const ARM: readonly Series[] = (
  [
    { sizes: "D*pds_v5", vCpus: TO_64, memory: 4, local: 37.5, except: { 64: { memory: 208 } } },
    { sizes: "D*plds_v5", vCpus: TO_64, memory: 2, local: 37.5 },
    { sizes: "D*ps_v5", vCpus: TO_64, memory: 4, local: 0, except: { 64: { memory: 208 } } },
    { sizes: "D*pls_v5", vCpus: TO_64, memory: 2, local: 0 },
    { sizes: "E*pds_v5", vCpus: [2, 4, 8, 16, 20, 32], memory: 8, local: 37.5, except: { 32: { memory: 208 } } },
    { sizes: "E*ps_v5", vCpus: [2, 4, 8, 16, 20, 32], memory: 8, local: 0, except: { 32: { memory: 208 } } },
    { sizes: "D*pds_v6", vCpus: TO_96, memory: 4, local: 55 },
    { sizes: "D*plds_v6", vCpus: TO_96, memory: 2, local: 55 },
    { sizes: "D*ps_v6", vCpus: TO_96, memory: 4, local: 0 },
    { sizes: "D*pls_v6", vCpus: TO_96, memory: 2, local: 0 },
    { sizes: "E*pds_v6", vCpus: TO_96, memory: 8, local: 55, except: { 96: { memory: 672 } } },
    { sizes: "E*ps_v6", vCpus: TO_96, memory: 8, local: 0, except: { 96: { memory: 672 } } },
    { sizes: "B*ps_v2", vCpus: [2, 4, 8, 16], memory: 4, local: 0 },
    { sizes: "B*pls_v2", vCpus: [2, 4, 8, 16], memory: 2, local: 0 },
    { sizes: "B*pts_v2", vCpus: [2], memory: 0.5, local: 0 },
  ] as const
).map((series) => ({ ...series, architecture: "arm64" }));

export const SERIES: readonly Series[] = [...WITH_LOCAL_DISK, ...WITH_CACHE, ...WITHOUT_LOCAL_DISK, ...ARM];

export const SINGLE_SIZES: readonly SingleSize[] = [
  // Isolated: one machine a host.
  ["E104ids_v5", 104, 672, 3800],
  ["E112iads_v5", 112, 672, 3800],
  ["E80ids_v4", 80, 504, 2400],
  ["E192ids_v6", 192, 1832, 10_560],
  ["E372ids_v7", 372, 2832, 21_120],
  ["E20s_v3", 20, 160, 400],
  // The cache, seen in Azure's list of SKUs for DS2_v2 alone, the others by proportion.
  ["DS1_v2", 1, 3.5, 43],
  ["DS2_v2", 2, 7, 86],
  ["DS3_v2", 4, 14, 172],
  ["DS4_v2", 8, 28, 344],
  ["DS5_v2", 16, 56, 688],
  // Burstable. The temporary disk, or the cache of 30 GiB where that is larger.
  ["B1ls", 1, 0.5, 30],
  ["B1s", 1, 1, 30],
  ["B1ms", 1, 2, 30],
  ["B2s", 2, 4, 30],
  ["B2ms", 2, 8, 30],
  ["B4ms", 4, 16, 32],
  ["B8ms", 8, 32, 64],
  ["B12ms", 12, 48, 96],
  ["B16ms", 16, 64, 128],
  ["B20ms", 20, 80, 160],
  ["B2ts_v2", 2, 1, 0],
  ["B2ats_v2", 2, 1, 0],
  // A100: the cache, seen in Azure's list of SKUs for NC24ads alone, the others by proportion.
  ["NC24ads_A100_v4", 24, 220, 256],
  ["NC48ads_A100_v4", 48, 440, 512],
  ["NC96ads_A100_v4", 96, 880, 1024],
  // T4: the temporary disk. Whether AKS takes it or the smaller cache (144 GiB on NC16as) was not verified.
  ["NC4as_T4_v3", 4, 28, 176],
  ["NC8as_T4_v3", 8, 56, 352],
  ["NC16as_T4_v3", 16, 110, 352],
  ["NC64as_T4_v3", 64, 440, 2816],
  ["NC40ads_H100_v5", 40, 320, 3576],
  ["NC80adis_H100_v5", 80, 640, 7152],
  // A temporary disk beside eight NVMe disks.
  ["ND96isr_H100_v5", 96, 1900, 1024],
  ["NV6ads_A10_v5", 6, 55, 180],
  ["NV12ads_A10_v5", 12, 110, 360],
  ["NV18ads_A10_v5", 18, 220, 720],
  ["NV36ads_A10_v5", 36, 440, 1440],
  ["NV36adms_A10_v5", 36, 880, 2880],
  ["NV72ads_A10_v5", 72, 880, 2880],
];

/**
 * Series that Azure sells too, or has sold, and whose numbers this table does not have: a size of theirs is no misspelling.
 * Confidential machines, constrained vCPUs, network- and storage-optimized ones, F from v6 on, L but for v3, GPU and HPC.
 */
export const OTHER_SERIES: readonly RegExp[] = [
  /^[A-Z]+\d+-\d+/,
  /^(DC|EC|FX|GS?|H[BCX]|M|NCC|NG|NP|PB)\d/,
  /^A\d+m?_v2$/,
  /^DS?\d+(_v2)?(_Promo)?$/,
  /^[DE]\d+nl?d?s_v6$/,
  /^E\d+(i?bd?s|ia?d?s?)_v\d$/,
  /^F\d+s?$/,
  /^F\d+a[lm]?d?s_v[67]$/,
  /^L\d+(s|s_v2|a?o?s_v[45])$/,
  /^N[CDV]\d+[a-z]*_(v\d|A10_v4|A100_v4|MI300X_v5|H200_v5|V710_v5|(NDR_)?GB\d00_v6|xl_RTXPRO6000BSE_v6)$/,
];
