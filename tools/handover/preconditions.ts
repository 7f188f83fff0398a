import { HELM_VALUES } from "../../environments/all";
import { PROBE, SUBSTITUTES } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { HelmValues } from "../../model/helm-values";
import { stackName } from "../../model/naming";
import type { Values } from "../../model/read-values";
import { type ClusterView, newestOf, type Revision } from "./cluster-view";
import { bad, type Condition, condition } from "./conditions";
import { environmentFile, environmentsAfter } from "./edit-delivery";
import { appliedStanding, sourceStanding, stateStanding, waitingStanding } from "./flux-conditions";
import { commitOf, type Kustomization } from "./flux-objects";
import { type Substitutes, valuesByFiles, valuesInCluster } from "./flux-values";
import { type LiveRelease, liveRelease } from "./live-objects";
import {
  adoptionNotes,
  labelsStanding,
  parityStanding,
  planStanding,
  recordsStanding,
  replicasStanding,
} from "./release-conditions";
import type { ReleaseRecord } from "./release-record";
import type { ReleaseStack } from "./release-stack";
import { renderedRelease } from "./rendered";
import { branchStanding, chartStanding } from "./repository";
import { ROOT } from "./root";
import type { DeliveryStep } from "./steps";

/** What the conditions are asked of. */
export interface Asked {
  readonly view: ClusterView;
  readonly stack: ReleaseStack;
  /** Whether a workload may have one pod alone. */
  readonly acceptsGap: boolean;
}

/** What is known of a release before its conditions are judged; each is asked once. */
interface Known {
  readonly revisions: readonly Revision[];
  readonly record: ReleaseRecord | undefined;
  readonly live: LiveRelease;
  readonly kustomization: Kustomization | undefined;
}

/** What a step waits for, and what whoever takes it must know. */
export interface Judged {
  readonly conditions: readonly Condition[];
  readonly notes: readonly string[];
}

/** Every condition of a step towards Flux, whether it is good or not. */
export async function judge(environment: Environment, step: DeliveryStep, asked: Asked): Promise<Judged> {
  const known = once(() => lookAt(step.release, asked.view));
  const shared = [
    condition("release", async () =>
      recordsStanding(environment.name, step.release, await asked.view.revisions(step.release)),
    ),
    condition("pods", async () => replicasStanding((await known()).live.workloads, asked.acceptsGap)),
    condition("labels", async () => labelsStanding((await known()).live.workloads)),
  ];
  const own =
    step.to === "handover"
      ? beforeHandover(environment, step, asked, known)
      : beforeFlux(environment, step, asked, known);
  const conditions = await Promise.all([...own, ...shared]);
  const record = await known().then(
    (one) => one.record,
    () => undefined,
  );
  return { conditions, notes: step.to === "flux" ? adoptionNotes(record) : [] };
}

type Ask = () => Promise<Known>;

function beforeHandover(environment: Environment, step: DeliveryStep, { stack, view }: Asked, known: Ask) {
  const { name } = environment;
  const { release } = step;
  if (environment.gitOps.via === "none")
    return [
      condition("gitops", () =>
        bad(
          `gitOps.via is none in ${environmentFile(environment)}, so nobody reads what is rendered`,
          `say there with which credential Flux reads this repository, and deploy ${stackName(name, "gitops")} (docs/gitops.md)`,
        ),
      ),
      condition("plan", async () => planStanding(name, release, await stack.changes())),
    ];
  const rendered = () => renderedRelease(environment, release, environmentsAfter(environment, step));
  const byFlux = once(async () => {
    const { kustomization, record } = await known();
    const variables = kustomization?.spec.postBuild.substitute ?? variablesOf(name, record);
    return valuesByFiles(new HelmValues(HELM_VALUES).of(release, environment), rendered().spec.values, variables);
  });
  return [
    condition("gitops", async () => sourceStanding(environment, await view.gitRepository())),
    // Whether what is approved reaches the cluster is known before any release depends on it.
    condition("probe", async () => appliedStanding(environment, PROBE, await view.kustomization(PROBE))),
    condition("plan", async () => planStanding(name, release, await stack.changes())),
    condition("values", async () => {
      const { record } = await known();
      return parityStanding(record?.config ?? {}, await byFlux(), `npx mmrv plan ${stackName(name, release)}`);
    }),
    condition("chart", async () => chartStanding(release, await byFlux())),
  ];
}

function beforeFlux(environment: Environment, { release }: DeliveryStep, { stack, view }: Asked, known: Ask) {
  const { name } = environment;
  const live = once(() => view.helmRelease(release));
  const byFlux = once(async () => {
    const found = await live();
    return found && valuesInCluster(view, found);
  });
  return [
    condition("gitops", async () => sourceStanding(environment, await view.gitRepository())),
    condition("state", async () => stateStanding(name, release, await stack.addresses())),
    condition("folder", async () => appliedStanding(environment, release, (await known()).kustomization)),
    condition("branch", async () => {
      const { kustomization } = await known();
      return branchStanding(environment, release, commitOf(kustomization?.status.lastAppliedRevision), ROOT);
    }),
    condition("waiting", async () =>
      waitingStanding(environment, await live(), renderedRelease(environment, release), (await known()).kustomization),
    ),
    condition("values", async () => {
      const { record } = await known();
      const values = await byFlux();
      if (values === undefined) return bad("Flux has not made its HelmRelease yet", "see waiting");
      return parityStanding(record?.config ?? {}, values, "go back to terraform, deploy, and hand over again");
    }),
    condition("chart", async () => chartStanding(release, (await byFlux()) ?? {})),
  ];
}

async function lookAt(release: string, view: ClusterView): Promise<Known> {
  const [revisions, kustomization] = await Promise.all([view.revisions(release), view.kustomization(release)]);
  const newest = newestOf(revisions);
  const record = newest && (await view.record(release, newest));
  const live = record ? await liveRelease(view.kubectl, release, record) : { objects: [], workloads: [] };
  return { revisions, record, live, kustomization };
}

/**
 * What Flux will be told beside the repository, before it is: Terraform looked both ids up in Azure by the same names as the
 * gitops stack does.
 */
function variablesOf(environment: string, record: ReleaseRecord | undefined): Substitutes {
  const textAt = (object: string, key: string, variable: string): Substitutes => {
    const value = (record?.config?.[object] as Values | undefined)?.[key];
    return typeof value === "string" ? { [variable]: value } : {};
  };
  return {
    [SUBSTITUTES.environment]: environment,
    ...textAt("identity", "clientId", SUBSTITUTES.clientId),
    ...textAt("vault", "tenantId", SUBSTITUTES.tenantId),
  };
}

/** Asks once, whoever wants to know. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}
