import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { type AwsStatement, awsPolicy } from "./aws-trust";
import type { GitHubSubject } from "./managed-identity";
import { GITHUB_ISSUER_HOST as GITHUB } from "./support/github";

export interface CutoverRoleProps {
  readonly accountId: string;
  /** Deploy jobs that may take it, by GitHub's tokens; none where people alone move users. */
  readonly jobs: readonly GitHubSubject[];
  readonly name: string;
  /** IAM roles of the account, with their paths, whose holders may take it. */
  readonly onCallRoles: readonly string[];
  /** The names whose records it may change, by zone. */
  readonly zones: readonly { readonly hostedZoneId: string; readonly hosts: readonly string[] }[];
}

/**
 * The role that moves users by DNS: it changes the records of these names and types and nothing else, so that a pipeline,
 * or whoever is called at night, can hold it without holding the zone.
 */
export class CutoverRole extends Construct {
  constructor(scope: Construct, id: string, { accountId, jobs, name, onCallRoles, zones }: CutoverRoleProps) {
    super(scope, id);
    const role = new IamRole(this, "Default", {
      name,
      description: "Moves users by the weights of Route 53",
      // In seconds: a stage with its waits, or a night; for a job of GitHub. Whoever takes it from another role has one
      // hour at most, which no setting changes: docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html, role chaining.
      maxSessionDuration: 14_400,
      assumeRolePolicy: awsPolicy([
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: onCallRoles.map((path) => `arn:aws:iam::${accountId}:role/${path}`) },
        },
        ...(jobs.length > 0 ? [trustIn(jobs, accountId)] : []),
      ]),
    });
    new IamRolePolicy(this, "permissions", {
      name: "weights",
      role: role.name,
      policy: awsPolicy([...LOOKS, ...zones.map(changes)]),
    });
  }
}

const trustIn = (jobs: readonly GitHubSubject[], accountId: string): AwsStatement => ({
  Effect: "Allow",
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${GITHUB}` },
  Condition: {
    StringEquals: {
      [`${GITHUB}:aud`]: "sts.amazonaws.com",
      [`${GITHUB}:sub`]: jobs.map(({ environment, repository }) => `repo:${repository}:environment:${environment}`),
    },
  },
});

/** What is looked at before and after a change: zones, other zones of the same name, load balancers, what they still answer. */
const LOOKS: readonly AwsStatement[] = [
  {
    Effect: "Allow",
    Action: [
      "route53:GetChange",
      "route53:GetHostedZone",
      "route53:ListHostedZonesByName",
      "route53:ListResourceRecordSets",
      "amplify:ListApps",
      "amplify:ListDomainAssociations",
      "cloudfront:ListDistributions",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
      "elasticloadbalancing:DescribeLoadBalancers",
    ],
    Resource: ["*"],
  },
];

/**
 * docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html. `ForAllValues` is true of a request
 * that does not have the key, so both keys must be there:
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
 */
const changes = ({ hostedZoneId, hosts }: CutoverRoleProps["zones"][number]): AwsStatement => ({
  Effect: "Allow",
  Action: ["route53:ChangeResourceRecordSets"],
  Resource: [`arn:aws:route53:::hostedzone/${hostedZoneId}`],
  Condition: {
    "ForAllValues:StringEquals": {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": hosts,
      "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "CNAME"],
    },
    Null: {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false",
      "route53:ChangeResourceRecordSetsRecordTypes": "false",
    },
  },
});
