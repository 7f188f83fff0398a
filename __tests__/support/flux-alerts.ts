import { ExistingGroup } from "../../constructs/existing-group";
import { FluxAlerts } from "../../constructs/observability/flux-alerts";
import { actionGroupOf, GROUP, RUNBOOKS, workspaceOf } from "./operations-fixture";
import { type Synthesized, synthStack } from "./synth";

/** The alerts on what Flux delivers, of releases that it shall deliver. */
export const synthFluxAlerts = (releases: readonly string[]): Synthesized =>
  synthStack((stack) => {
    const workspace = workspaceOf(stack);
    new FluxAlerts(stack, "flux-alerts", {
      actionGroup: actionGroupOf(stack),
      flux: { configuration: "mmrv", namespace: "mmrv-gitops", releases },
      group: new ExistingGroup(stack, "place", { ...GROUP, subscription: "/subscriptions/s" }),
      identityName: "id-alerts",
      runbooks: RUNBOOKS,
      workspace,
    });
  });
