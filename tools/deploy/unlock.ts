import { APPLICATION_NAMESPACE } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { isConfirmed } from "../confirm";
import { complain, say } from "../output";
import { environmentOf, findStack, type SynthesizedStack, synthesize } from "../program/stacks";
import { commandLine } from "../shell";
import { AUTO_APPROVE, refuseUnasked } from "./cdktf";
import { releaseOf } from "./held-release";
import { Helm } from "./kubernetes/helm";
import { kubectlFor } from "./kubernetes/own-kubectl";
import { deployedRevision, pendingRevisions, type ReleaseName, releasesOf, settle } from "./kubernetes/releases";
import { warningsIn } from "./kubernetes/warnings";

export interface UnlockOptions {
  readonly autoApprove?: boolean;
  readonly dryRun?: boolean;
}

/**
 * `mmrv unlock`: exit 1 when something stays locked that was to be unlocked.
 * @throws UserError for a stack without a release, for a release that Flux delivers, when kubectl looks at another cluster, or when nobody can be asked
 */
export async function unlockStack(
  name: string,
  { autoApprove, dryRun, now }: UnlockOptions & { readonly now: Date },
): Promise<number> {
  const stack = findStack(synthesize(), name);
  const environment = environmentOf(stack);
  const releases = releasesToUnlock(stack);
  if (!environment || releases.length === 0) throw new UserError(`${name} has no Helm release, so nothing is locked`);
  const kubectl = await kubectlFor(environment);
  const pending = (await Promise.all(releases.map((release) => pendingRevisions(kubectl, release)))).flat();
  if (pending.length === 0) {
    say(`no release of ${name} is locked`);
    return 0;
  }
  const described = await Promise.all(
    pending.map(async (revision) => {
      const minutes = Math.round((now.getTime() - revision.since.getTime()) / 60_000);
      const what = `${revision.name}, revision ${revision.revision}, ${revision.status} for ${minutes} minutes`;
      return { revision, what, back: await deployedRevision(kubectl, revision) };
    }),
  );
  for (const { back, what } of described)
    say(
      back === undefined
        ? `locked: ${what}; no revision of it was ever deployed to its end, so it would be forgotten, and the next deployment takes over what it has made`
        : `locked: ${what}; it would be rolled back to revision ${back}, the last that was deployed to its end`,
    );
  if (dryRun) return 0;
  // Before anybody is asked: without it a yes would be for nothing.
  const helm = new Helm();
  await helm.run(["version", "--short"]);
  refuseUnasked(`unlock ${name}`, autoApprove ? [AUTO_APPROVE] : []);
  if (!autoApprove && !(await isConfirmed(QUESTION))) {
    complain("not unlocked");
    return 1;
  }
  for (const { revision, what } of described) {
    const runs = await settle(kubectl, helm, revision);
    say(`unlocked ${what}: ${runs === undefined ? "forgotten" : `rolled back to revision ${runs}`}`);
  }
  const handedOver = releaseOf(stack)?.delivery === "handover";
  say(`next: npx mmrv ${handedOver ? `handover status ${environment.name}` : `deploy ${name}`}`);
  return 0;
}

/**
 * What may be locked of a stack. While a release is handed over its stack has it no longer, and nobody else settles it either.
 * @throws UserError for one that Flux delivers: helm-controller settles what is pending (internal/reconcile/unlock.go)
 */
export function releasesToUnlock(stack: Pick<SynthesizedStack, "id" | "json" | "settings">): ReleaseName[] {
  const delivered = releaseOf(stack);
  if (delivered === undefined || delivered.delivery === "terraform") return releasesOf(stack.json);
  const { delivery, environment, release } = delivered;
  if (delivery === "handover") return [{ name: release, namespace: APPLICATION_NAMESPACE }];
  throw new UserError(
    `${stack.id}: the release is Flux's, which unlocks a pending revision by itself at its next upgrade; nothing was touched\n  next: npx mmrv handover status ${environment} ${release} says whether it acts, or somebody has suspended it`,
  );
}

const QUESTION = "Is no run of it alive any more (a release takes up to 15 minutes)?";

/** Older warnings are of another run. */
const LAST_HOUR_MS = 3_600_000;

/** What a failed release of the stack says inside the cluster, for the person who deployed it; nothing when unknown. */
export async function whyReleaseFailed(stack: SynthesizedStack, now = new Date()): Promise<string[]> {
  const environment = environmentOf(stack);
  const releases = releasesOf(stack.json);
  const namespaces = [...new Set(releases.map(({ namespace }) => namespace))];
  if (!environment || namespaces.length === 0) return [];
  try {
    const kubectl = await kubectlFor(environment);
    const names = releases.map(({ name }) => name);
    const since = new Date(now.getTime() - LAST_HOUR_MS);
    const warnings = (
      await Promise.all(namespaces.map((namespace) => warningsIn(kubectl, namespace, { of: names, since })))
    ).flat();
    return warnings.length > 0 ? ["Warnings inside the cluster:", ...warnings.map((line) => `  ${line}`)] : [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return namespaces.map(
      (namespace) =>
        `If a release failed, its reason is in: ${commandLine("kubectl", "get", "events", "--namespace", namespace, "--field-selector", "type=Warning")}`,
    );
  }
}
