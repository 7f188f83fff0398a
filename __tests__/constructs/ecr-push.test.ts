import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { describe, expect, it } from "vitest";
import { EcrPush } from "../../constructs/ecr-push";
import { type Synthesized, synthStack } from "../support/synth";

const pushOf = (ownProvider: boolean): Synthesized =>
  synthStack((stack) => {
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    new EcrPush(stack, "ecr", { accountId: "123456789012", region: "us-east-1", ownProvider }).grantPush("backend", {
      roleName: "mmrv-push-backend",
      repository: "mmrv/backend",
      jobs: [
        { id: "github", repository: "org/backend", environment: "staging" },
        { id: "github-by-id", repository: "org@1/backend@2", environment: "staging" },
      ],
    });
  });

describe.each([
  ["of its own", true, 1, expect.stringMatching(/^\$\{aws_iam_openid_connect_provider\.ecr_github_\w+\.arn\}$/)],
  [
    "of the account, which has one and takes no second",
    false,
    0,
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
  ],
] as const)("EcrPush with a provider %s", (_, ownProvider, providers, Federated) => {
  const { all, one } = pushOf(ownProvider);

  it("trusts GitHub's tokens that are meant for AWS", () => {
    expect(all("aws_iam_openid_connect_provider").map(({ url, client_id_list }) => [url, client_id_list])).toEqual(
      Array(providers).fill(["https://token.actions.githubusercontent.com", ["sts.amazonaws.com"]]),
    );
  });

  it("opens the role to the jobs that are named, each by its whole subject", () => {
    const role = one("aws_iam_role");
    expect(role).toMatchObject({ name: "mmrv-push-backend", max_session_duration: 3600 });
    expect(JSON.parse(role.assume_role_policy).Statement).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated },
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [
              "repo:org/backend:environment:staging",
              "repo:org@1/backend@2:environment:staging",
            ],
          },
        },
      },
    ]);
  });

  it("pushes to its own repository: it deletes nothing, and sets no policy", () => {
    expect(JSON.parse(one("aws_iam_role_policy").policy).Statement).toEqual([
      { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
      {
        Effect: "Allow",
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:CompleteLayerUpload",
          "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload",
          "ecr:PutImage",
          "ecr:UploadLayerPart",
        ],
        Resource: ["arn:aws:ecr:us-east-1:123456789012:repository/mmrv/backend"],
      },
    ]);
    expect(one("aws_iam_role_policy").role).toMatch(/^\$\{aws_iam_role\.ecr_backend_\w+\.name\}$/);
  });
});
