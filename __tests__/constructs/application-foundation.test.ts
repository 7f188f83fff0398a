import { describe, expect, it } from "vitest";
import { ApplicationFoundation } from "../../constructs/application-foundation";
import { ContainerRegistry } from "../../constructs/container-registry";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

const VAULT = { name: "kv-test", purgeProtection: true, softDeleteDays: 90, tenantId: "t" };

describe("ApplicationFoundation", () => {
  const { all } = synthStack((stack) => {
    const resourceGroup = ground(stack);
    new ApplicationFoundation(stack, "app", {
      identityName: "id-app",
      pipeline: { identityName: "id-push", jobs: [{ id: "github", repository: "org/app", environment: "staging" }] },
      registry: new ContainerRegistry(stack, "registry", { name: "crtest", resourceGroup, tier: { tier: "Standard" } }),
      resourceGroup,
      deployer: new ManagedIdentity(stack, "deployer", { name: "id-deploy", resourceGroup }),
      vault: { ...VAULT, network: { allowedRanges: [] } },
    });
  });

  it("lets the pipeline push, the deployer write secrets, and the application read its own secrets", () => {
    const roles = all("azurerm_role_assignment").map(({ role_definition_name, principal_id }) => [
      role_definition_name,
      principal_id,
    ]);
    expect(roles).toEqual([
      ["Key Vault Secrets User", expect.stringContaining("app_identity")],
      ["Key Vault Secrets Officer", "${azurerm_user_assigned_identity.deployer.principal_id}"],
      ["AcrPush", expect.stringContaining("app_push-identity")],
    ]);
  });
});
