import { ResourceGroup as AzurermResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { Construct } from "constructs";
import { type GitHubSubject, type HcpSubject, ManagedIdentity } from "./managed-identity";
import type { ResourceGroup } from "./resource-group";
import { RoleAssignment, type Scope } from "./role-assignment";
import type { StateContainer } from "./state-storage";
import type { Role } from "./support/roles";

type Subject = Omit<GitHubSubject, "environment">;

/**
 * A workspace of HCP Terraform. What speaks to the cluster is planned by the identity that deploys: a plan of a release
 * reads Helm's Secrets and tries the change on the API server.
 */
export type PlannedWorkspace = Omit<HcpSubject, "phase"> & { readonly plannedBy: "planner" | "deployer" };

export interface LandingZoneProps {
  readonly deployIdentityName: string;
  /** The GitHub environments whose jobs plan, deploy and promote. */
  readonly gitHubEnvironments: { readonly deploy: string; readonly plan: string; readonly promote: string };
  /** This program's repository, as GitHub may name it in a token. */
  readonly gitHubRepositories: readonly Subject[];
  readonly hcpWorkspaces: readonly PlannedWorkspace[];
  /** Where the identities live: not in the environment's group, whose deployer could trust itself to more. */
  readonly identityGroup: ResourceGroup;
  readonly planIdentityName: string;
  /** Who copies images from another environment's registry. @default nobody: images are built for this environment */
  readonly promotion?: { readonly identityName: string; readonly fromGroup: Scope };
  readonly region: string;
  readonly resourceGroupName: string;
  readonly state: StateContainer;
  readonly subscription: Scope;
}

/** What the deployment of an environment gives to others: identities of nodes, applications and pipelines. */
const ROLES_OF_AN_ENVIRONMENT: readonly Role[] = [
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

/**
 * An environment before its first deployment: its resource group, an identity that plans, and one that deploys into
 * that group and nowhere else. Neither has a secret; jobs log in by federation.
 */
export class LandingZone extends Construct {
  readonly deployer: ManagedIdentity;
  readonly planner: ManagedIdentity;
  readonly promoter?: ManagedIdentity;
  /** The environment's own. */
  readonly group: Scope;

  constructor(scope: Construct, id: string, props: LandingZoneProps) {
    super(scope, id);
    const { gitHubEnvironments, gitHubRepositories, hcpWorkspaces, identityGroup, promotion, state, subscription } =
      props;
    const group = new AzurermResourceGroup(this, "group", { name: props.resourceGroupName, location: props.region });
    this.group = { id: group.id, name: props.resourceGroupName };
    const trustedIn = (identity: ManagedIdentity, environment: string) => {
      for (const repository of gitHubRepositories) identity.trustGitHub({ ...repository, environment });
    };

    this.planner = new ManagedIdentity(this, "planner", { name: props.planIdentityName, resourceGroup: identityGroup });
    trustedIn(this.planner, gitHubEnvironments.plan);
    for (const { plannedBy, ...workspace } of hcpWorkspaces)
      if (plannedBy === "planner") this.planner.trustHcpTerraform({ ...workspace, phase: "plan" });

    this.deployer = new ManagedIdentity(this, "deployer", {
      name: props.deployIdentityName,
      resourceGroup: identityGroup,
    });
    trustedIn(this.deployer, gitHubEnvironments.deploy);
    for (const { plannedBy, ...workspace } of hcpWorkspaces) {
      this.deployer.trustHcpTerraform({ ...workspace, phase: "apply" });
      if (plannedBy === "deployer") this.deployer.trustHcpTerraform({ ...workspace, phase: "plan" });
    }

    const grant = (principal: "planner" | "deployer", on: Scope, role: Role, mayAssign?: readonly Role[]) =>
      new RoleAssignment(this, `${principal}-${role}`, { scope: on, role, principal: this[principal], mayAssign });
    if (promotion) {
      const promoter = new ManagedIdentity(this, "promoter", {
        name: promotion.identityName,
        resourceGroup: identityGroup,
      });
      trustedIn(promoter, gitHubEnvironments.promote);
      // On the groups, because the registries come later, by identities that could not give roles across environments.
      const roles: [Role, Scope][] = [
        ["AcrPull", promotion.fromGroup],
        ["AcrPush", this.group],
      ];
      for (const [role, on] of roles)
        new RoleAssignment(this, `promoter-${role}`, { scope: on, role, principal: promoter });
      this.promoter = promoter;
    }
    grant("planner", subscription, "Reader");
    grant("deployer", subscription, "Reader");
    // Budgets live on the subscription, because AKS makes the nodes' group.
    grant("deployer", subscription, "Cost Management Contributor");
    for (const role of ["Contributor", "Locks Contributor", "Resource Policy Contributor"] as const)
      grant("deployer", this.group, role);
    grant("deployer", this.group, "Role Based Access Control Administrator", ROLES_OF_AN_ENVIRONMENT);
    state.grantRead("planner", this.planner);
    state.grantWrite("deployer", this.deployer);
  }
}
