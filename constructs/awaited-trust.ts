import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { Fn, TerraformCount, Token } from "cdktf";
import type { Construct } from "constructs";
import { AUDIENCE, Trust } from "./aws-trust";

export interface AwaitedTrustProps {
  readonly name: string;
  readonly resourceGroupName: string;
}

/**
 * Trust in a cluster that may not exist yet: AKS says the issuer of its tokens when it makes the cluster, and never the same
 * twice. Applied before, the roles are there and open to nobody; applied again once the cluster is there, they are its pods'.
 */
export class AwaitedTrust extends Trust {
  /** Addresses of Terraform's lists, each of one element or none: the cluster, and the provider by which AWS knows its issuer. */
  private readonly clusters: string;
  private readonly providers: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName }: AwaitedTrustProps) {
    super(scope, id);
    // A list, because asking for a cluster that is not there would be an error.
    const found = new DataAzurermResources(this, "found", {
      type: "Microsoft.ContainerService/managedClusters",
      name,
      resourceGroupName,
    });
    const count = TerraformCount.of(Token.asNumber(Fn.lengthOf(found.resources)));
    const cluster = new DataAzurermKubernetesCluster(this, "cluster", { count, name, resourceGroupName });
    this.clusters = addressOf(cluster, "data.");
    const provider = new IamOpenidConnectProvider(this, "issuer", {
      count,
      url: `\${${this.clusters}[count.index].oidc_issuer_url}`,
      clientIdList: [AUDIENCE],
    });
    this.providers = addressOf(provider);
  }

  /**
   * Nobody takes the role by sts:AssumeRole, with a cluster or without: a policy must say something, and this is what it says
   * until there is one.
   */
  protected policyOf(subject: string): string {
    const key = (claim: string) => `"\${trimprefix(issuer, "https://")}:${claim}"`;
    const statement = [
      'Effect = "Allow"',
      'Action = "sts:AssumeRoleWithWebIdentity"',
      `Principal = { Federated = ${this.providers}[index].arn }`,
      `Condition = { StringEquals = { ${key("aud")} = "${AUDIENCE}", ${key("sub")} = "${subject}" } }`,
    ].join(", ");
    const nobody = 'Effect = "Deny", Action = "sts:AssumeRole", Principal = { AWS = "*" }';
    return `\${jsonencode({ Version = "2012-10-17", Statement = concat([{ ${nobody} }], [for index, issuer in ${this.clusters}[*].oidc_issuer_url : { ${statement} }]) })}`;
  }
}

/** The address alone, for an expression that is written out: a reference of CDKTF's brings its own braces. */
const addressOf = (
  { friendlyUniqueId, terraformResourceType }: { friendlyUniqueId: string; terraformResourceType: string },
  before = "",
): string => `${before}${terraformResourceType}.${friendlyUniqueId}`;
