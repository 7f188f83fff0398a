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

/** Whether Kubernetes knows a zone; the API server loads it from the tz database (time.LoadLocation). */
export function isTimeZone(zone: string): boolean {
  const found = resolved(zone);
  return found !== undefined && (found === zone || found.toLowerCase() !== zone.toLowerCase());
}

export const timeZoneMeantBy = (given: string): string | undefined =>
  isTimeZone(given) ? undefined : closestTo(given, ZONES);
