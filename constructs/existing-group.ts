import { Construct } from "constructs";
import type { ResourceGroup } from "./resource-group";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";

export interface ExistingGroupProps {
  readonly location: string;
  readonly name: string;
  /** The id of its subscription. */
  readonly subscription: string;
}

/** A resource group that `bootstrap` made. Nobody looks it up: its id follows from its name. */
export class ExistingGroup extends Construct implements ResourceGroup, Scope {
  readonly id: string;
  readonly location: string;
  readonly name: string;

  constructor(scope: Construct, id: string, { location, name, subscription }: ExistingGroupProps) {
    super(scope, id);
    this.id = `${subscription}/resourceGroups/${name}`;
    this.location = location;
    this.name = name;
  }

  /**
   * Lets AKS find a public address by its name: its cloud provider lists those of the whole group, and a role on the
   * address alone is answered with 403 (jenkins-infra/kubernetes-management#7729,
   * learn.microsoft.com/azure/aks/static-ip). Of the built-in roles none that lists addresses is narrower.
   */
  grantList(cluster: Principal): RoleAssignment {
    return new RoleAssignment(this, "list", { scope: this, role: "Reader", principal: cluster });
  }

  /**
   * Lets the rule of an alert ask what is in the group, and the workspace there: Microsoft's example for the latter is Log
   * Analytics Reader, and Reader reads the same (Microsoft.OperationalInsights/workspaces/query is a read) and may do nothing.
   */
  grantRead(alert: Principal): RoleAssignment {
    return new RoleAssignment(this, "read", { scope: this, role: "Reader", principal: alert });
  }
}
