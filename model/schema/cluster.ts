import { z } from "zod";
import { date, integer, oneOf, strictObject, text } from "../fields";
import { isKnownVersion, KUBERNETES_VERSIONS } from "../kubernetes-versions";

/** The cluster of an environment: versions, machines, hours. */

const window = strictObject({
  dayOfWeek: oneOf(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]).describe(
    "The day on which the window opens.",
  ),
  startTime: text(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 22:00").describe("The hour it opens."),
  // From Baker Island to Kiribati, quarters of an hour in Nepal: learn.microsoft.com/azure/aks/planned-maintenance.
  utcOffset: text(
    /^(-(0[1-9]|1[01]):(00|30|45)|-12:00|\+(0\d|1[0-3]):(00|30|45)|\+14:00)$/,
    "must be an offset from -12:00 to +14:00 such as -05:00, its minutes 00, 30 or 45 (no place has another time)",
  ).describe("The offset of that hour from UTC."),
  durationHours: integer(4, 24, "AKS refuses a window under four hours").describe("How long it stays open, in hours."),
});

const nodePool = strictObject({
  name: text(
    /^[a-z][a-z0-9]{0,11}$/,
    "must be 1 to 12 lower-case letters or digits, a letter first (AKS limit for Linux pools)",
  ).describe(
    "The pool's name. A rotation adds a User pool with a new name, then removes the old one; the System pool's name is frozen, because another one is another cluster.",
  ),
  mode: oneOf(["System", "User"]).describe("System for AKS's own pods (tainted), User for MMRV."),
  vmSize: text(
    /^Standard_[A-Z]+\d[A-Za-z0-9-]*(_[A-Za-z0-9]+)*$/,
    "must be a VM size such as Standard_D4ds_v5 (the exact SKU name)",
  ).describe(
    "The VM size: amd64, with a local disk, because the OS disk is ephemeral (model/machine-series.ts); AKS advises 4 vCPUs for System.",
  ),
  osDiskGb: integer(30, 2048, "AKS takes 30 to 2,048 GB").describe(
    "The ephemeral OS disk, in GiB; it must fit on the local disk.",
  ),
  minCount: integer(1, 1000, "the autoscaler's lower bound; AKS takes up to 1,000 nodes").describe("The least nodes."),
  maxCount: integer(1, 1000, "the autoscaler's upper bound; AKS takes up to 1,000 nodes").describe("The most nodes."),
});

const MINORS = KUBERNETES_VERSIONS.map(({ minor }) => minor).join(", ");

export const kubernetes = strictObject({
  version: text(/^1\.\d{1,2}(\.\d{1,3})?$/, "must be a Kubernetes version such as 1.35")
    .refine(isKnownVersion, `must be one of ${MINORS} (AKS supports no older one, and this program knows no newer one)`)
    .describe("The minor version; patches float inside the maintenance window."),
  upgradeChannel: oneOf(["patch", "none"]).describe("Whether AKS installs patches by itself."),
  tier: oneOf(["Free", "Standard"]).describe("Standard buys the uptime SLA of the API server."),
  costAnalysis: z
    .boolean("must be true or false")
    .describe("Cost by namespace in the portal; needs the Standard tier."),
}).describe("The control plane.");

export const nodePools = z
  .array(nodePool, "must be a list of node pools")
  .describe("The node pools: exactly one System and at least one User pool.");

export const maintenance = strictObject({
  cluster: window.describe("When AKS may patch the control plane."),
  nodes: window.describe("When AKS may replace node images."),
  freezes: z
    .array(
      strictObject({
        from: date.describe("The first day without maintenance."),
        to: date.describe("The last day without maintenance."),
        reason: z.string("must be a text").min(1, "must be a text").describe("Why, for whoever wonders."),
      }),
      "must be a list of freezes",
    )
    .describe("Days on which no maintenance happens."),
}).describe("Maintenance windows and freezes.");
