import { z } from "zod";
import { budget, integer, oneOf, strictObject, text, union, uuid } from "./fields";

/**
 * What a user may say about the subscription that all environments share: what a person with Owner makes once, before
 * any of them. Each field carries its sentence, as in `environment.ts`.
 */
export const subscriptionSchema = strictObject(
  {
    name: z
      .literal("bootstrap", 'must be "bootstrap" (the stack and the file are called so)')
      .describe("The stack's name."),
    suffix: text(
      /^[a-z0-9]{3,13}$/,
      "must be 3 to 13 lower-case letters or digits (the storage account's name is global and takes 24)",
    ).describe("Frozen at the first apply: it makes the storage account's name unique and must never change."),
    subscriptionId: uuid("az account show --query id")
      .optional()
      .describe("The subscription; when set, nobody can apply this into another one."),
    region: text(/^[a-z]+[a-z0-9]*$/, "must be a region's short name such as eastus2").describe("The Azure region."),
    administratorGroupObjectIds: z
      .array(uuid("az ad group show --group NAME --query id"), "must be a list of group object ids")
      .min(1, "must be at least one group (the account has no keys: without one nobody can read a state)")
      .refine((ids) => new Set(ids).size === ids.length, "must name each group once (Azure gives a role once)")
      .describe("The Entra groups whose members read and write every state: az ad group show --group NAME --query id."),
    state: strictObject({
      replication: oneOf(["LRS", "ZRS", "GRS", "GZRS"]).describe(
        "How the states are copied; GRS and GZRS survive the loss of the region. Which ones it has: model/regions.ts.",
      ),
      softDeleteDays: integer(7, 365, "Azure takes up to 365; a week is the least that survives a holiday").describe(
        "How long a deleted state, or an old version of one, can be recovered, in days.",
      ),
    }).describe("The storage account of the states."),
    hcpTerraform: union("use", "none or workspaces", [
      strictObject({ use: z.literal("none").describe("Plans and deployments run in GitHub or on a terminal.") }),
      strictObject({
        use: z.literal("workspaces").describe("Workspaces log in to Azure by federation, one for each stack."),
        organization: text(
          /^[A-Za-z0-9_-]+$/,
          "must be an HCP Terraform organization (federation compares it)",
        ).describe("The organization."),
        project: z
          .string("must be a text")
          .regex(/^[A-Za-z0-9 _-]+$/, "must be an HCP Terraform project (federation compares it letter by letter)")
          .describe("The project that holds the workspaces."),
      }),
    ]).describe("Whether HCP Terraform runs plans and deployments (docs/hcp.md)."),
    computeFeatures: z
      .array(text(/^[A-Za-z0-9]+$/, "must be the name of a feature"), "must be a list of feature names")
      .describe(
        "Every feature of Microsoft.Compute that the subscription has: az feature list --namespace Microsoft.Compute; one that is left out is unregistered.",
      ),
    defenderForContainers: z
      .boolean("must be true or false")
      .describe(
        "Microsoft Defender's plan for containers: about 6.87 USD a month (East US 2, November 2026) for each vCore of every cluster in the subscription. An environment with defender: false keeps the sensor off its cluster; Microsoft does not say that it then costs nothing.",
      ),
    budget: budget.describe("The monthly budget of the whole subscription."),
    deletionGuard: z
      .boolean("must be true or false")
      .describe("Refuses to destroy the storage of the states; off is the first step of a teardown."),
    locks: z.boolean("must be true or false").describe("An Azure lock on the storage of the states."),
  },
  "no such field; model/subscription.ts lists them",
);

export type Subscription = z.infer<typeof subscriptionSchema>;
