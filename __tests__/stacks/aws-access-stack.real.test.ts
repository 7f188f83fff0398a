import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsRoleOf } from "../../model/aws-roles";
import type { Environment } from "../../model/environment";
import { staging } from "../support/fixtures/environments/staging";
import { Moto } from "../support/moto";
import { requires } from "../support/requires";
import { type Block, type Synthesized, synthProgram } from "../support/synth";

const STANDBY =
  "https://centralus.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/99999999-9999-4999-8999-999999999999/";
const environment = {
  ...staging,
  aws: {
    ...staging.aws,
    imagePush: "none" as Environment["aws"]["imagePush"],
    accountId: "123456789012",
    hostedZoneId: "Z2FDTNDATAQYW2",
    permissions: {
      backend: [
        { actions: ["sqs:SendMessage", "sqs:ReceiveMessage"], resources: ["arn:aws:sqs:us-east-1:123456789012:jobs"] },
      ],
      frontend: [],
    },
    trustedIssuers: [STANDBY],
  },
};
const accessOf = (aws: typeof environment.aws): Synthesized => {
  const { "staging-aws-access": stack } = synthProgram({ environments: [{ ...environment, aws }] });
  if (!stack) throw new Error("no stack");
  return stack;
};
const access = accessOf(environment.aws);

const OWN =
  "https://eastus2.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/22222222-2222-4222-8222-222222222222/";
/** A text with what Terraform would put in its references. */
const filled = (text: string) =>
  text
    .replaceAll(
      /\$\{trimprefix\(data\.azurerm_kubernetes_cluster\.cluster\.oidc_issuer_url, "https:\/\/"\)\}/g,
      OWN.slice(8),
    )
    .replaceAll(`\${trimprefix("${STANDBY}", "https://")}`, STANDBY.slice(8))
    .replaceAll(
      /\$\{aws_iam_openid_connect_provider\.trust_cluster_\w+\.arn\}/g,
      `arn:aws:iam::123456789012:oidc-provider/${OWN.slice(8)}`,
    )
    .replaceAll(
      /\$\{aws_iam_openid_connect_provider\.trust_standby-\w+-\w+-\w+-\w+-\w+_\w+\.arn\}/g,
      `arn:aws:iam::123456789012:oidc-provider/${STANDBY.slice(8)}`,
    );
/** Of pods; who moves users is no pod, and has tests of its own. */
const roles = access
  .all("aws_iam_role")
  .filter(({ name }) => name !== "mmrv-staging-cutover")
  .map(({ name, assume_role_policy }: Block) => ({ name, trust: JSON.parse(filled(assume_role_policy)) }));
const policies: string[] = access.all("aws_iam_role_policy").map(({ policy }: Block) => policy);

describe("the trust of AWS", () => {
  it("is in the cluster's issuer and in those that may take over, for tokens that are meant for AWS", () => {
    expect(
      access.all("aws_iam_openid_connect_provider").map(({ url, client_id_list }) => [url, client_id_list]),
    ).toEqual([
      ["${data.azurerm_kubernetes_cluster.cluster.oidc_issuer_url}", ["sts.amazonaws.com"]],
      [STANDBY, ["sts.amazonaws.com"]],
    ]);
  });

  it("names issuer, audience and subject of each role letter by letter, with the slash at the end of the issuer", () => {
    const subjects = { "mmrv-staging-backend": "backend", "mmrv-staging-dns-01": "dns-01" };
    expect(roles.map(({ name }) => name)).toEqual(Object.keys(subjects));
    for (const { name, trust } of roles) {
      const subject = `system:serviceaccount:mmrv:${subjects[name as keyof typeof subjects]}`;
      expect(trust.Statement).toEqual(
        [OWN, STANDBY].map((issuer) => {
          const key = issuer.slice("https://".length);
          return {
            Effect: "Allow",
            Action: "sts:AssumeRoleWithWebIdentity",
            Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${key}` },
            Condition: { StringEquals: { [`${key}:aud`]: "sts.amazonaws.com", [`${key}:sub`]: subject } },
          };
        }),
      );
    }
  });

  it("is bound to the account, which is no variable of the runner's", () => {
    expect(access.json.provider.aws).toEqual([{ allowed_account_ids: ["123456789012"], region: "us-east-1" }]);
  });

  it("gives no role to an application that does nothing in AWS, and its pods ask for none", () => {
    expect(awsRoleOf(environment, "frontend")).toBeUndefined();
    expect(awsRoleOf(environment, "backend")).toEqual({
      roleArn: "arn:aws:iam::123456789012:role/mmrv-staging-backend",
      region: "us-east-1",
    });
  });

  it("lets certificates change nothing but the challenges of our own hosts, in one zone", () => {
    const dns = JSON.parse(policies.find((policy) => policy.includes("_acme-challenge")) ?? "{}");
    expect(dns.Statement.at(-1)).toEqual({
      Effect: "Allow",
      Action: ["route53:ChangeResourceRecordSets"],
      Resource: ["arn:aws:route53:::hostedzone/Z2FDTNDATAQYW2"],
      Condition: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": [
            "_acme-challenge.api.staging.mmrv.invalid",
            "_acme-challenge.staging.mmrv.invalid",
          ],
        },
      },
    });
  });
});

describe("the role of an image pipeline", () => {
  const applications = { ...staging.gitHub.applications, backend: { repository: "backend" } };
  const gitHub = { ...staging.gitHub, owner: "org", applications };
  const pushOf = (imagePush: Environment["aws"]["imagePush"]) => {
    const ecr = { backend: { repository: "mmrv/backend", newest: 5 } };
    const { "staging-aws-access": stack } = synthProgram({
      environments: [{ ...environment, gitHub, aws: { ...environment.aws, ecr, imagePush } }],
    });
    if (!stack) throw new Error("no stack");
    const gitHubProviders = stack
      .all("aws_iam_openid_connect_provider")
      .filter(({ url }) => /githubusercontent/.test(url));
    const role = stack.all("aws_iam_role").find(({ name }) => name === "mmrv-staging-push-backend");
    return { stack, gitHubProviders, trust: role && JSON.parse(role.assume_role_policy).Statement };
  };

  it("is not there when nothing is pushed to ECR", () => {
    expect(pushOf("none")).toMatchObject({ gitHubProviders: [], trust: undefined });
  });

  it.each([
    ["existingProvider" as const, 0, "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"],
    ["ownProvider" as const, 1, expect.stringMatching(/^\$\{aws_iam_openid_connect_provider\.ecr_github_\w+\.arn\}$/)],
  ])("with %s trusts one repository's jobs in one environment", (imagePush, providers, Federated) => {
    const { gitHubProviders, trust } = pushOf(imagePush);
    expect(gitHubProviders).toHaveLength(providers);
    expect(trust).toEqual([
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated },
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": ["repo:org/backend:environment:staging"],
          },
        },
      },
    ]);
  });

  it("pushes to the application's repository and to no other; none is made for what has none", () => {
    const { stack } = pushOf("existingProvider");
    const policies = stack.all("aws_iam_role_policy").filter(({ name }) => name === "push");
    expect(policies).toHaveLength(1);
    const [login, push] = JSON.parse(policies[0]?.policy).Statement;
    expect(login).toMatchObject({ Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] });
    expect(push.Resource).toEqual(["arn:aws:ecr:us-east-1:123456789012:repository/mmrv/backend"]);
    expect(push.Action).toContain("ecr:PutImage");
    expect(push.Action.filter((action: string) => /Delete|Policy|\*/.test(action))).toEqual([]);
  });
});

describe("a local AWS", requires("moto_server"), () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
  });
  afterAll(() => moto?.stop());

  it("takes the issuers and gives them the names that the roles trust", async () => {
    const named = await Promise.all(
      [OWN, STANDBY].map(async (issuer) => {
        const answer = await moto.call("iam", "CreateOpenIDConnectProvider", {
          Url: issuer,
          "ClientIDList.member.1": "sts.amazonaws.com",
        });
        return /<OpenIDConnectProviderArn>(.*)<\/OpenIDConnectProviderArn>/.exec(answer)?.[1];
      }),
    );
    const trusted = roles.flatMap(({ trust }) => trust.Statement.map(({ Principal }: Block) => Principal.Federated));
    expect([...new Set(trusted)].sort()).toEqual(named.sort());
  });

  it("takes the roles under the computed names, and their policies", async () => {
    for (const { name, trust } of roles) {
      const answer = await moto.call("iam", "CreateRole", {
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(trust),
      });
      expect(answer).toContain(`<Arn>arn:aws:iam::123456789012:role/${name}</Arn>`);
    }
    for (const [index, policy] of policies.entries())
      await moto.call("iam", "CreatePolicy", { PolicyName: `policy-${index}`, PolicyDocument: policy });
  });

  it("refuses a policy that says nothing sensible, so that taking the others means something", async () => {
    await expect(
      moto.call("iam", "CreatePolicy", {
        PolicyName: "bad",
        PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs","Resource":"jobs"}]}',
      }),
    ).rejects.toThrow("MalformedPolicyDocument");
  });

  it("opens a role to a pod's token", async () => {
    const answer = await moto.call("sts", "AssumeRoleWithWebIdentity", {
      RoleArn: awsRoleOf(environment, "backend")?.roleArn ?? "",
      RoleSessionName: "test",
      WebIdentityToken: "of-nobody",
    });
    expect(answer).toContain("assumed-role/mmrv-staging-backend/test");
  });
});

it.each([
  ["a bare *", { actions: ["sqs:SendMessage"], resources: ["*"] }, "permissions.backend.0.resources.0"],
  [
    "every action",
    { actions: ["*"], resources: ["arn:aws:sqs:us-east-1:123456789012:jobs"] },
    "permissions.backend.0.actions.0",
  ],
])("an application may not be given %s", (_, statement, path) => {
  expect(() => accessOf({ ...environment.aws, permissions: { backend: [statement], frontend: [] } })).toThrow(
    `staging.aws.${path}: got`,
  );
});

it("a cluster that may take over is named with the slash of its tokens", () => {
  expect(() => accessOf({ ...environment.aws, trustedIssuers: [STANDBY.slice(0, -1)] })).toThrow(
    "must be the issuer of an AKS cluster with its last slash",
  );
});
