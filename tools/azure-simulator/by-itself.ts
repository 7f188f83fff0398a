import type { Arm } from "./arm";
import { installSensors, patchClusters } from "./resource-types/cluster";

/**
 * What Azure does to a subscription by itself while nobody deploys: AKS installs the patch of that number, and Defender puts its sensor
 * on every cluster that no tag excludes. A plan made afterwards must be empty.
 */
export function actByItself({ registrations, store }: Arm, patch = 6): void {
  patchClusters(store, patch);
  if (registrations.hasSensor()) installSensors(store);
}
