import { DELIVERY_ANNOTATION } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { GITOPS } from "../../model/gitops/files";
import { printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import type { Checkout } from "./checkout";

/** Who delivers each release, as a commit says it; a release of which it says nothing is not there. */
type Deliveries = ReadonlyMap<string, string>;

interface Way {
  readonly branch: string;
  readonly from: string;
  readonly to: string;
}

/** How many changes are looked through for a commit to go back to. */
const LOOKED_THROUGH = 200;

/**
 * A step of a handover is one of the cluster, of Terraform's state and of Git. Git alone cannot take it back: Flux would be suspended and
 * roll nothing back, or would release beside Terraform.
 * @throws UserError when a release is delivered by another at what is deployed, at what is merged, or at where this would go
 */
export async function refuseAcrossHandover(
  checkout: Checkout,
  environment: Pick<Environment, "name">,
  { branch, from, to }: Way,
): Promise<void> {
  const says = (commit: string) => deliveriesAt(checkout, environment, commit);
  const [target, deployed, main] = await Promise.all([says(to), says(from), says(await checkout.commit())]);
  const faults = [
    ...differing(target, deployed).map((release) => faultOf(release, target, deployed, "what is deployed")),
    ...differing(target, main).map((release) => faultOf(release, target, main, "main")),
  ];
  if (faults.length === 0) return;
  const isNewest = differing(deployed, main).length === 0;
  const newest = isNewest ? await newestBefore(checkout, environment, from, deployed) : undefined;
  throw new UserError(
    `${branch}: --back would cross a step of a handover, which Git alone cannot take back: ${to} says ${faults.join("; ")}; nothing was touched\n  next: ${remedy(newest)}`,
  );
}

/** The state before the one that is deployed, or one before that, with the same deliveries. */
async function newestBefore(
  checkout: Checkout,
  environment: Pick<Environment, "name">,
  from: string,
  deployed: Deliveries,
): Promise<string | undefined> {
  const folders = [`${GITOPS}/${environment.name}`, "charts", "helm-values"];
  const [, ...earlier] = await checkout.changesOf(folders, from, LOOKED_THROUGH);
  for (const commit of earlier) {
    const found = await deliveriesAt(checkout, environment, commit);
    if (found.size > 0 && differing(found, deployed).length === 0) return commit;
  }
  return undefined;
}

/** Read line by line: going back mends a commit that nobody can parse, too. */
async function deliveriesAt(
  checkout: Checkout,
  { name }: Pick<Environment, "name">,
  commit: string,
): Promise<Deliveries> {
  const folder = `${GITOPS}/${name}`;
  const lines = await checkout.linesWith(`${DELIVERY_ANNOTATION}:`, commit, folder);
  return new Map(
    lines.map(({ file, text }) => [
      file.slice(folder.length + 1).split("/")[0] ?? "",
      text.slice(text.indexOf(":") + 1).trim(),
    ]),
  );
}

/** What one of them does not name stays on the cluster as it is. */
const differing = (one: Deliveries, other: Deliveries): string[] =>
  [...one.keys()].filter((release) => other.has(release) && other.get(release) !== one.get(release));

const faultOf = (release: string, target: Deliveries, other: Deliveries, name: string): string =>
  `${printable(target.get(release) ?? "")} of ${printable(release)}, and ${name} says ${printable(other.get(release) ?? "")}`;

const remedy = (newest: string | undefined): string =>
  newest === undefined
    ? "there is no commit to go back to; suspend the release, then helm rollback (docs/gitops.md, At night), then revert on main"
    : `the newest commit that can be gone back to is ${newest}; for an older one suspend the release, then helm rollback (docs/gitops.md, At night)`;
