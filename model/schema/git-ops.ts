import { z } from "zod";
import { integer, oneOf, strictObject, union } from "../fields";

/**
 * Who releases: Terraform; nobody new, while Terraform forgets what it released and Flux does not act yet; or Flux. One step at
 * a time, in either direction (docs/gitops.md).
 */
export const DELIVERIES = ["terraform", "handover", "flux"] as const;
export type Delivery = (typeof DELIVERIES)[number];

const delivery = z
  .record(z.string(), oneOf(DELIVERIES), "must be an object of releases: platform, and applications by name")
  .describe("Who delivers each release; terraform where nothing is said. npx mmrv handover writes it.");

const id = (of: string) => integer(1, Number.MAX_SAFE_INTEGER, of);

/** With which credential Flux reads the repository of this program. */
export const gitOps = union("via", "none, deployKey or gitHubApp", [
  strictObject(
    { via: z.literal("none").describe("Terraform delivers everything: phases 1 to 4.") },
    "without GitOps there is nothing else to say",
  ),
  strictObject({
    via: z
      .literal("deployKey")
      .describe("A read-only deploy key, over SSH to ssh.github.com:443; npx mmrv secrets git-key makes it."),
    delivery,
  }),
  strictObject({
    via: z.literal("gitHubApp").describe("A GitHub App with contents: read on this repository alone, over HTTPS."),
    appId: id("gh api /app --jq .id").describe("The App's own id."),
    installationId: id("gh api /app/installations --jq .[].id").describe(
      "The id of its installation in the organization.",
    ),
    delivery,
  }),
]).describe("Phase 5: how Flux reads this repository, and what it delivers (docs/gitops.md).");

/** How Flux reads the repository, where it does. */
export type GitLogin = Exclude<z.infer<typeof gitOps>, { readonly via: "none" }>;
