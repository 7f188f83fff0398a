import { describe, expect, it } from "vitest";
import { BUILT_IN_ROLES, PURPOSES, ROLES_BY_SCOPE, type Role } from "../../../constructs/support/roles";

const KNOWN = Object.keys(BUILT_IN_ROLES) as Role[];

describe("BUILT_IN_ROLES", () => {
  it("are each one of Azure's own, none twice", () => {
    const ids = Object.values(BUILT_IN_ROLES);
    expect(ids.filter((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("hold none that owns whatever it is given on", () => {
    expect(KNOWN).not.toContain("Owner");
    expect(KNOWN).not.toContain("User Access Administrator");
  });

  it("are each given somewhere, for some purpose", () => {
    expect(KNOWN.filter((role) => !Object.values(ROLES_BY_SCOPE).flat().includes(role))).toEqual([]);
    expect(KNOWN.filter((role) => !Object.values(PURPOSES).flat().includes(role))).toEqual([]);
  });
});

describe("ROLES_BY_SCOPE", () => {
  it("give on the subscription what reads, and what keeps budgets", () => {
    expect(ROLES_BY_SCOPE["subscription"]).toEqual(["Cost Management Contributor", "Reader"]);
  });

  it("give roles to assign on an environment's group alone", () => {
    const role: Role = "Role Based Access Control Administrator";
    expect(Object.keys(ROLES_BY_SCOPE).filter((scope) => ROLES_BY_SCOPE[scope]?.includes(role))).toEqual([
      "azurerm_resource_group",
    ]);
  });
});

describe("PURPOSES", () => {
  it("let one identity alone write secrets, assign roles or administer a cluster: the deployer", () => {
    const purposesOf = (role: Role) => Object.keys(PURPOSES).filter((purpose) => PURPOSES[purpose]?.includes(role));
    for (const role of [
      "Key Vault Secrets Officer",
      "Role Based Access Control Administrator",
      "Azure Kubernetes Service RBAC Cluster Admin",
      "Contributor",
      "Storage Blob Data Contributor",
    ] as const)
      expect([role, purposesOf(role)]).toEqual([role, ["deploying"]]);
  });

  it("let an application read its secrets and nothing else, and nodes pull and nothing else", () => {
    expect([PURPOSES["an application"], PURPOSES["its nodes"]]).toEqual([["Key Vault Secrets User"], ["AcrPull"]]);
  });

  it("let a cluster read a group, to find an address in it, and change networks alone", () => {
    expect(PURPOSES["a cluster"]).toEqual(["Managed Identity Operator", "Network Contributor", "Reader"]);
    expect(ROLES_BY_SCOPE["azurerm_resource_group"]).not.toContain("Network Contributor");
  });

  it("let a planner change nothing", () => {
    expect(PURPOSES["planning"]).toEqual([
      "Azure Kubernetes Service Cluster User Role",
      "Reader",
      "Storage Blob Data Reader",
    ]);
  });
});
