import type { Environment } from "../../environments/environment";
import { BOOTSTRAP_RESOURCE_GROUP, namesOf } from "../../environments/naming";
import type { Arm } from "./arm/arm";
import { REHEARSAL_SUBSCRIPTION } from "./sandbox";

/** Puts into the stand-in what phase 0 leaves in a subscription and the stacks look up. */
export function seedPhaseZero(arm: Arm, environments: readonly Environment[]): void {
  for (const environment of environments) {
    const group = `/subscriptions/${environment.subscriptionId ?? REHEARSAL_SUBSCRIPTION}/resourceGroups/${BOOTSTRAP_RESOURCE_GROUP}`;
    const put = (path: string) =>
      arm.handle({
        method: "PUT",
        url: new URL(path, "https://management.azure.com"),
        body: { location: environment.region },
      });
    put(group);
    put(`${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${namesOf(environment).deployIdentity}`);
  }
}
