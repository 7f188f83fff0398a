import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { describe, expect, it } from "vitest";
import { CutoverRole, type CutoverRoleProps } from "../../constructs/cutover-role";
import { type Synthesized, synthStack } from "../support/synth";

const PROPS: CutoverRoleProps = {
  accountId: "123456789012",
  name: "mmrv-stg-cutover",
  jobs: [
    { id: "github", repository: "acme/infrastructure", environment: "staging" },
    { id: "github-by-id", repository: "acme@1/infrastructure@2", environment: "staging" },
  ],
  onCallRoles: ["on-call", "aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_OnCall_0123"],
  zones: [
    { hostedZoneId: "Z0123456789ABC", hosts: ["api.example.com", "www.example.com"] },
    { hostedZoneId: "Z0000000000000", hosts: ["example.org"] },
  ],
};

const roleOf = (change: Partial<CutoverRoleProps> = {}): Synthesized =>
  synthStack((stack) => {
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    new CutoverRole(stack, "cutover", { ...PROPS, ...change });
  });
const trustOf = (role: Synthesized) => JSON.parse(role.one("aws_iam_role").assume_role_policy).Statement;

const ON_CALL = {
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: {
    AWS: [
      "arn:aws:iam::123456789012:role/on-call",
      "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_OnCall_0123",
    ],
  },
};

describe("CutoverRole", () => {
  it("is taken by whoever is on call, and by deploy jobs of these repositories in this environment alone", () => {
    expect(trustOf(roleOf())).toEqual([
      ON_CALL,
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: {
          Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
        },
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [
              "repo:acme/infrastructure:environment:staging",
              "repo:acme@1/infrastructure@2:environment:staging",
            ],
          },
        },
      },
    ]);
  });

  it("is taken by people alone where no job moves users", () => {
    expect(trustOf(roleOf({ jobs: [] }))).toEqual([ON_CALL]);
  });

  it("lasts as long as a night with its waits, for a job of GitHub", () => {
    expect(roleOf().one("aws_iam_role")).toMatchObject({ name: "mmrv-stg-cutover", max_session_duration: 4 * 3600 });
  });

  it("changes A, AAAA and CNAME of these names, each in its zone, and looks at the rest", () => {
    const { name, policy, role } = roleOf().one("aws_iam_role_policy");
    expect([name, role]).toEqual(["weights", "${aws_iam_role.cutover.name}"]);
    const change = (zone: string, names: readonly string[]) => ({
      Effect: "Allow",
      Action: ["route53:ChangeResourceRecordSets"],
      Resource: [`arn:aws:route53:::hostedzone/${zone}`],
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": names,
          "route53:ChangeResourceRecordSetsRecordTypes": ["A", "AAAA", "CNAME"],
        },
        Null: {
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false",
          "route53:ChangeResourceRecordSetsRecordTypes": "false",
        },
      },
    });
    expect(JSON.parse(policy)).toEqual({
      Version: "2012-10-17",
      Statement: [
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
        change("Z0123456789ABC", ["api.example.com", "www.example.com"]),
        change("Z0000000000000", ["example.org"]),
      ],
    });
  });

  it("may change nothing without naming a zone and its records", () => {
    const statements: { Action: string[]; Resource: string[]; Condition?: object }[] = JSON.parse(
      roleOf().one("aws_iam_role_policy").policy,
    ).Statement;
    const open = statements.filter(({ Resource }) => Resource.includes("*"));
    expect(open.flatMap(({ Action }) => Action).filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
    expect(statements.filter(({ Condition, Resource }) => !Resource.includes("*") && Condition === undefined)).toEqual(
      [],
    );
  });
});
