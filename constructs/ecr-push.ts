import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { type AwsStatement, awsPolicy } from "./aws-trust";
import type { GitHubSubject } from "./managed-identity";
import { GITHUB_ISSUER_HOST as GITHUB } from "./support/github";

const AUDIENCE = "sts.amazonaws.com";

export interface EcrPushProps {
  readonly accountId: string;
  /** Whether to make the account's provider for GitHub's tokens; an account has one, so false where it exists. */
  readonly ownProvider: boolean;
  readonly region: string;
}

/** An ECR repository and the jobs that may push to it. */
export interface EcrPipeline {
  readonly jobs: readonly GitHubSubject[];
  readonly repository: string;
  readonly roleName: string;
}

/** What lets image pipelines push to ECR as well while users are on both clouds, without a stored secret. */
export class EcrPush extends Construct {
  private readonly provider: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly account: EcrPushProps,
  ) {
    super(scope, id);
    this.provider = account.ownProvider
      ? new IamOpenidConnectProvider(this, "github", { url: `https://${GITHUB}`, clientIdList: [AUDIENCE] }).arn
      : `arn:aws:iam::${account.accountId}:oidc-provider/${GITHUB}`;
  }

  /** A role that those jobs get, for one repository: docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html. */
  grantPush(id: string, { jobs, repository, roleName }: EcrPipeline): IamRole {
    const { accountId, region } = this.account;
    const role = new IamRole(this, id, {
      name: roleName,
      description: `For the image pipeline of ${repository}, by GitHub's tokens`,
      // In seconds: a build and its upload.
      maxSessionDuration: 3600,
      assumeRolePolicy: awsPolicy([
        {
          Effect: "Allow",
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: this.provider },
          Condition: {
            StringEquals: {
              [`${GITHUB}:aud`]: AUDIENCE,
              [`${GITHUB}:sub`]: jobs.map(
                ({ environment, repository }) => `repo:${repository}:environment:${environment}`,
              ),
            },
          },
        },
      ]),
    });
    const statements: AwsStatement[] = [
      { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
      {
        Effect: "Allow",
        Action: [
          "ecr:BatchCheckLayerAvailability",
          // To read back what was pushed, and compare digests.
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        Resource: [`arn:aws:ecr:${region}:${accountId}:repository/${repository}`],
      },
    ];
    new IamRolePolicy(this, `${id}-permissions`, { name: "push", role: role.name, policy: awsPolicy(statements) });
    return role;
  }
}
