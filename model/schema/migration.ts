import { z } from "zod";
import { gitHubId, gitHubName, host, hostedZoneId, hostThat, oneOf, strictObject, union } from "../fields";

/** Where the code of MMRV is, and its names in DNS. */

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

/** Below a zone that we may write, because DNS itself is not ours: a CNAME leads there from each _acme-challenge. */
const challenges = hostThat("has every challenge below it").describe(
  "The name below which challenges are written, in the zone aws.hostedZoneId: _acme-challenge.HOST is a CNAME to HOST.<this>.",
);

export const dns = union("via", "route53 or other", [
  strictObject({
    via: z.literal("route53").describe("The zones of the domains are in Route 53, in the account of aws."),
  }),
  strictObject(
    {
      via: z.literal("other").describe("Another provider: weights are set by hand, as npx mmrv cutover says."),
      challenges,
    },
    "where DNS is at another provider there is via, and challenges",
  ),
]).describe("Where DNS of the domains is, by which users are moved.");

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
