import { z } from "zod";
import { integer, strictObject, text, union } from "../fields";

/** What stands beside the cluster: images, secrets, logs. */

const CAP = 'must be a number of GB above 0, or "none" (ingestion stops at it)';

export const registry = union("tier", "Standard or Premium", [
  strictObject({ tier: z.literal("Standard").describe("Public, without a filter.") }, "only the Premium tier has it"),
  strictObject({
    tier: z
      .literal("Premium")
      .describe("Private, or filtered by the ranges of access; zone-redundant, so the region must have zones."),
    untaggedRetentionDays: integer(1, 365, "Azure's limits").describe(
      "How long an untagged manifest is kept, in days.",
    ),
    dedicatedDataEndpoint: z.boolean("must be true or false").describe("Layers from a host of our own, for firewalls."),
    replica: z
      .boolean("must be true or false")
      .describe("A replica in the paired region, which must have availability zones."),
  }),
]).describe("The container registry's tier and what comes with it.");

export const images = union("from", "build or promotion", [
  strictObject(
    { from: z.literal("build").describe("The applications' own pipelines push what they build.") },
    "only a promotion comes from another environment",
  ),
  strictObject({
    from: z
      .literal("promotion")
      .describe("The image that runs in another environment is copied, and no pipeline builds."),
    of: text(/^[a-z0-9-]+$/, "must be the name of an environment").describe("The environment where it ran before."),
  }),
]).describe("How an application's image comes into the registry (docs/pipelines.md).");

export const vaults = strictObject({
  softDeleteDays: integer(7, 90, "Azure's limits").describe(
    "How long a deleted vault or secret can be recovered, in days; frozen when the vault is made.",
  ),
  purgeProtection: z
    .boolean("must be true or false")
    .describe("Irreversible once on: nobody can purge before that time."),
}).describe("The applications' key vaults.");

export const logs = strictObject({
  retentionDays: integer(30, 730, "Log Analytics' limits").describe("How long logs are kept, in days."),
  dailyCapGb: z
    .union([z.number().positive(CAP), z.literal("none")], CAP)
    .describe("Ingestion stops at this many GB a day; none for no cap."),
  controlPlane: z
    .array(
      z.enum(
        ["kube-audit-admin", "guard", "kube-controller-manager", "cluster-autoscaler", "kube-apiserver"],
        "must be one of kube-audit-admin, guard, kube-controller-manager, cluster-autoscaler, kube-apiserver (kube-audit goes to auditArchive)",
      ),
      "must be a list of AKS log categories",
    )
    .describe("The control plane's logs that go to the workspace; kube-audit-admin is the audit log without reads."),
  auditArchive: union("to", "none or storage", [
    strictObject({ to: z.literal("none").describe("Reads are not kept.") }, "without an archive nothing is kept"),
    strictObject({
      to: z
        .literal("storage")
        .describe("Every request to the API server, reads too, as blobs (GZRS): a fifth of the price."),
      days: integer(1, 3650, "ten years at most").describe("How long the archive is kept, in days."),
    }),
  ]).describe("Where the whole audit log (kube-audit) goes."),
  warnAtGbPerDay: z
    .number("must be a number of GB above 0")
    .positive("must be a number of GB above 0 (every day would alarm)")
    .describe("An alert tells when a day's ingestion is above this."),
}).describe("The Log Analytics workspace.");
