import { describe, expect, it } from "vitest";
import { LandingZone, type LandingZoneProps } from "../../constructs/landing-zone";
import { StateStorage } from "../../constructs/state-storage";
import type { Role } from "../../constructs/support/roles";
import { ROLE_DEFINITIONS } from "../../tools/azure-simulator/role-definitions";
import { ground } from "../support/provider-stack";
import { type Block, synthStack } from "../support/synth";

const SUBSCRIPTION = "/subscriptions/3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";

const prepare = (more: Partial<LandingZoneProps> = {}) =>
  synthStack((stack) => {
    const identityGroup = ground(stack);
    const storage = new StateStorage(stack, "states", {
      name: "stmmrvstate",
      resourceGroup: identityGroup,
      replication: "LRS",
      softDeleteDays: 7,
      administrators: [],
    });
    new LandingZone(stack, "staging", {
      deployIdentityName: "id-deploy",
      planIdentityName: "id-plan",
      gitHubEnvironments: { deploy: "staging", plan: "staging-plan", promote: "staging-promote" },
      gitHubRepositories: [
        { id: "github", repository: "org/infra" },
        { id: "github-by-id", repository: "org@1/infra@2" },
      ],
      hcpWorkspaces: [],
      identityGroup,
      region: "centralus",
      resourceGroupName: "rg-mmrv-staging",
      state: storage.addContainer("staging"),
      subscription: { id: SUBSCRIPTION, name: "subscription" },
      ...more,
    });
  });
type Prepared = ReturnType<typeof prepare>;

/** The Terraform name of one of the two identities. */
const identityOf = ({ json }: Prepared, name: string) =>
  Object.entries<Block>(json.resource.azurerm_user_assigned_identity).find(([, { name: is }]) => is === name)?.[0];
const subjectsOf = (stack: Prepared, name: string) =>
  stack
    .all("azurerm_federated_identity_credential")
    .filter(
      ({ user_assigned_identity_id }) =>
        user_assigned_identity_id === `\${azurerm_user_assigned_identity.${identityOf(stack, name)}.id}`,
    )
    .map(({ issuer, subject }) => `${issuer} ${subject}`)
    .sort();
const rolesOf = (stack: Prepared, name: string) =>
  stack
    .all("azurerm_role_assignment")
    .filter(({ principal_id }) => principal_id.includes(`.${identityOf(stack, name)}.`))
    .map(({ role_definition_name, scope }) => `${role_definition_name}: ${scope.replace(/\.staging\w*\.id/, "")}`)
    .sort();

const GITHUB = "https://token.actions.githubusercontent.com";
const HCP = "https://app.terraform.io";
const stack = prepare();

describe("LandingZone", () => {
  it("makes the environment's group, and keeps the identities out of it: its deployer could trust itself to more", () => {
    expect(stack.all("azurerm_resource_group")).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: "rg-mmrv-staging", location: "centralus" })]),
    );
    expect(stack.all("azurerm_user_assigned_identity").map(({ resource_group_name }) => resource_group_name)).toEqual([
      "${azurerm_resource_group.group.name}",
      "${azurerm_resource_group.group.name}",
    ]);
  });

  it("trusts the jobs of two GitHub environments, by name and by id", () => {
    expect(subjectsOf(stack, "id-plan")).toEqual([
      `${GITHUB} repo:org/infra:environment:staging-plan`,
      `${GITHUB} repo:org@1/infra@2:environment:staging-plan`,
    ]);
    expect(subjectsOf(stack, "id-deploy")).toEqual([
      `${GITHUB} repo:org/infra:environment:staging`,
      `${GITHUB} repo:org@1/infra@2:environment:staging`,
    ]);
  });

  it("trusts each phase of HCP Terraform's workspaces with its own identity", () => {
    const hcpWorkspaces = (["planner", "deployer"] as const).map((plannedBy) => ({
      organization: "org",
      project: "MMRV on Azure",
      workspace: { planner: "mmrv-staging-infra", deployer: "mmrv-staging-backend" }[plannedBy],
      plannedBy,
    }));
    const hcp = prepare({ hcpWorkspaces, gitHubRepositories: [] });
    const subject = (workspace: string, phase: string) =>
      `${HCP} organization:org:project:MMRV on Azure:workspace:mmrv-staging-${workspace}:run_phase:${phase}`;
    expect(subjectsOf(hcp, "id-plan")).toEqual([subject("infra", "plan")]);
    // A plan of what speaks to the cluster needs rights inside it.
    expect(subjectsOf(hcp, "id-deploy")).toEqual([
      subject("backend", "apply"),
      subject("backend", "plan"),
      subject("infra", "apply"),
    ]);
  });

  it("lets the planner read and nothing else", () => {
    expect(rolesOf(stack, "id-plan")).toEqual([
      `Reader: ${SUBSCRIPTION}`,
      expect.stringMatching(/^Storage Blob Data Reader: \$\{azurerm_storage_container\./),
    ]);
  });

  it("lets the deployer change the group, and on the subscription read and budget only", () => {
    expect(rolesOf(stack, "id-deploy")).toEqual(
      [
        "Contributor: ${azurerm_resource_group",
        "Cost Management Contributor: ",
        "Locks Contributor: ${azurerm_resource_group",
        "Reader: ",
        "Resource Policy Contributor: ${azurerm_resource_group",
        "Role Based Access Control Administrator: ${azurerm_resource_group",
        "Storage Blob Data Contributor: ${azurerm_storage_container",
      ].map((line) => (line.endsWith(": ") ? line + SUBSCRIPTION : expect.stringContaining(line))),
    );
  });
});

describe("the condition on roles that the deployer may give", () => {
  const administrator = stack
    .all("azurerm_role_assignment")
    .find(({ role_definition_name }) => role_definition_name === "Role Based Access Control Administrator");
  const condition: string = administrator?.condition;

  it("names exactly what nodes, applications and pipelines of an environment need, to give and to take away", () => {
    const allowed: Role[] = [
      "AcrPull",
      "AcrPush",
      "Azure Kubernetes Service Cluster User Role",
      "Azure Kubernetes Service RBAC Cluster Admin",
      "Key Vault Secrets Officer",
      "Key Vault Secrets User",
      "Managed Identity Operator",
      "Network Contributor",
      "Reader",
    ];
    const ids = allowed.map((role) => ROLE_DEFINITIONS[role]).sort();
    const lists = [...condition.matchAll(/GuidEquals \{([^}]*)\}/g)].map(([, list = ""]) => list.split(", ").sort());
    expect(lists).toEqual([ids, ids]);
    expect(administrator?.condition_version).toBe("2.0");
  });

  it("speaks of writing by what is asked, of deleting by what is there, and of identities only", () => {
    expect(condition).toMatch(
      /^\(\(!\(ActionMatches\{'Microsoft\.Authorization\/roleAssignments\/write'\}\)\) OR \(@Request\[[^\]]*:RoleDefinitionId\] ForAnyOfAnyValues:GuidEquals \{[^}]*\} AND @Request\[[^\]]*:PrincipalType\] ForAnyOfAnyValues:StringEqualsIgnoreCase \{'ServicePrincipal'\}\)\) AND \(\(!\(ActionMatches\{'Microsoft\.Authorization\/roleAssignments\/delete'\}\)\) OR \(@Resource\[[^\]]*:RoleDefinitionId\] ForAnyOfAnyValues:GuidEquals \{[^}]*\}\)\)$/,
    );
  });

  it("stands on no other role", () => {
    const conditional = stack.all("azurerm_role_assignment").filter((assignment) => "condition" in assignment);
    expect(conditional).toEqual([administrator]);
  });
});
