import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { describe, expect, it } from "vitest";
import { AwsTrust, awsPolicy, issuerInConditions } from "../../constructs/aws-trust";
import { type Synthesized, synthStack } from "../support/synth";

const OWN = "https://eastus2.oic.prod-aks.azure.com/tenant/own/";
const STANDBY = "https://centralus.oic.prod-aks.azure.com/tenant/standby/";
const SUBJECT = "system:serviceaccount:mmrv:backend";

function trustOf(issuers: Readonly<Record<string, string>>): Synthesized {
  return synthStack((stack) => {
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    new AwsTrust(stack, "trust", issuers).grantRole("backend", {
      name: "mmrv-backend",
      subject: SUBJECT,
      permissions: [
        { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::documents/*"] },
        {
          actions: ["sqs:SendMessage"],
          resources: ["*"],
          conditions: { StringEquals: { "aws:ResourceAccount": ["123456789012"] } },
        },
      ],
    });
  });
}

describe("AwsTrust", () => {
  const { all, one } = trustOf({ own: OWN, standby: STANDBY });

  it("trusts each issuer for tokens that are meant for AWS, by the authority that signed its certificate", () => {
    expect(all("aws_iam_openid_connect_provider").map(({ url, client_id_list }) => [url, client_id_list])).toEqual([
      [OWN, ["sts.amazonaws.com"]],
      [STANDBY, ["sts.amazonaws.com"]],
    ]);
    for (const provider of all("aws_iam_openid_connect_provider"))
      expect(provider).not.toHaveProperty("thumbprint_list");
  });

  it("opens a role to one service account of each issuer, and to a token of nobody else", () => {
    const role = one("aws_iam_role");
    expect(role).toMatchObject({ name: "mmrv-backend", max_session_duration: 3600 });
    // As Terraform reads it: without the scheme.
    const filled = role.assume_role_policy.replace(/\$\{trimprefix\("https:\/\/([^"]+)", "https:\/\/"\)\}/g, "$1");
    const { Version, Statement } = JSON.parse(filled);
    expect(Version).toBe("2012-10-17");
    expect(Statement).toEqual(
      [
        ["own", OWN],
        ["standby", STANDBY],
      ].map(([name, issuer = ""]) => ({
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: {
          Federated: expect.stringMatching(`^\\$\\{aws_iam_openid_connect_provider\\.trust_${name}_\\w+\\.arn\\}$`),
        },
        Condition: {
          StringEquals: {
            [`${issuer.slice("https://".length)}:aud`]: "sts.amazonaws.com",
            [`${issuer.slice("https://".length)}:sub`]: SUBJECT,
          },
        },
      })),
    );
  });

  it("gives the role what is listed and nothing more, each under its own conditions", () => {
    const { name, policy, role } = one("aws_iam_role_policy");
    expect([name, role]).toEqual([
      "permissions",
      expect.stringMatching(/^\$\{aws_iam_role\.trust_backend_\w+\.name\}$/),
    ]);
    expect(JSON.parse(policy).Statement).toEqual([
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::documents/*"] },
      {
        Effect: "Allow",
        Action: ["sqs:SendMessage"],
        Resource: ["*"],
        Condition: { StringEquals: { "aws:ResourceAccount": ["123456789012"] } },
      },
    ]);
  });

  it("holds no key of AWS", () => {
    expect(all("aws_iam_access_key")).toEqual([]);
    expect(all("aws_iam_user")).toEqual([]);
  });
});

describe("issuerInConditions", () => {
  it("strips the scheme of an issuer and nothing else: AWS compares it with the last slash", () => {
    const stack = synthStack((stack) => void stack.addOverride("locals", { key: issuerInConditions(OWN) }));
    expect(stack.json.locals.key).toBe(`\${trimprefix("${OWN}", "https://")}`);
  });
});

describe("awsPolicy", () => {
  it("is of the version that knows variables and conditions", () => {
    expect(JSON.parse(awsPolicy([]))).toEqual({ Version: "2012-10-17", Statement: [] });
  });
});
