import { describe, expect, it } from "vitest";
import { ExistingCluster } from "../../constructs/existing-cluster";
import { FluxExtension } from "../../constructs/flux-extension";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("FluxExtension", () => {
  const extension = synthStack((stack) => {
    ground(stack);
    const cluster = new ExistingCluster(stack, "cluster", { name: "aks", resourceGroupName: "rg", madeBy: "a test" });
    new FluxExtension(stack, "flux", { cluster });
  }).one("azurerm_kubernetes_cluster_extension");

  it("says what would otherwise be the extension's default, which may change with any minor", () => {
    expect(extension).toMatchObject({
      name: "flux",
      cluster_id: "${data.azurerm_kubernetes_cluster.cluster.id}",
      extension_type: "microsoft.flux",
    });
    expect(extension.configuration_settings).toEqual({
      "helm-controller.enabled": "true",
      "image-automation-controller.enabled": "false",
      "image-reflector-controller.enabled": "false",
      "kustomize-controller.enabled": "true",
      "kustomize-controller.strict-substitution-mode": "true",
      "multiTenancy.enforce": "true",
      "notification-controller.enabled": "true",
      "source-controller.enabled": "true",
    });
  });

  it("names no version and no train: another one would replace it, and uninstall Flux", () => {
    expect(extension).not.toHaveProperty("version");
    expect(extension).not.toHaveProperty("release_train");
  });

  it("is waited for an hour, each way", () => {
    expect(extension.timeouts).toEqual({ create: "60m", update: "60m", delete: "60m" });
  });

  it("must be new enough, and says so in a sentence", () => {
    expect(extension.lifecycle.postcondition).toEqual([
      {
        condition: expect.stringContaining("self.current_version"),
        error_message:
          "The Flux extension of aks must be at least 1.23, which ships Flux 2.7: az k8s-extension show says which it is, and Azure upgrades it by itself.",
      },
    ]);
  });
});
