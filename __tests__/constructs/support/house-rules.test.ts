import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import { DataAzurermSubscription } from "@cdktf/provider-azurerm/lib/data-azurerm-subscription";
import { FederatedIdentityCredential } from "@cdktf/provider-azurerm/lib/federated-identity-credential";
import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";
import { RoleAssignment, type RoleAssignmentConfig } from "@cdktf/provider-azurerm/lib/role-assignment";
import { RoleDefinition } from "@cdktf/provider-azurerm/lib/role-definition";
import { UserAssignedIdentity } from "@cdktf/provider-azurerm/lib/user-assigned-identity";
import type { TerraformStack } from "cdktf";
import { describe, expect, it } from "vitest";
import { obeyHouseRules } from "../../../constructs/support/house-rules";
import { PURPOSES, ROLES_BY_SCOPE } from "../../../constructs/support/roles";
import { buildApp } from "../../../main";
import { ground } from "../../support/provider-stack";
import { synthProgram, synthStack } from "../../support/synth";

interface Ground {
  readonly group: string;
  readonly identity: UserAssignedIdentity;
  readonly stack: TerraformStack;
  readonly vault: string;
}

/** What synthesis says of a stack in which somebody made `fill` without our constructs; nothing when it passes. */
function faultsOf(fill: (on: Ground) => void): string[] {
  try {
    synthStack((stack) => {
      const { id: group, name: resourceGroupName, location } = ground(stack);
      const place = { resourceGroupName, location };
      const identity = new UserAssignedIdentity(stack, "somebody", { name: "id-somebody", ...place });
      const { id: vault } = new KeyVault(stack, "vault", {
        name: "kv",
        ...place,
        skuName: "standard",
        tenantId: "t",
      });
      fill({ group, identity, stack, vault });
      obeyHouseRules(stack);
    });
    return [];
  } catch (error) {
    return [...(error as Error).message.matchAll(/^ *\[test\] (.*)$/gm)].map(([, sentence = ""]) => sentence);
  }
}

/** A role in the provider's own words. */
function give(
  { identity, stack }: Ground,
  role: string | undefined,
  scope: string,
  more: Partial<RoleAssignmentConfig> = {},
): void {
  new RoleAssignment(stack, more.name ?? "grant", {
    scope,
    roleDefinitionName: role,
    principalId: identity.principalId,
    principalType: "ServicePrincipal",
    ...more,
  });
}

const literally = () => "/subscriptions/3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";
const SUBSCRIPTIONS: [string, (on: Ground) => string][] = [
  ["by its id", literally],
  ["looked up", ({ stack }) => new DataAzurermSubscription(stack, "current", {}).id],
  ["of the login", ({ stack }) => `/subscriptions/${new DataAzurermClientConfig(stack, "azure", {}).subscriptionId}`],
];

describe.each(SUBSCRIPTIONS)("on the subscription, %s", (_, subscription) => {
  it.each(["Owner", "Contributor", "User Access Administrator"])("nobody is %s", (role) => {
    expect(faultsOf((on) => give(on, role, subscription(on)))).toContain(
      `test/grant: must not give ${role} on the subscription (one leaked token would own every environment)`,
    );
  });

  it("only reading and budgets are given", () => {
    expect(faultsOf((on) => give(on, "Network Contributor", subscription(on)))).toEqual([
      "test/grant: must not give Network Contributor on subscription (ROLES_BY_SCOPE in constructs/support/roles.ts allows Cost Management Contributor, Reader there)",
    ]);
    expect(faultsOf((on) => give(on, "Reader", subscription(on)))).toEqual([]);
  });
});

describe("a role", () => {
  it("is one of those that its scope allows", () => {
    expect(faultsOf((on) => give(on, "Key Vault Administrator", on.vault))).toContain(
      "test/grant: must not give Key Vault Administrator on azurerm_key_vault (ROLES_BY_SCOPE in constructs/support/roles.ts allows Key Vault Secrets Officer, Key Vault Secrets User there)",
    );
    expect(faultsOf((on) => give(on, "Owner", on.group))).toContainEqual(
      expect.stringMatching(/^test\/grant: must not give Owner on azurerm_resource_group \(/),
    );
    expect(faultsOf((on) => give(on, "Key Vault Secrets User", on.vault))).toEqual([]);
  });

  it.each([
    ["a management group", "/providers/Microsoft.Management/managementGroups/mmrv"],
    ["something by its id", `${literally()}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`],
  ])("is not given on %s, which no list knows", (_, scope) => {
    expect(faultsOf((on) => give(on, "Reader", scope))).toEqual([
      `test/grant: must not give Reader on ${scope} (ROLES_BY_SCOPE in constructs/support/roles.ts allows nothing there)`,
    ]);
  });

  it("is one of a group's on a group that another stack makes, which is known by its path", () => {
    const group = `${literally()}/resourceGroups/rg-mmrv-staging`;
    expect(faultsOf((on) => give(on, "Reader", group))).toEqual([]);
    expect(faultsOf((on) => give(on, "Network Contributor", group))).toEqual([
      "test/grant: must not give Network Contributor on azurerm_resource_group (ROLES_BY_SCOPE in constructs/support/roles.ts allows AcrPull, AcrPush, Contributor, Locks Contributor, Reader, Resource Policy Contributor, Role Based Access Control Administrator there)",
    ]);
  });

  it("that assigns roles has a condition, or it is an owner by another name", () => {
    const administrator = "Role Based Access Control Administrator";
    expect(faultsOf((on) => give(on, administrator, on.group))).toEqual([
      "test/grant: must have a condition (whoever assigns roles without one makes itself owner)",
    ]);
  });

  it("is given in no other way, which the rules would not see through", () => {
    expect(
      faultsOf(({ stack }) => {
        new RoleDefinition(stack, "own", { name: "own", scope: literally() });
      }),
    ).toEqual(["test/own: must not be made (azurerm_role_definition gives rights past these rules)"]);
  });

  it("says what kind of principal has it", () => {
    expect(faultsOf((on) => give(on, "Key Vault Secrets User", on.vault, { principalType: undefined }))).toEqual([
      "test/grant: must set principal_type (Azure looks a new identity up in Entra otherwise, and fails)",
    ]);
  });
});

describe("an identity", () => {
  const both = (first: [string, string], second: [string, string]) =>
    faultsOf((on) => {
      for (const [index, [role, scope]] of [first, second].entries())
        give(on, role, scope === "vault" ? on.vault : on.group, { name: `grant-${index}` });
    });

  it("has one purpose", () => {
    expect(both(["Key Vault Secrets User", "vault"], ["Contributor", "group"])).toEqual([
      "${azurerm_user_assigned_identity.somebody.principal_id}: must have one purpose (PURPOSES in constructs/support/roles.ts), has Key Vault Secrets User, Contributor",
    ]);
  });

  it("may have every role of its purpose", () => {
    expect(both(["Key Vault Secrets Officer", "vault"], ["Contributor", "group"])).toEqual([]);
  });
});

describe("a federated credential", () => {
  const GITHUB = "https://token.actions.githubusercontent.com";
  const HCP = "https://app.terraform.io";
  const trust = (issuer: string, subject: string, ...audience: string[]) =>
    faultsOf(({ identity, stack }) => {
      new FederatedIdentityCredential(stack, "trust", {
        name: "trust",
        resourceGroupName: "rg",
        parentId: identity.id,
        issuer,
        subject,
        audience: audience.length > 0 ? audience : ["api://AzureADTokenExchange"],
      });
    });
  const GITHUB_MUST = "repo:OWNER/NAME:environment:NAME";
  const HCP_MUST = "organization:…:project:…:workspace:…:run_phase:plan|apply";
  const AKS = "${azurerm_kubernetes_cluster.cluster.oidc_issuer_url}";
  const hcp = (workspace: string, phase: string) =>
    `organization:mmrv:project:MMRV on Azure:workspace:${workspace}:run_phase:${phase}`;

  it.each([
    [GITHUB, "repo:org/app:environment:staging"],
    [GITHUB, "repo:org@1/app@2:environment:staging-plan"],
    [HCP, hcp("mmrv-staging-infra", "plan")],
    [HCP, hcp("mmrv-staging-infra", "apply")],
    [AKS, "system:serviceaccount:mmrv:backend"],
  ])("may trust %s %s", (issuer, subject) => {
    expect(trust(issuer, subject)).toEqual([]);
  });

  it.each([
    [GITHUB, "repo:org/*:environment:staging", GITHUB_MUST],
    [GITHUB, "repo:org/app:environment:*", GITHUB_MUST],
    [GITHUB, "repo:org/app:ref:refs/heads/main", GITHUB_MUST],
    [GITHUB, "repo:org/app:pull_request", GITHUB_MUST],
    [GITHUB, "repo:org/app:environment:staging:ref:refs/heads/main", GITHUB_MUST],
    [HCP, hcp("*", "apply"), HCP_MUST],
    [HCP, hcp("mmrv-staging-infra", "*"), HCP_MUST],
    [AKS, "system:serviceaccount:mmrv:*", "system:serviceaccount:NAMESPACE:NAME"],
  ])("may not trust whoever matches %s %s", (issuer, subject, must) => {
    expect(trust(issuer, subject)).toEqual([`test/trust: subject must be ${must}, is ${subject}`]);
  });

  it.each(["https://accounts.google.com", `${GITHUB}/org`, "https://token.actions.githubusercontent.com.evil.example"])(
    "may not trust %s",
    (issuer) => {
      expect(trust(issuer, "repo:org/app:environment:staging")).toEqual([
        `test/trust: must trust GitHub, HCP Terraform or a cluster of ours, trusts ${issuer}`,
      ]);
    },
  );

  it.each([["sts.amazonaws.com"], ["api://AzureADTokenExchange", "sts.amazonaws.com"]])(
    "takes no token for somebody else: %j",
    (...audience) => {
      expect(trust(GITHUB, "repo:org/app:environment:staging", ...audience)).toEqual([
        "test/trust: audience must be api://AzureADTokenExchange (a token for somebody else would do)",
      ]);
    },
  );
});

describe("house rules", () => {
  const program = buildApp();

  it("report every fault of a stack at once", () => {
    expect(
      faultsOf((on) => {
        give(on, "Owner", literally(), { name: "one" });
        give(on, "AcrPull", on.vault, { name: "two", principalType: undefined });
      }).map((line) => line.split(":")[0]),
    ).toEqual(["test/one", "test/two", "test/two", "${azurerm_user_assigned_identity.somebody.principal_id}"]);
  });

  it.each(Object.keys(synthProgram()))("are kept by %s, and would stop it", (name) => {
    // Synthesis ends at the first stack with a fault; here each is asked by itself.
    const stack = program.node.findChild(name);
    expect(stack.node.validate()).toEqual([]);
    new RoleAssignment(stack, "slipped-in", {
      scope: literally(),
      roleDefinitionName: "Owner",
      principalId: "5f1c0d4e-0000-4000-8000-000000000001",
      principalType: "User",
    });
    expect(stack.node.validate().join("\n")).toContain(`${name}/slipped-in: must not give Owner on the subscription`);
  });

  it("allow no role that has no purpose", () => {
    const allowed = new Set(Object.values(ROLES_BY_SCOPE).flat());
    expect([...new Set(Object.values(PURPOSES).flat())].sort()).toEqual([...allowed].sort());
  });
});
