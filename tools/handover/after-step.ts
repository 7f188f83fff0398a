import { deployedBranch, PLATFORM } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { stackName } from "../../model/naming";
import { environmentFile } from "./edit-delivery";
import type { DeliveryStep } from "./steps";

/** What is left to do for a step to count, in its order. */
export function remainingOf(environment: Environment, { from, release, to }: DeliveryStep): string[] {
  const { name } = environment;
  const stack = stackName(name, release);
  const deploy = (kind: string) => `npx mmrv deploy ${stackName(name, kind)}`;
  const move = `move ${deployedBranch(environment)} to it: deploy.yml, ${name}-releases`;
  const status = `npx mmrv handover status ${name} ${release}`;
  const merge = `commit ${environmentFile(environment)} with what was rendered, and merge it`;
  if (to === "terraform")
    return [
      merge,
      `${deploy("gitops")}: Flux no longer applies the folder, and its HelmRelease stays, suspended`,
      `npx mmrv handover back ${name} ${release} once more: it takes the HelmRelease away`,
      `npx mmrv adopt ${stack}${release === PLATFORM ? ", which takes back the release and the namespace" : ""}`,
      `${deploy(release)}: the plan must have updates in place alone`,
      status,
    ];
  const watched = `${deploy("gitops")}: its alerts know who delivers`;
  if (to === "flux")
    return [merge, `${move}; Flux adopts the release within minutes`, deploy(release), watched, status];
  if (from === "flux")
    return [merge, `${move}; Flux stops acting`, watched, `${status}: before anything else is done to it`];
  return [
    merge,
    `${deploy(release)}: Terraform forgets the release, which stays as it is`,
    `${deploy("gitops")}: Flux is told of its folder`,
    `${move}; Flux makes the HelmRelease, suspended`,
    status,
  ];
}
