import { describe, expect, it } from "vitest";
import { ExistingCluster } from "../../constructs/existing-cluster";
import { FluxConfiguration } from "../../constructs/flux-configuration";
import { FluxExtension } from "../../constructs/flux-extension";
import { isAfter } from "../support/order";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

describe("FluxConfiguration", () => {
  const stack = synthStack((on) => {
    ground(on);
    const cluster = new ExistingCluster(on, "cluster", { name: "aks", resourceGroupName: "rg", madeBy: "a test" });
    const configuration = new FluxConfiguration(on, "configuration", {
      cluster,
      extension: new FluxExtension(on, "flux", { cluster }),
      name: "mmrv",
      namespace: "gitops",
      source: { url: "ssh://git@example.com/o/r.git", branch: "deployed/x", secret: "git", provider: "Generic" },
      kustomizations: [
        { name: "platform", folder: "gitops/x/platform", substitute: { environment: "x" } },
        { name: "backend", folder: "gitops/x/backend", substitute: { environment: "x", client_id: "c" } },
      ],
    });
    on.addOverride("locals", { id: configuration.id });
  });
  const configuration = stack.one("azurerm_kubernetes_flux_configuration");

  it("reads a branch with a Secret that is in the cluster, and every minute", () => {
    expect(configuration.git_repository).toEqual({
      url: "ssh://git@example.com/o/r.git",
      reference_type: "branch",
      reference_value: "deployed/x",
      local_auth_reference: "git",
      // Azure gives it back, whether it was told or not.
      provider: "Generic",
      sync_interval_in_seconds: 60,
      timeout_in_seconds: 600,
    });
  });

  it("may release into every namespace", () => {
    expect(configuration).toMatchObject({ name: "mmrv", namespace: "gitops", scope: "cluster" });
  });

  it("applies each folder by itself, waits for no release to be ready, and deletes and forces nothing", () => {
    const each = {
      wait: false,
      garbage_collection_enabled: false,
      recreating_enabled: false,
      retry_interval_in_seconds: 60,
      sync_interval_in_seconds: 600,
      timeout_in_seconds: 600,
    };
    expect(configuration.kustomizations).toEqual([
      { name: "platform", path: "./gitops/x/platform", post_build: { substitute: { environment: "x" } }, ...each },
      {
        name: "backend",
        path: "./gitops/x/backend",
        post_build: { substitute: { environment: "x", client_id: "c" } },
        ...each,
      },
    ]);
  });

  it("is made after the extension, and so goes before it", () => {
    const [extension] = Object.keys(stack.json.resource.azurerm_kubernetes_cluster_extension);
    const [own] = Object.keys(stack.json.resource.azurerm_kubernetes_flux_configuration);
    const addresses = [
      `azurerm_kubernetes_flux_configuration.${own}`,
      `azurerm_kubernetes_cluster_extension.${extension}`,
    ] as const;
    expect(isAfter(stack, ...addresses)).toBe(true);
    expect(stack.json.locals).toEqual({ id: `\${${addresses[0]}.id}` });
  });

  it("is waited for an hour, each way", () => {
    expect(configuration.timeouts).toEqual({ create: "60m", update: "60m", delete: "60m" });
  });
});
