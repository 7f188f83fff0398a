import { z } from "zod";
import { gitHubId, gitHubName, host, hostedZoneId, oneOf, strictObject } from "../fields";

/** Where the code of MMRV is, and how far its users have moved. */

/** From nobody moved to AWS switched off; `canary` is the first user on Azure, `full` the last. */
export const CUTOVER_STAGES = ["off", "adopt", "ready", "canary", "ramp", "full", "drained", "retired"] as const;

const stage = oneOf(CUTOVER_STAGES);

const repository = (what: string) =>
  strictObject({
    repository: gitHubName.describe(`The name of ${what}.`),
    repositoryId: gitHubId.optional().describe("Its numeric id: gh api repos/OWNER/NAME --jq .id."),
  }).describe(`Which is ${what}.`);

export const gitHub = strictObject({
  owner: gitHubName.describe("The organization that owns the repositories."),
  ownerId: gitHubId
    .optional()
    .describe(
      "Its numeric id, for repositories made, renamed or transferred after 15 July 2026: gh api orgs/OWNER --jq .id.",
    ),
  infrastructure: repository("the repository of this program; its pipelines plan and deploy"),
  applications: z
    .record(z.string(), repository("the application's repository"), "must be an object with the repository of each")
    .describe("The repository of each application."),
}).describe("Where the code is; pipelines log in to Azure by federation with it.");

export const cutover = strictObject({
  stages: z
    .record(z.string(), stage, "must be an object with the stage of each web application")
    .describe("How far the users of each web application have moved."),
  egress: oneOf(["loadBalancer", "natGateway", "firewall"])
    .optional()
    .describe(
      "Needed from canary to full: the egress that the first users met; it stays until the last has moved. A review is the guard against changing both at once.",
    ),
}).describe("How far users have moved from AWS.");

/**
 * Listener, certificate and routes of a further name are called after it, with up to 53 characters more: Kubernetes takes
 * 253 (kubernetes.io/docs/concepts/overview/working-with-objects/names).
 */
const furtherHost = host.max(
  200,
  "must be at most 200 characters (its listener and its certificate are named after it)",
);

const furtherName = strictObject(
  {
    host: furtherHost.describe("A further public host name: the apex, www, a name from before."),
    does: oneOf(["redirects", "serves"]).describe(
      "redirects: it answers 301 with the application's host, path and query kept. serves: it answers what that host answers.",
    ),
    hostedZoneId: hostedZoneId
      .optional()
      .describe(
        "The Route 53 zone where the name is proven: aws route53 list-hosted-zones; that of the domains when this is left out.",
      ),
  },
  undefined,
  "must be an object with host and does",
);

/** One host is a text, as most applications have it; only who has more writes an object. */
const domain = z
  .union(
    [
      host,
      strictObject({
        host: host.describe("The application's public host name, which redirecting names lead to."),
        also: z
          .array(furtherName, "must be a list of further names, each with host and does")
          .min(1, "must be at least one further name (without any the domain is the host alone, as text)")
          .describe("Further names of the application; each gets a listener and a certificate of its own."),
      }),
    ],
    "must be a host name, or an object with host and also",
  )
  .describe("The application's public host name.");

export const domains = z
  .record(z.string(), domain, "must be an object with the host of each")
  .describe("The public host name of each web application, and further names that it has.");
