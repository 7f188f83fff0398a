import { DataAzurermMysqlFlexibleServer } from "@cdktf/provider-azurerm/lib/data-azurerm-mysql-flexible-server";
import { DataAzurermPostgresqlFlexibleServer } from "@cdktf/provider-azurerm/lib/data-azurerm-postgresql-flexible-server";
import { MssqlFirewallRule } from "@cdktf/provider-azurerm/lib/mssql-firewall-rule";
import { MysqlFlexibleServerFirewallRule } from "@cdktf/provider-azurerm/lib/mysql-flexible-server-firewall-rule";
import { PostgresqlFlexibleServerFirewallRule } from "@cdktf/provider-azurerm/lib/postgresql-flexible-server-firewall-rule";
import { PrivateDnsZoneVirtualNetworkLink } from "@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link";
import { VirtualNetworkPeering } from "@cdktf/provider-azurerm/lib/virtual-network-peering";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { Network } from "./network";
import type { PrivateEndpoints } from "./private-endpoint";
import type { PublicAddress } from "./public-address";
import { requireExisting } from "./support/require-existing";

type FlexibleKind = "postgresqlFlexible" | "mysqlFlexible";

interface Existing {
  readonly name: string;
  readonly resourceGroup: string;
}

interface Server extends Existing {
  readonly kind: FlexibleKind | "sql";
}

/** The way to a server that is already there. */
export type DatabaseConnection =
  | {
      /** Not for a flexible server that is injected into a network: Azure gives those no private endpoint. */
      readonly via: "privateEndpoint";
      /** `subscriptionId` when it is not ours. */
      readonly server: Server & { readonly subscriptionId?: string };
      /** automatic needs rights on the server; manual waits for its owner, and the connection is pending until then. */
      readonly approval: "automatic" | "manual";
    }
  | { readonly via: "firewallRule"; readonly server: Server }
  | {
      /** For a flexible server that is injected into a network; Azure SQL is never. */
      readonly via: "peering";
      readonly server: Existing & { readonly kind: FlexibleKind };
      readonly network: Existing;
      readonly privateDnsZone: Existing;
    };

export interface ExistingDatabaseProps {
  readonly connection: DatabaseConnection;
  /** Where our traffic comes from, for a server with a public address. */
  readonly egressAddresses: readonly PublicAddress[];
  readonly endpoints: PrivateEndpoints;
  readonly network: Network;
  /** Ours. */
  readonly subscriptionId: string;
}

/** How Azure calls each kind of server. */
export const DATABASE_TYPES = {
  postgresqlFlexible: "Microsoft.DBforPostgreSQL/flexibleServers",
  mysqlFlexible: "Microsoft.DBforMySQL/flexibleServers",
  sql: "Microsoft.Sql/servers",
} as const;

/** The database that already lives in Azure: a way to it, and nothing of itself. */
export class ExistingDatabase extends Construct {
  readonly id: string;
  readonly name: string;
  /** What writes to our network: AKS joins it when that is done. */
  readonly ready: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: ExistingDatabaseProps) {
    super(scope, id);
    const { connection, subscriptionId: ours } = props;
    const { server } = connection;
    const subscriptionId = ("subscriptionId" in server && server.subscriptionId) || ours;
    this.name = server.name;
    this.id = `/subscriptions/${subscriptionId}/resourceGroups/${server.resourceGroup}/providers/${DATABASE_TYPES[server.kind]}/${server.name}`;
    switch (connection.via) {
      case "privateEndpoint": {
        const isManual = connection.approval === "manual";
        if (!isManual) this.look(server, NO_INJECTION);
        const endpoint = props.endpoints.attach(
          this,
          server.kind,
          isManual ? "MMRV on Azure asks for a way to its database." : undefined,
        );
        this.ready = [endpoint];
        break;
      }
      case "firewallRule":
        this.look(server, PUBLIC);
        this.createFirewallRules(server, props.egressAddresses);
        this.ready = [];
        break;
      case "peering":
        this.look(server, INJECTED);
        this.ready = this.peer(props.network, connection.network, ours);
        new PrivateDnsZoneVirtualNetworkLink(this, "zone-link", {
          name: props.network.name,
          resourceGroupName: connection.privateDnsZone.resourceGroup,
          privateDnsZoneName: connection.privateDnsZone.name,
          virtualNetworkId: props.network.id,
        });
        break;
    }
  }

  /** Says in a sentence what does not fit, before Azure says it in its own words. */
  private look({ kind, name, resourceGroup }: Server, expected: Expectation): void {
    const found = requireExisting(this, {
      type: DATABASE_TYPES[kind],
      name,
      resourceGroupName: resourceGroup,
      what: "The database server",
      remedy: "check database.server in the environment",
    });
    if (kind === "sql") return;
    const Server = kind === "mysqlFlexible" ? DataAzurermMysqlFlexibleServer : DataAzurermPostgresqlFlexibleServer;
    new Server(this, "server", {
      name,
      resourceGroupName: resourceGroup,
      dependsOn: [found],
      lifecycle: {
        postcondition: [
          { condition: expected.condition, errorMessage: `The database server ${name} ${expected.otherwise}.` },
        ],
      },
    });
  }

  /** One after another: a server takes one change at a time, and azurerm waits for its own only with PostgreSQL. */
  private createFirewallRules(server: Server, addresses: readonly PublicAddress[]): void {
    let last: TerraformResource | undefined;
    for (const [index, { ipAddress }] of addresses.entries()) {
      const name = `mmrv-egress-${index + 1}`;
      const dependsOn = last && [last];
      last = this.createFirewallRule(server, { name, startIpAddress: ipAddress, endIpAddress: ipAddress, dependsOn });
    }
  }

  private createFirewallRule({ kind, name: serverName, resourceGroup }: Server, rule: FirewallRule): TerraformResource {
    switch (kind) {
      case "postgresqlFlexible":
        return new PostgresqlFlexibleServerFirewallRule(this, rule.name, { ...rule, serverId: this.id });
      case "mysqlFlexible":
        return new MysqlFlexibleServerFirewallRule(this, rule.name, {
          ...rule,
          resourceGroupName: resourceGroup,
          serverName,
        });
      case "sql":
        return new MssqlFirewallRule(this, rule.name, { ...rule, serverId: this.id });
    }
  }

  /** Both halves: a peering carries nothing until the other network has its own. */
  private peer(ours: Network, theirs: Existing, subscriptionId: string): TerraformResource[] {
    const out = new VirtualNetworkPeering(this, "peering", {
      name: `to-${theirs.name}`,
      resourceGroupName: ours.resourceGroup.name,
      virtualNetworkName: ours.networkName,
      remoteVirtualNetworkId: `/subscriptions/${subscriptionId}/resourceGroups/${theirs.resourceGroup}/providers/Microsoft.Network/virtualNetworks/${theirs.name}`,
    });
    const back = new VirtualNetworkPeering(this, "peering-back", {
      name: `to-${ours.name}`,
      resourceGroupName: theirs.resourceGroup,
      virtualNetworkName: theirs.name,
      remoteVirtualNetworkId: ours.id,
      dependsOn: [out],
    });
    return [out, back];
  }
}

interface FirewallRule {
  readonly dependsOn?: TerraformResource[];
  readonly endIpAddress: string;
  readonly name: string;
  readonly startIpAddress: string;
}

interface Expectation {
  readonly condition: string;
  readonly otherwise: string;
}

const IN_A_NETWORK = 'self.delegated_subnet_id != null && self.delegated_subnet_id != ""';
const NO_INJECTION: Expectation = {
  condition: `\${!(${IN_A_NETWORK})}`,
  otherwise: "is injected into a network and takes no private endpoint: use database.via peering",
};
const INJECTED: Expectation = {
  condition: `\${${IN_A_NETWORK}}`,
  otherwise: "is not injected into a network, so a peering does not lead to it: use database.via privateEndpoint",
};
const PUBLIC: Expectation = {
  condition: "${self.public_network_access_enabled}",
  otherwise: "has no public address, so a firewall rule opens nothing: use database.via privateEndpoint or peering",
};
