import { describe, expect, it } from "vitest";
import { ApplicationFoundation, type ApplicationFoundationProps } from "../../constructs/application-foundation";
import { ContainerRegistry } from "../../constructs/container-registry";
import { ManagedIdentity } from "../../constructs/managed-identity";
import { ground } from "../support/provider-stack";
import { synthStack } from "../support/synth";

const VAULT = { name: "kv-test", purgeProtection: true, softDeleteDays: 90, tenantId: "t" };

describe("ApplicationFoundation", () => {
  const foundation = (pipeline: ApplicationFoundationProps["pipeline"]) => {
    let pusher: ManagedIdentity | undefined;
    const synthesized = synthStack((stack) => {
      const resourceGroup = ground(stack);
      ({ pusher } = new ApplicationFoundation(stack, "app", {
        identityName: "id-app",
        pipeline,
        registry: new ContainerRegistry(stack, "registry", {
          name: "crtest",
          resourceGroup,
          tier: { tier: "Standard" },
        }),
        resourceGroup,
        deployer: new ManagedIdentity(stack, "deployer", { name: "id-deploy", resourceGroup }),
        vault: { ...VAULT, network: { allowedRanges: [] } },
      }));
    });
    return { ...synthesized, pusher };
  };
  const { all, pusher } = foundation({
    identityName: "id-push",
    jobs: [
      { id: "github", repository: "org/app", environment: "staging" },
      { id: "github-by-id", repository: "org@1/app@2", environment: "staging" },
    ],
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

  it("trusts the pipeline's jobs with pushing, and nobody with the application's own identity", () => {
    expect(pusher?.name).toBe("id-push");
    expect(
      all("azurerm_federated_identity_credential").map(({ user_assigned_identity_id, subject }) => [
        user_assigned_identity_id,
        subject,
      ]),
    ).toEqual(
      ["repo:org@1/app@2:environment:staging", "repo:org/app:environment:staging"].map((subject) => [
        expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.app_push-identity_\w+\.id\}$/),
        subject,
      ]),
    );
  });

  it("has no identity that pushes where images are promoted", () => {
    const promoted = foundation(undefined);
    expect(promoted.pusher).toBeUndefined();
    expect(promoted.all("azurerm_role_assignment").map(({ role_definition_name }) => role_definition_name)).toEqual([
      "Key Vault Secrets User",
      "Key Vault Secrets Officer",
    ]);
    expect(promoted.all("azurerm_federated_identity_credential")).toEqual([]);
  });
});
