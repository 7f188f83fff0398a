import { z } from "zod";
import { flat } from "../flat";

/** What is read of Flux's objects (fluxcd.io/flux/components); nothing else of them is kept. */
const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
});
type Condition = z.infer<typeof condition>;
const conditions = z.array(condition).default([]);

const metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.number(),
  annotations: z.record(z.string(), z.string()).default({}),
});

/** helm.toolkit.fluxcd.io/v2. */
export const helmReleaseSchema = z.object({
  metadata,
  spec: z.looseObject({
    suspend: z.boolean().default(false),
    values: z.record(z.string(), z.unknown()).default({}),
    valuesFrom: z
      .array(z.object({ kind: z.string(), name: z.string(), valuesKey: z.string().default("values.yaml") }))
      .default([]),
  }),
  status: z
    .object({
      conditions,
      observedGeneration: z.number().default(0),
      history: z.array(z.object({ version: z.number(), status: z.string().default("") })).default([]),
    })
    .prefault({}),
});
export type HelmRelease = z.infer<typeof helmReleaseSchema>;

/** kustomize.toolkit.fluxcd.io/v1: what applies one release's folder. */
export const kustomizationSchema = z.object({
  metadata,
  spec: z.object({
    postBuild: z.object({ substitute: z.record(z.string(), z.string()).default({}) }).prefault({}),
  }),
  status: z.object({ conditions, lastAppliedRevision: z.string().optional() }).prefault({}),
});
export type Kustomization = z.infer<typeof kustomizationSchema>;

/** source.toolkit.fluxcd.io/v1: this repository, at the environment's branch. */
export const gitRepositorySchema = z.object({
  metadata,
  status: z.object({ conditions, artifact: z.object({ revision: z.string() }).optional() }).prefault({}),
});
export type GitRepository = z.infer<typeof gitRepositorySchema>;

interface Conditioned {
  readonly status: { readonly conditions: readonly Condition[] };
}

const conditionOf = ({ status }: Conditioned, type: string): Condition | undefined =>
  status.conditions.find((one) => one.type === type);

export const isReady = (object: Conditioned): boolean => conditionOf(object, "Ready")?.status === "True";

/**
 * Whether the controller of a HelmRelease is at work on it. Where what it needs is missing, it goes away and leaves the condition
 * with this message behind, beside a Ready that says why (helm-controller 1.4, helmrelease_controller.go).
 */
export function isActing(object: Conditioned): boolean {
  const reconciling = conditionOf(object, "Reconciling");
  const isLeft =
    reconciling?.message === "Fulfilling prerequisites" && conditionOf(object, "Ready")?.status === "False";
  return reconciling?.status === "True" && !isLeft;
}

/** Whether its controller has not come to an end yet with what the object is now. */
export const isUndecided = (object: Conditioned): boolean => {
  const ready = conditionOf(object, "Ready");
  return ready === undefined || ready.status === "Unknown";
};

/** Why it is as it is, in the controller's words, on one line: Helm breaks its own. */
export function readiness(object: Conditioned): string {
  const ready = conditionOf(object, "Ready");
  if (ready === undefined) return "its controller has said nothing yet";
  return flat([ready.reason, ready.message].filter(Boolean).join(": "));
}

/** The commit of a revision such as deployed/staging@sha1:4f2a…; undefined for one that names no commit. */
export const commitOf = (revision: string | undefined): string | undefined =>
  /@sha1:([0-9a-f]{40})$/.exec(revision ?? "")?.[1];
