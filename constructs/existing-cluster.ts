import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { Construct } from "constructs";
import type { Scope } from "./role-assignment";
import { requireExisting } from "./support/require-existing";

export interface ExistingClusterProps {
  readonly name: string;
  readonly resourceGroupName: string;
  /** Who makes it, as the end of "it is made by …". */
  readonly madeBy: string;
}

/** A cluster that another stack makes, looked up by name: where it answers, and whose tokens it issues. */
export class ExistingCluster extends Construct implements Scope {
  readonly id: string;
  readonly name: string;
  /** The URL of the API server; of a private cluster the one inside its network. */
  readonly host: string;
  /** PEM in base64, as in a kubeconfig. */
  readonly caCertificate: string;
  /** The issuer of the tokens of its service accounts, with the last slash that AKS puts there. */
  readonly oidcIssuerUrl: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName, madeBy }: ExistingClusterProps) {
    super(scope, id);
    const found = requireExisting(this, {
      type: "Microsoft.ContainerService/managedClusters",
      name,
      resourceGroupName,
      what: "The cluster",
      remedy: `it is made by ${madeBy}`,
    });
    const cluster = new DataAzurermKubernetesCluster(this, "Default", { name, resourceGroupName, dependsOn: [found] });
    // With Entra as the only way in, this kubeconfig holds an address and no credential.
    const access = cluster.kubeConfig.get(0);
    this.id = cluster.id;
    this.name = name;
    this.host = access.host;
    this.caCertificate = access.clusterCaCertificate;
    this.oidcIssuerUrl = cluster.oidcIssuerUrl;
  }
}
