import { DataAzurermKubernetesCluster } from "@cdktf/provider-azurerm/lib/data-azurerm-kubernetes-cluster";
import { DataAzurermResources } from "@cdktf/provider-azurerm/lib/data-azurerm-resources";
import { Fn, TerraformCount, Token } from "cdktf";
import { Construct } from "constructs";

export interface ClusterVersionsProps {
  readonly name: string;
  readonly resourceGroupName: string;
  /** The minor that is wanted, such as 1.35. */
  readonly version: string;
}

/**
 * The Kubernetes versions to ask for: what runs, as long as it is a patch of the wanted minor, else that minor. AKS reports
 * the patch that it installed as if somebody had asked for it, and a bare minor would be planned back after each one
 * (hashicorp/terraform-provider-azurerm#26946); ignoring the field would keep a minor from being raised.
 */
export class ClusterVersions extends Construct {
  /** Of the control plane. */
  readonly controlPlane: string;
  private readonly current: string;
  private readonly version: string;

  constructor(scope: Construct, id: string, { name, resourceGroupName, version }: ClusterVersionsProps) {
    super(scope, id);
    // Asked first, because looking up a cluster that is not there yet fails.
    const found = new DataAzurermResources(this, "found", {
      type: "Microsoft.ContainerService/managedClusters",
      name,
      resourceGroupName,
    });
    const cluster = new DataAzurermKubernetesCluster(this, "current", {
      name,
      resourceGroupName,
      count: TerraformCount.of(Token.asNumber(Fn.lengthOf(found.resources))),
    });
    this.current = `data.azurerm_kubernetes_cluster.${cluster.friendlyUniqueId}`;
    this.version = version;
    this.controlPlane = this.patchOf(`${this.current}[*].kubernetes_version`, "it", "");
  }

  /** Of a node pool, which may be a patch behind the control plane until its window. */
  ofPool(name: string): string {
    return this.patchOf(
      `flatten(${this.current}[*].agent_pool_profile)`,
      "it.orchestrator_version",
      `it.name == "${name}" && `,
    );
  }

  private patchOf(list: string, version: string, also: string): string {
    const isWanted = `(${version} == "${this.version}" || startswith(${version}, "${this.version}."))`;
    return `\${try([for it in ${list} : ${version} if ${also}${isWanted}][0], "${this.version}")}`;
  }
}
