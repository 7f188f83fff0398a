import { KubernetesClusterExtension } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-extension";
import { Construct } from "constructs";
import type { ExistingCluster } from "./existing-cluster";

export interface FluxExtensionProps {
  readonly cluster: ExistingCluster;
}

/**
 * The settings that are not left to what the extension does by default, which its minors may change:
 * github.com/MicrosoftDocs/azure-management-docs, articles/azure-arc/kubernetes, which has tenancy in conceptual-gitops-flux2.md and
 * "Strict post-build variable substitution", from extension 1.13.1, in tutorial-use-gitops-flux2.md.
 */
const SETTINGS = {
  "helm-controller.enabled": "true",
  "kustomize-controller.enabled": "true",
  "notification-controller.enabled": "true",
  "source-controller.enabled": "true",
  // Images are named in Git alone: nothing on the cluster writes there.
  "image-automation-controller.enabled": "false",
  "image-reflector-controller.enabled": "false",
  // Everything is applied as flux-applier, and nothing refers to another namespace's objects.
  "multiTenancy.enforce": "true",
  // A variable that nobody told is an error; otherwise it is an empty text, and nobody sees it.
  "kustomize-controller.strict-substitution-mode": "true",
};

/**
 * Flux on a cluster, as Azure's extension. Azure chooses its version and upgrades it: a version that is stated replaces
 * the extension at the next one, and so would a release train, which Azure gives back in other letters.
 */
export class FluxExtension extends Construct {
  readonly id: string;
  readonly resource: KubernetesClusterExtension;

  constructor(scope: Construct, id: string, { cluster }: FluxExtensionProps) {
    super(scope, id);
    this.resource = new KubernetesClusterExtension(this, "Default", {
      name: "flux",
      clusterId: cluster.id,
      extensionType: "microsoft.flux",
      configurationSettings: SETTINGS,
      // More than half an hour is common (hashicorp/terraform-provider-azurerm#25952), and azurerm waits for no more.
      timeouts: { create: "60m", update: "60m", delete: "60m" },
      lifecycle: {
        postcondition: [
          {
            condition: AT_LEAST_1_23,
            // Older ones do not see that a ConfigMap with values has changed after a failure: helm-controller 1.4 does.
            errorMessage: `The Flux extension of ${cluster.name} must be at least 1.23, which ships Flux 2.7: az k8s-extension show says which it is, and Azure upgrades it by itself.`,
          },
        ],
      },
    });
    this.id = this.resource.id;
  }
}

/** Terraform compares no versions; a major and a minor below a thousand make one number. */
const AT_LEAST_1_23 =
  '${try(tonumber(split(".", self.current_version)[0]) * 1000 + tonumber(split(".", self.current_version)[1]) >= 1023, false)}';
