import { ResourceGroupPolicyAssignment } from "@cdktf/provider-azurerm/lib/resource-group-policy-assignment";
import { Construct } from "constructs";

export interface PodSecurityProps {
  /** Audit reports; Deny refuses the pod. */
  readonly effect: "Audit" | "Deny";
  readonly name: string;
  /** The namespaces that it is about; AKS's own pods could not live under it. */
  readonly namespaces: readonly string[];
  /** Every cluster in the group. */
  readonly resourceGroupId: string;
}

/** "Kubernetes cluster pod security restricted standards for Linux-based workloads", v2: github.com/Azure/azure-policy. */
const RESTRICTED = "/providers/Microsoft.Authorization/policySetDefinitions/42b8ef37-b724-4e24-bbc8-7a7708edfe00";

/**
 * The restricted standard for pods, by Azure Policy. Its own defaults are weaker than Kubernetes' standard of that name
 * (fourteen capabilities allowed, none to drop), so both lists are stated.
 */
export class PodSecurity extends Construct {
  constructor(scope: Construct, id: string, { effect, name, namespaces, resourceGroupId }: PodSecurityProps) {
    super(scope, id);
    new ResourceGroupPolicyAssignment(this, "Default", {
      name,
      displayName: `MMRV: restricted pods (${effect})`,
      resourceGroupId,
      policyDefinitionId: RESTRICTED,
      parameters: JSON.stringify({
        effect: { value: effect },
        namespaces: { value: namespaces },
        allowedCapabilities: { value: ["NET_BIND_SERVICE"] },
        requiredDropCapabilities: { value: ["ALL"] },
      }),
    });
  }
}
