import { closestTo } from "../did-you-mean";

/** The zones of this Node.js's own table, which is that of ICU; aliases such as Asia/Calcutta are not among them. */
const ZONES = Intl.supportedValuesOf("timeZone");

/** The word that stands for itself: a file's name on the controller's disk, where upper and lower case differ. */
function resolved(zone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** What ICU still knows and the tz database has not, or no longer. Its bare words of three letters (CST) have no slash. */
const OF_ICU_ALONE = /^(SystemV\/.*|US\/Pacific-New)$/;

/**
 * Whether Kubernetes knows a zone with a slash in it; the API server loads it from the tz database (time.LoadLocation). Bare
 * words but UTC and GMT are refused before: CST is three zones, and none there.
 */
export function isTimeZone(zone: string): boolean {
  const found = OF_ICU_ALONE.test(zone) ? undefined : resolved(zone);
  return found !== undefined && (found === zone || found.toLowerCase() !== zone.toLowerCase());
}

export const timeZoneMeantBy = (given: string): string | undefined =>
  isTimeZone(given) ? undefined : closestTo(given, ZONES);
