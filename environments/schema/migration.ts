import { z } from "zod";
import { gitHubId, gitHubName, host, oneOf, outboundHost, range, shape, text } from "../fields";

const permissions = z.array(
  shape({
    actions: z
      .array(
        text(/^[a-z0-9-]+:[A-Za-z]+\*?$/, "must be an action of one service such as sqs:SendMessage or s3:Get*"),
        "must be a list of actions",
      )
      .min(1, "must be at least one action")
      .describe("What it may do."),
    resources: z
      .array(
        text(/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+$/, "must be an ARN (a bare * would open the whole account)"),
        "must be a list of ARNs",
      )
      .min(1, "must be at least one ARN")
      .describe("With what."),
    conditions: z
      .record(z.string(), z.record(z.string(), z.array(z.string())), "must be an object of conditions by operator")
      .optional()
      .describe("When: by operator, then by key, as in IAM."),
  }),
  "must be a list of statements",
);

/** Where MMRV comes from, where its code is, and how far its users have moved. */

/** From nobody moved to AWS switched off; `canary` is the first user on Azure, `full` the last. */
export const CUTOVER_STAGES = ["off", "adopt", "ready", "canary", "ramp", "full", "drained", "retired"] as const;

const stage = oneOf(CUTOVER_STAGES);

const repository = (what: string) =>
  shape({
    repository: gitHubName.describe(`The name of ${what}.`),
    repositoryId: gitHubId.optional().describe("Its numeric id: gh api repos/OWNER/NAME --jq .id."),
  }).describe(`Which is ${what}.`);

export const gitHub = shape({
  owner: gitHubName.describe("The organization that owns the repositories."),
  ownerId: gitHubId
    .optional()
    .describe("Its numeric id, for repositories created after 15 July 2026: gh api orgs/OWNER --jq .id."),
  infrastructure: repository("the repository of this program; its pipelines plan and deploy"),
  backend: repository("the backend's repository"),
  frontend: repository("the frontend's repository"),
}).describe("Where the code is; pipelines log in to Azure by federation with it.");

export const cutover = shape({
  backend: stage.describe("How far the backend's users have moved."),
  frontend: stage.describe("How far the frontend's users have moved."),
  egress: oneOf(["loadBalancer", "natGateway", "firewall"])
    .optional()
    .describe(
      "Needed from canary to full: the egress that the first users met; it stays until the last has moved. A review is the guard against changing both at once.",
    ),
}).describe("How far users have moved from AWS.");

export const domains = shape({
  backend: host.describe("The backend's public host name."),
  frontend: host.describe("The frontend's public host name."),
}).describe("The public host names.");

export const aws = shape({
  accountId: text(/^\d{12}$/, "must be twelve digits (aws sts get-caller-identity)").describe(
    "The AWS account that MMRV comes from: aws sts get-caller-identity.",
  ),
  region: text(/^[a-z]{2}-[a-z]+-\d$/, "must be an AWS region such as us-east-1").describe("The AWS region."),
  vpcCidrs: z
    .array(range, "must be a list of IPv4 ranges")
    .describe("The ranges of the AWS networks that MMRV talks to; ours must not overlap them."),
  endpoints: z
    .array(outboundHost, "must be a list of host names")
    .describe(
      "The AWS endpoints that MMRV keeps calling, such as sqs.us-east-1.amazonaws.com; a firewall lets them pass.",
    ),
  hostedZoneId: text(
    /^(Z[A-Z0-9]{5,31}|change-me)$/,
    "must be the id of a Route 53 hosted zone such as Z2FDTNDATAQYW2",
  ).describe("The Route 53 zone of the domains, where certificates are proven: aws route53 list-hosted-zones."),
  permissions: shape({
    backend: permissions.describe("What the backend may do in AWS."),
    frontend: permissions.describe("What the frontend may do in AWS."),
  }).describe(
    "What each application may do in AWS: the statements of its ECS task role. One without any gets no role.",
  ),
  trustedIssuers: z
    .array(
      text(
        /^https:\/\/[a-z0-9-]+\.oic\.prod-aks\.azure\.com\/[0-9a-f-]{36}\/[0-9a-f-]{36}\/$/,
        "must be the issuer of an AKS cluster with its last slash: az aks show --query oidcIssuerProfile.issuerUrl",
      ),
      "must be a list of issuers",
    )
    .describe("Clusters that may take over, which AWS trusts beforehand besides the environment's own."),
}).describe("Where MMRV comes from, and what it keeps talking to.");
