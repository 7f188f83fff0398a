import type { ContainerRegistry } from "../constructs/container-registry";
import type { EgressShape } from "../constructs/egress";
import { type EgressFeatures, egressRules } from "../constructs/egress-rules";
import type { ResourceGroup } from "../constructs/resource-group";
import { certificateHosts } from "../model/certificates";
import type { Cutover } from "../model/cutover/files";
import type { Environment } from "../model/environment";
import { namesOf, vaultNamesOf } from "../model/naming";
import { runnerHosts } from "../model/runner-hosts";
import type { ThirdParty } from "../model/third-party";
import type { Perimeter } from "./infra-network";

export interface EgressGround {
  readonly cutover: Cutover;
  readonly thirdParty: ThirdParty;
  readonly perimeter: Perimeter;
  readonly registry: ContainerRegistry;
  readonly resourceGroup: ResourceGroup;
}

/** How the environment's traffic leaves, with what the firewall needs when it is one. */
export function egressShapeOf(environment: Environment, ground: EgressGround): EgressShape {
  const { addressPlan, egress, runner, zones } = environment;
  if (egress.via !== "firewall") return egress;
  const { perimeter, resourceGroup } = ground;
  const { firewallAddress, gatewayAddress, network } = perimeter;
  if (!network.firewall || !firewallAddress)
    throw new Error(`${environment.name}: must have a subnet for its firewall`);
  const names = namesOf(environment);
  return {
    via: "firewall",
    idleTimeoutMinutes: egress.idleTimeoutMinutes,
    firewall: {
      name: names.firewall,
      names: { policy: names.firewallPolicy, ipGroups: names.ipGroups, routeTable: names.routeTable },
      tier: egress.tier,
      routing: egress.routing,
      address: firewallAddress,
      gateway: { address: gatewayAddress, privateIp: egress.gatewayIp },
      network: network.network,
      subnet: network.firewall,
      resourceGroup,
      zones,
      sources: { nodes: addressPlan.nodes, runner: runner.kind === "none" ? undefined : runner.addressPrefix },
      rules: egressRules(featuresOf(environment, egress.hosts, ground)),
    },
  };
}

const DATABASE_SUFFIX = {
  postgresqlFlexible: "postgres.database.azure.com",
  mysqlFlexible: "mysql.database.azure.com",
  sql: "database.windows.net",
} as const;

/** What is on, and so must be let out. What has a private address is reached inside the network. */
function featuresOf(
  environment: Environment,
  hosts: readonly string[],
  { cutover, registry, thirdParty }: EgressGround,
): EgressFeatures {
  const { access, aws, database, defender, gitOps, kubernetes, prometheus, region, runner } = environment;
  const isPublic = access.via === "authorizedRanges";
  return {
    region,
    costAnalysis: kubernetes.costAnalysis,
    defender,
    gitOps: gitOps.via,
    prometheus,
    runner: runner.kind,
    publicApiServer: isPublic,
    vaultHosts: isPublic ? vaultNamesOf(environment).map((name) => `${name}.vault.azure.net`) : [],
    registryHosts: registry.publicHosts,
    database:
      database.via === "firewallRule"
        ? { kind: database.server.kind, host: `${database.server.name}.${DATABASE_SUFFIX[database.server.kind]}` }
        : undefined,
    certificateHosts: certificateHosts(environment, cutover),
    thirdPartyHosts: thirdParty.hosts(environment),
    deployHosts: runnerHosts(environment, thirdParty),
    applicationHosts: [...aws.endpoints, ...hosts],
  };
}
