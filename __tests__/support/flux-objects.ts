import type { Environment } from "../../model/environment";
import type { Delivery } from "../../model/schema/git-ops";
import {
  type GitRepository,
  gitRepositorySchema,
  type HelmRelease,
  helmReleaseSchema,
  type Kustomization,
  kustomizationSchema,
} from "../../tools/handover/flux-objects";
import { staging } from "./fixtures/environments/staging";

export const COMMIT = "4f2a".repeat(10);
export const REVISION = `deployed/staging@sha1:${COMMIT}`;

/** Staging, where these are delivered otherwise than by Terraform. */
export const delivering = (delivery: Readonly<Record<string, Delivery>>): Environment => ({
  ...staging,
  gitOps: { via: "deployKey", delivery: { ...delivery } },
});

const metadata = (name: string) => ({
  name,
  namespace: "mmrv-gitops",
  uid: `uid-of-${name}`,
  resourceVersion: "7",
  generation: 2,
});

const ready = (status: "True" | "False" | "Unknown", reason: string, message = "") => ({
  type: "Ready",
  status,
  reason,
  message,
});

/** A HelmRelease as Flux has it in the cluster; by itself one that is delivered. */
export const helmReleaseObject = (change: { readonly spec?: object; readonly status?: object } = {}): HelmRelease =>
  helmReleaseSchema.parse({
    metadata: { ...metadata("backend"), annotations: { "mmrv/delivery": "flux" } },
    spec: { releaseName: "backend", ...change.spec },
    status: {
      observedGeneration: 2,
      conditions: [ready("True", "UpgradeSucceeded")],
      history: [{ version: 4, status: "deployed" }],
      ...change.status,
    },
  });

/** One that waits for its step. */
export const waiting = (spec: object = {}, annotations: object = { "mmrv/delivery": "handover" }): HelmRelease => {
  const object = helmReleaseObject({ spec: { suspend: true, ...spec }, status: { conditions: [], history: [] } });
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations } } };
};

export const acting = { conditions: [{ type: "Reconciling", status: "True", reason: "Progressing", message: "" }] };

/** What the controller leaves when the values or the source are no good: gitops/bad-input-commit.real.test.ts. */
export const givenUp = {
  conditions: [
    { type: "Reconciling", status: "True", reason: "Progressing", message: "Fulfilling prerequisites" },
    ready("False", "ValuesError", "could not resolve ConfigMap chart values reference"),
  ],
};

export const kustomizationObject = (change: object = {}): Kustomization =>
  kustomizationSchema.parse({
    metadata: metadata("mmrv-backend"),
    spec: { postBuild: { substitute: { client_id: "3333", tenant_id: "5555", environment: "staging" } } },
    status: { conditions: [ready("True", "ReconciliationSucceeded")], lastAppliedRevision: REVISION, ...change },
  });

export const gitRepositoryObject = (condition = ready("True", "Succeeded", "stored artifact")): GitRepository =>
  gitRepositorySchema.parse({
    metadata: metadata("mmrv"),
    status: { conditions: [condition], artifact: { revision: REVISION } },
  });

export const notReady = (reason: string, message: string) => ({ conditions: [ready("False", reason, message)] });
