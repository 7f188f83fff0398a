import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ImageRegistry } from "./container-registry";
import type { PrivateEndpoints } from "./private-endpoint";
import { type Principal, RoleAssignment, type Scope } from "./role-assignment";

export interface ReplicaRegistryProps {
  /** Where its replica is reached from. */
  readonly endpoints: PrivateEndpoints;
  readonly name: string;
  /** The group that it is in, which may be in a region that is gone. */
  readonly resourceGroupName: string;
  /** The id of its subscription, such as /subscriptions/…. */
  readonly subscription: string;
}

/**
 * The registry of another environment, for the region of its replica: under the same login server the replica serves when
 * the registry's own region is gone. Nobody looks it up, because whoever would be asked is in that region. Endpoints and
 * roles are the control plane's, which is there too (learn.microsoft.com/azure/container-registry/container-registry-geo-replication),
 * so both are made long before.
 */
export class ReplicaRegistry extends Construct implements ImageRegistry {
  readonly id: string;
  readonly name: string;
  readonly endpoints: readonly TerraformResource[];
  /** None: whatever the registry says of public callers, ours come by the endpoint. */
  readonly publicHosts: readonly string[] = [];
  private readonly group: Scope;

  constructor(
    scope: Construct,
    id: string,
    { endpoints, name, resourceGroupName, subscription }: ReplicaRegistryProps,
  ) {
    super(scope, id);
    this.group = { id: `${subscription}/resourceGroups/${resourceGroupName}`, name: resourceGroupName };
    this.id = `${this.group.id}/providers/Microsoft.ContainerRegistry/registries/${name}`;
    this.name = name;
    // Its owner approves, because whoever deploys here has no rights there but to give AcrPull.
    this.endpoints = [endpoints.attach(this, "registry", "MMRV's standby asks for a way to the registry's replica.")];
  }

  /**
   * For the kubelet's identity: every node pulls with it. On the group, which has no other registry: under the registry's own
   * lock Azure would let nobody take the role away again (`ScopeLocked`), and so take a standby down.
   */
  grantPull(puller: Principal): RoleAssignment {
    return new RoleAssignment(this, "pull", { scope: this.group, role: "AcrPull", principal: puller });
  }
}
