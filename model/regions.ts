/** What Azure offers in a region, as far as this program asks for it. */
export interface Region {
  /** Whether it has availability zones: three, called 1, 2 and 3. */
  readonly zones?: true;
  /** The region to which Azure itself copies: GRS and GZRS storage goes there, and nowhere else. */
  readonly pair?: string;
  /** Whether it has geo-zone-redundant storage (GZRS). */
  readonly gzrs?: true;
  /** Whether a subscription has to ask Microsoft for access first. */
  readonly restricted?: true;
}

/** When the pages below were read. */
export const REGIONS_READ = "November 2026";

/**
 * The regions of Azure's public cloud by their programmatic names: learn.microsoft.com/azure/reliability/regions-list;
 * GZRS from learn.microsoft.com/azure/storage/common/redundancy-regions-gzrs. A pair need not be mutual. swedensouth has
 * no row of its own there: it is named as a pair alone.
 */
const REGIONS: Readonly<Record<string, Region>> = {
  australiacentral: { pair: "australiacentral2" },
  australiacentral2: { pair: "australiacentral", restricted: true },
  australiaeast: { zones: true, pair: "australiasoutheast", gzrs: true },
  australiasoutheast: { pair: "australiaeast" },
  austriaeast: { zones: true },
  belgiumcentral: { zones: true },
  brazilsouth: { zones: true, pair: "southcentralus", gzrs: true },
  brazilsoutheast: { pair: "brazilsouth", restricted: true },
  canadacentral: { zones: true, pair: "canadaeast", gzrs: true },
  canadaeast: { pair: "canadacentral" },
  centralindia: { zones: true, pair: "southindia", gzrs: true },
  centralus: { zones: true, pair: "eastus2", gzrs: true },
  chilecentral: { zones: true },
  denmarkeast: { zones: true },
  eastasia: { zones: true, pair: "southeastasia", gzrs: true },
  eastus: { zones: true, pair: "westus", gzrs: true },
  eastus2: { zones: true, pair: "centralus", gzrs: true },
  francecentral: { zones: true, pair: "francesouth", gzrs: true },
  francesouth: { pair: "francecentral", restricted: true },
  germanynorth: { pair: "germanywestcentral", restricted: true },
  germanywestcentral: { zones: true, pair: "germanynorth", gzrs: true },
  indiasouthcentral: { zones: true, pair: "centralindia" },
  indonesiacentral: { zones: true },
  israelcentral: { zones: true },
  italynorth: { zones: true },
  japaneast: { zones: true, pair: "japanwest", gzrs: true },
  japanwest: { zones: true, pair: "japaneast" },
  koreacentral: { zones: true, pair: "koreasouth", gzrs: true },
  koreasouth: { pair: "koreacentral" },
  malaysiawest: { zones: true },
  mexicocentral: { zones: true },
  newzealandnorth: { zones: true },
  northcentralus: { pair: "southcentralus" },
  northeurope: { zones: true, pair: "westeurope", gzrs: true },
  norwayeast: { zones: true, pair: "norwaywest", gzrs: true },
  norwaywest: { pair: "norwayeast", restricted: true },
  polandcentral: { zones: true },
  qatarcentral: { zones: true },
  southafricanorth: { zones: true, pair: "southafricawest", gzrs: true },
  southafricawest: { pair: "southafricanorth", restricted: true },
  southcentralus: { zones: true, pair: "northcentralus", gzrs: true },
  southindia: { pair: "centralindia" },
  southeastasia: { zones: true, pair: "eastasia", gzrs: true },
  spaincentral: { zones: true },
  swedencentral: { zones: true, pair: "swedensouth", gzrs: true },
  swedensouth: { pair: "swedencentral", restricted: true },
  switzerlandnorth: { zones: true, pair: "switzerlandwest", gzrs: true },
  switzerlandwest: { pair: "switzerlandnorth", restricted: true },
  uaecentral: { pair: "uaenorth", restricted: true },
  uaenorth: { zones: true, pair: "uaecentral", gzrs: true },
  uksouth: { zones: true, pair: "ukwest", gzrs: true },
  ukwest: { pair: "uksouth" },
  westcentralus: { pair: "westus2" },
  westeurope: { zones: true, pair: "northeurope", gzrs: true },
  westindia: { pair: "southindia" },
  westus: { pair: "eastus" },
  westus2: { zones: true, pair: "westcentralus", gzrs: true },
  westus3: { zones: true, pair: "eastus", gzrs: true },
};

export const REGION_NAMES: readonly string[] = Object.keys(REGIONS);

/** Undefined for a region that the table does not list. */
export const regionOf = (name: string): Region | undefined =>
  Object.hasOwn(REGIONS, name) ? REGIONS[name] : undefined;
