import { z } from "zod";
import { hostedZoneId, integer, oneOf, outboundHost, range, strictObject, text, union } from "../fields";
import { isSeen } from "../printable";

/** Where MMRV comes from, and what it keeps talking to. */

const permissions = z.array(
  strictObject({
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

const ecrRepository = strictObject({
  repository: text(
    /^(?=.{2,256}$)[a-z0-9]+([._/-][a-z0-9]+)*$/,
    "must be the name of an ECR repository, without its host (aws ecr describe-repositories)",
  ).describe("The name of its ECR repository: aws ecr describe-repositories."),
  newest: integer(1, 1000, "tagged images").describe("How many of its tagged images move, the newest first."),
});

/** Key Vault compares names without case: learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates. */
const to = text(
  /^[0-9a-zA-Z-]{1,127}$/,
  "must be 1 to 127 letters, digits and hyphens (Key Vault takes no other name)",
).describe("Its name in the application's vault, as helm-values/<application> lists it under secrets.");

const secret = union("from", "secretsManager or parameterStore", [
  strictObject({
    from: z.literal("secretsManager").describe("A secret of AWS Secrets Manager, as it is now (AWSCURRENT)."),
    name: text(
      /^[\w/+=.@-]{1,512}$/,
      "must be the name of a secret without the six characters that an ARN adds (aws secretsmanager list-secrets)",
    ).describe("The secret's name in AWS: aws secretsmanager list-secrets."),
    key: z
      .string("must be a key of the secret's JSON")
      .min(1, "must be a key of the secret's JSON (leave it out to copy the whole text)")
      .refine(
        isSeen,
        "must be a key without control characters or others that nobody sees (a copy has brought them in)",
      )
      .optional()
      .describe("One key of a JSON secret; without it the whole text is copied."),
    to,
  }),
  strictObject(
    {
      from: z.literal("parameterStore").describe("A SecureString of the SSM Parameter Store."),
      name: text(/^[\w/.-]{1,1011}$/, "must be the full name of a parameter (aws ssm describe-parameters)").describe(
        "The parameter's full name: aws ssm describe-parameters.",
      ),
      to,
    },
    "a parameter is one value",
  ),
]);
const secrets = z.array(secret, "must be a list of secrets");

export const aws = strictObject({
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
  hostedZoneId: hostedZoneId.describe(
    "The Route 53 zone of the domains, where certificates are proven: aws route53 list-hosted-zones.",
  ),
  permissions: z
    .record(z.string(), permissions, "must be an object with the statements of each application")
    .describe(
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
  ecr: z
    .record(z.string(), ecrRepository, "must be an object with the repository of each application")
    .describe("The images that run on AWS today; `mmrv images` copies them. None of what Amplify builds."),
  cutover: strictObject({
    gitHub: z
      .boolean("must be true or false")
      .describe(
        "Whether deploy jobs may move users; the account trusts GitHub's tokens then (aws iam list-open-id-connect-providers).",
      ),
    onCallRoles: z
      .array(
        text(
          /^(?!\/)[\w+=,.@/-]{1,512}$/,
          "must be the name of an IAM role, with its path where it has one, without the slash before that",
        ),
        "must be a list of IAM roles",
      )
      .min(1, "must be at least one role (somebody has to move users back when GitHub is down)")
      .describe(
        "IAM roles of the account, with their paths, whose holders may move users back and on: aws iam list-roles --query Roles[].Arn.",
      ),
  }).describe("Who may take the role that moves users by DNS."),
  imagePush: oneOf(["none", "existingProvider", "ownProvider"]).describe(
    "Whether image pipelines push to ECR too while users are on both clouds, by a role; existingProvider: the account trusts GitHub's tokens already (aws iam list-open-id-connect-providers).",
  ),
  secrets: z
    .record(z.string(), secrets, "must be an object with the secrets of each application")
    .describe(
      "What goes to each application's vault: the secret in AWS and its name in Key Vault; `mmrv secrets` copies them.",
    ),
}).describe("Where MMRV comes from, and what it keeps talking to.");

export type SecretSource = z.infer<typeof secret>;
