import { deployedBranch } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { CLUSTER_NAMES, stackName } from "../../model/naming";
import { heldAmong } from "../deploy/held-release";
import { bad, good, type Standing } from "./conditions";
import {
  type GitRepository,
  type HelmRelease,
  isActing,
  isReady,
  isUndecided,
  type Kustomization,
  readiness,
} from "./flux-objects";
import { fieldsThatDiffer, type RenderedRelease } from "./rendered";

const { gitOpsConfiguration, gitOpsNamespace } = CLUSTER_NAMES;

const WAIT = "wait a minute, then again";

/** Whether Flux runs here and can read what is approved. */
export function sourceStanding({ name }: Environment, source: GitRepository | undefined): Standing {
  const stack = stackName(name, "gitops");
  if (source === undefined)
    return bad(
      `the cluster has no GitRepository ${gitOpsConfiguration} in ${gitOpsNamespace}, so Flux reads nothing here`,
      `npx mmrv deploy ${stack}`,
    );
  if (isUndecided(source)) return bad(`Flux has not read this repository yet: ${readiness(source)}`, WAIT);
  if (!isReady(source))
    return bad(`Flux cannot read this repository: ${readiness(source)}`, "docs/runbooks/flux-source.md");
  return good(`Flux reads ${source.status.artifact?.revision ?? "nothing yet"}`);
}

/** Whether Flux has applied the release's folder of the environment's branch. */
export function appliedStanding(
  { name }: Environment,
  release: string,
  kustomization: Kustomization | undefined,
): Standing {
  const branch = deployedBranch({ name });
  if (kustomization === undefined)
    return bad(
      `Flux was not told of ${release} yet: there is no Kustomization ${gitOpsConfiguration}-${release}`,
      `npx mmrv deploy ${stackName(name, "gitops")}`,
    );
  const revision = kustomization.status.lastAppliedRevision ?? "nothing";
  if (isUndecided(kustomization)) return bad(`Flux is applying it: ${readiness(kustomization)}`, WAIT);
  if (!isReady(kustomization))
    return bad(`Flux could not apply it: ${readiness(kustomization)}`, `mend it on main, then move ${branch}`);
  if (!revision.startsWith(`${branch}@`))
    return bad(`Flux applied ${revision}, and not ${branch}`, `npx mmrv deploy ${stackName(name, "gitops")}`);
  return good(`Flux applied ${revision}`);
}

/** Whether the HelmRelease is the one that is rendered, waiting. */
export function waitingStanding(
  { name }: Environment,
  live: HelmRelease | undefined,
  rendered: RenderedRelease,
  kustomization: Kustomization | undefined,
): Standing {
  const branch = deployedBranch({ name });
  const moved = `move ${branch} to the commit that has the step (deploy.yml, ${name}-releases), and wait for Flux`;
  if (live === undefined) return bad("Flux has not made its HelmRelease yet", moved);
  if (!live.spec.suspend) return bad("the HelmRelease is not suspended: Flux acts on it already", moved);
  if (isActing(live))
    return bad("the HelmRelease is suspended, and an action of Flux's still runs", "wait for its end");
  const { substitute } = kustomization?.spec.postBuild ?? { substitute: {} };
  const paths = fieldsThatDiffer(rendered, live, substitute);
  return paths.length === 0
    ? good("the HelmRelease is there as it is rendered, suspended")
    : bad(`the HelmRelease is not as it is rendered, in ${paths.join(", ")}`, moved);
}

/** @param addresses those of the stack's state */
export function stateStanding(environment: string, release: string, addresses: readonly string[]): Standing {
  const held = heldAmong(release, addresses);
  const stack = stackName(environment, release);
  return held.length === 0
    ? good(`Terraform holds no release of it (${stack})`)
    : bad(`Terraform still holds ${held.join(", ")}`, `npx mmrv deploy ${stack}, which forgets it`);
}
