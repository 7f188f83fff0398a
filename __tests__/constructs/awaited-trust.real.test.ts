import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { afterAll, expect, it } from "vitest";
import { AwaitedTrust } from "../../constructs/awaited-trust";
import { synthStack } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-trust-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ISSUER =
  "https://centralus.oic.prod-aks.azure.com/11111111-1111-4111-8111-111111111111/99999999-9999-4999-8999-999999999999/";
const ARN = `arn:aws:iam::123456789012:oidc-provider/${ISSUER.slice("https://".length)}`;

const { json, one } = synthStack((stack) => {
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new AwsProvider(stack, "aws", {});
  const trust = new AwaitedTrust(stack, "trust", { name: "aks-standby", resourceGroupName: "rg-standby" });
  trust.grantRole("backend", {
    name: "mmrv-standby-backend",
    subject: "system:serviceaccount:mmrv:backend",
    permissions: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:us-east-1:123456789012:jobs"] }],
  });
});

/** The trust of the role, as Terraform writes it when it finds these clusters. */
function trustWith(issuers: readonly string[]): unknown {
  const policy = one("aws_iam_role")
    .assume_role_policy.replace(/data\.azurerm_kubernetes_cluster\.\w+/g, "local.clusters")
    .replace(/aws_iam_openid_connect_provider\.\w+/g, "local.providers");
  const locals = {
    clusters: issuers.map((oidc_issuer_url) => ({ oidc_issuer_url })),
    providers: issuers.map(() => ({ arn: ARN })),
  };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ locals: [{ ...locals, policy }] }));
  const said = execFileSync("terraform", [`-chdir=${folder}`, "console"], {
    input: "local.policy\n",
    encoding: "utf8",
  });
  return JSON.parse(JSON.parse(said));
}

const NOBODY = { Effect: "Deny", Action: "sts:AssumeRole", Principal: { AWS: "*" } };

it("is open to nobody before there is a cluster, and to one service account of it afterwards", () => {
  expect(trustWith([])).toEqual({ Version: "2012-10-17", Statement: [NOBODY] });
  const key = ISSUER.slice("https://".length);
  expect(trustWith([ISSUER])).toEqual({
    Version: "2012-10-17",
    Statement: [
      NOBODY,
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: ARN },
        Condition: {
          StringEquals: {
            [`${key}:aud`]: "sts.amazonaws.com",
            [`${key}:sub`]: "system:serviceaccount:mmrv:backend",
          },
        },
      },
    ],
  });
});

it("asks for the cluster by a list, which takes none for an answer", () => {
  const [[, found] = []] = Object.entries(json.data.azurerm_resources);
  expect(found).toMatchObject({ name: "aks-standby", type: "Microsoft.ContainerService/managedClusters" });
  expect(found).not.toHaveProperty("lifecycle");
  const count = expect.stringMatching(/^\$\{length\(data\.azurerm_resources\.\w+\.resources\)\}$/);
  expect(Object.values(json.data.azurerm_kubernetes_cluster)).toEqual([expect.objectContaining({ count })]);
  expect(one("aws_iam_openid_connect_provider")).toMatchObject({
    count,
    url: expect.stringMatching(/\[count\.index\]\.oidc_issuer_url\}$/),
  });
});
