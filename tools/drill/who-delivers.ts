import { deliverableReleases, deliveryOf } from "../../model/delivery";
import { UserError } from "../../model/user-error";
import { FluxOfDrill } from "./flux";
import type { Ground } from "./local-drill";

/** What is lost and brought back, and whose work that is. */
export interface Delivered {
  readonly releases: readonly string[];
  /** Those of Flux among them. */
  readonly flux: readonly string[];
}

/** Says of each release that is left out why. @throws UserError when none is left */
export function whoDelivers({ environment, tell }: Pick<Ground, "environment" | "tell">): Delivered {
  const missing = FluxOfDrill.missing();
  const all = deliverableReleases(environment).map((release) => ({ release, by: deliveryOf(environment, release) }));
  for (const { by, release } of all) {
    if (by === "handover") tell(`${release} is left out: it is half-way from Terraform to Flux (gitOps.delivery)`);
    if (by === "flux" && missing !== undefined)
      tell(`${release} is left out: Flux delivers it, and its controllers are not on this machine (${missing})`);
  }
  const flux = all.filter(({ by }) => by === "flux" && missing === undefined).map(({ release }) => release);
  const releases = all
    .filter(({ by, release }) => by === "terraform" || flux.includes(release))
    .map(({ release }) => release);
  if (releases.length === 0)
    throw new UserError(`drill cluster: no release of ${environment.name} can be lost here, as the lines above say`);
  return { flux, releases };
}
