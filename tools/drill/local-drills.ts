import type { DrillName } from "../../model/recovery/plan";
import type { LocalDrill } from "./local-drill";

/** Every drill that runs here, each a file of this folder, loaded when it is needed. */
export const LOCAL_DRILLS: Partial<Record<DrillName, () => Promise<LocalDrill>>> = {
  state: async () => (await import("./state.ts")).STATE_DRILL,
  vault: async () => (await import("./vault.ts")).vaultDrill,
  registry: async () => (await import("./registry.ts")).registryDrill,
  cluster: async () => (await import("./cluster.ts")).clusterDrill,
};
