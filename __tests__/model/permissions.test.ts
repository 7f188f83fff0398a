import { describe, expect, it } from "vitest";
import { staging } from "../support/fixtures/environments/staging";
import { issuesOf } from "../support/issues";

const ACCOUNT = "000000000000";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reports/reader`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`;
const issues = (actions: string[], resources: string[]) =>
  issuesOf([{ ...staging, aws: { ...staging.aws, permissions: { backend: [{ actions, resources }] } } }]);

describe("what an application may do in AWS", () => {
  it.each([
    ...["sqs:SendMessage", "s3:Get*", "ses:SendEmail", "sns:Publish", "dynamodb:PutItem"],
    ...["secretsmanager:GetSecretValue", "kms:Decrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:ListGrants"],
    ...["lambda:InvokeFunction", "iam:GetUser", "iam:List*", "sts:GetCallerIdentity", "organizations:DescribeAccount"],
  ])("is %s", (action) => {
    expect(issues([action], [QUEUE])).toEqual([]);
  });

  it.each(["sts:AssumeRole", "sts:TagSession", "iam:PassRole"])("is %s of one named role", (action) => {
    expect(issues([action], [ROLE])).toEqual([]);
  });

  it.each([
    ...["iam:Create*", "iam:CreateRole", "iam:createrole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:Pass*"],
    ...["iam:P*", "iam:UpdateAssumeRolePolicy", "sts:Assume*", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoot"],
    ...["organizations:LeaveOrganization", "kms:CreateGrant", "kms:C*", "kms:PutKeyPolicy", "kms:RetireGrant"],
  ])("is not %s, with which a pod gives itself more", (action) => {
    expect(issues(["sqs:SendMessage", action], [QUEUE])).toEqual([
      `staging.aws.permissions.backend.0.actions.1: got "${action}", must be another action (with it a pod could give itself more: privilege escalation); of these services it may read, and sts:AssumeRole or iam:PassRole one named role`,
    ]);
  });

  it.each([
    ["sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/*`, "sts:AssumeRole"],
    ["sts:assumerole", `arn:aws:iam::${ACCOUNT}:role/mmrv-*`, "sts:assumerole"],
    ["iam:PassRole", `arn:aws:iam::${ACCOUNT}:*`, "iam:PassRole"],
    ["iam:PassRole", "arn:aws:iam:::role/reports", "iam:PassRole"],
    ["sts:AssumeRole", QUEUE, "sts:AssumeRole"],
    ["iam:GetRole", `arn:aws:iam::${ACCOUNT}:role/reader?`, "an action"],
  ])("is not %s on %s", (action, arn, said) => {
    expect(issues([action], [ROLE, arn])).toEqual([
      `staging.aws.permissions.backend.0.resources.1: got "${arn}", must be the ARN of one role, without * (${said} on more is privilege escalation)`,
    ]);
  });

  it("is not told again where an action or an ARN is none", () => {
    expect(issues(["iam:*"], [ROLE])).toEqual([
      'staging.aws.permissions.backend.0.actions.0: got "iam:*", must be an action of one service such as sqs:SendMessage or s3:Get*',
    ]);
    expect(issues(["sts:AssumeRole"], ["*"])).toEqual([
      'staging.aws.permissions.backend.0.resources.0: got "*", must be an ARN (a bare * would open the whole account)',
    ]);
  });
});
