import type { Arm } from "./arm";
import { installSensors, patchClusters } from "./resource-types/cluster";

interface Act {
  /** The clusters that it acts on, by their ids in lower case. @default all of them */
  readonly among?: (id: string) => boolean;
  /** The patch of Kubernetes that AKS installs. @default 6 */
  readonly patch?: number;
}

/**
 * What Azure does to a subscription by itself while nobody deploys: AKS installs a patch, and Defender puts its sensor on every cluster
 * that no tag excludes. A plan made afterwards must be empty.
 */
export function actByItself({ registrations, store }: Arm, { among = () => true, patch = 6 }: Act = {}): void {
  patchClusters(store, patch, among);
  if (registrations.hasSensor()) installSensors(store, among);
}
