import { closestTo, didYouMean } from "../did-you-mean";
import type { Environment } from "../environment";
import { REGION_NAMES, REGIONS_READ, regionOf } from "../regions";
import type { Subscription } from "../subscription";
import { type Issue, issue } from "./issue";

type Regions = Pick<Environment, "region" | "pairedRegion">;

export const misspeltRegion = ({ region }: Pick<Regions, "region">): Issue[] => misspelt("region", region);

export const misspeltPair = ({ pairedRegion }: Regions): Issue[] => misspelt("pairedRegion", pairedRegion);

function misspelt(path: string, region: string): Issue[] {
  if (regionOf(region) !== undefined || closestTo(region, REGION_NAMES) === undefined) return [];
  const must = `must be a region of Azure (model/regions.ts lists those of ${REGIONS_READ}; one that is newer belongs there)`;
  return [issue(path, region, `${must}${didYouMean(region, REGION_NAMES)}`)];
}

/** Without a zone Azure refuses nodes, addresses and firewall that ask for one. */
export function zonesOfARegionWithoutAny({ region, zones }: Environment): Issue[] {
  if (zones.length === 0 || hasZones(region)) return [];
  return [issue("zones", zones, `must be [] (${region} has no availability zones)`, ["region"])];
}

/** A Premium registry and its replica are zone-redundant from birth: constructs/container-registry.ts. */
export function registryWithoutZones({ pairedRegion, region, registry }: Environment): Issue[] {
  if (registry.tier !== "Premium") return [];
  const issues: Issue[] = [];
  if (!hasZones(region)) {
    const must = `must be Standard, or region one with availability zones (Premium is zone-redundant here, and ${region} has none)`;
    issues.push(issue("registry.tier", registry.tier, must, ["region"]));
  }
  if (registry.replica && !hasZones(pairedRegion)) {
    const must = `must be false, or pairedRegion one with availability zones (the replica is zone-redundant, and ${pairedRegion} has none)`;
    issues.push(issue("registry.replica", registry.replica, must, ["pairedRegion"]));
  }
  return issues;
}

/** The archive is GZRS: constructs/audit-archive.ts. */
export function archiveWithoutGzrs({ logs: { auditArchive }, region }: Environment): Issue[] {
  if (auditArchive.to !== "storage" || hasGzrs(region)) return [];
  const must = `must be none, or region one with GZRS storage, which the archive is (${region} has none)`;
  return [issue("logs.auditArchive.to", auditArchive.to, must, ["region"])];
}

/** What each kind of redundancy asks of a region: learn.microsoft.com/azure/storage/common/storage-redundancy. */
export function stateReplicationThatTheRegionLacks({ region, state: { replication } }: Subscription): Issue[] {
  const known = regionOf(region);
  if (known === undefined) return [];
  const has = { LRS: true, ZRS: known.zones === true, GRS: known.pair !== undefined, GZRS: known.gzrs === true };
  if (has[replication]) return [];
  const others = Object.entries(has).flatMap(([kind, isThere]) => (isThere ? [kind] : []));
  const must = `must be ${others.join(" or ")}, or region another one (${region} has no ${replication} storage)`;
  return [issue("state.replication", replication, must, ["region"])];
}

/** A region that the table does not list is told of in a warning, and has what is asked of it until Azure says no. */
const isUnknown = (region: string): boolean => regionOf(region) === undefined;
const hasGzrs = (region: string): boolean => isUnknown(region) || regionOf(region)?.gzrs === true;
const hasZones = (region: string): boolean => isUnknown(region) || regionOf(region)?.zones === true;

/** What may be right and may be a mistake: Azure opens regions, and lets some subscriptions into restricted ones. */
export function regionWarnings(settings: Partial<Regions>): Issue[] {
  return (["region", "pairedRegion"] as const).flatMap((field) => {
    const region = settings[field];
    if (region === undefined) return [];
    if (isUnknown(region)) {
      const must = `should be in model/regions.ts (its zones, pair and GZRS are not known; az account list-locations says whether Azure has it)`;
      return [issue(field, region, must)];
    }
    if (regionOf(region)?.restricted !== true) return [];
    const must =
      "should be one that Microsoft has opened to this subscription (access is restricted: learn.microsoft.com/troubleshoot/azure/general/region-access-request-process)";
    return [issue(field, region, must)];
  });
}
