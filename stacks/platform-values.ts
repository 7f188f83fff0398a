import { DATABASE_PORTS, SQL_REDIRECT_PORTS } from "../constructs/existing-database";
import { awsRoleArn } from "../model/aws-roles";
import { acmeDirectory, challengeOf } from "../model/certificates";
import type { Environment } from "../model/environment";
import { gatewayListens } from "../model/gateway";
import { APPLICATIONS, CLUSTER_NAMES, namesOf } from "../model/naming";
import type { ComputedPlatformValues } from "../model/schema/platform";
import type { ThirdParty } from "../model/third-party";

/** What the environment says about its platform; nobody writes it in helm-values/. */
export function platformValues(environment: Environment, thirdParty: ThirdParty): ComputedPlatformValues {
  const { addressPlan, aws, domains, prometheus } = environment;
  const names = namesOf(environment);
  return {
    environment: environment.name,
    applications: APPLICATIONS.map((application) => ({
      name: application,
      host: domains[application],
      challenge: challengeOf(environment, application),
      callsAws: aws.permissions[application].length > 0,
      database: application === "backend" && environment.database.via !== "none",
    })),
    gatewayAddress: gatewayAddressOf(environment),
    gatewayImage: thirdParty.image(environment, "envoy").reference,
    proxyNamespace: CLUSTER_NAMES.gatewayNamespace,
    certificates: {
      server: acmeDirectory(environment),
      dns01: {
        region: aws.region,
        hostedZoneId: aws.hostedZoneId,
        roleArn: awsRoleArn(environment, names.awsRoles.dns),
        serviceAccount: CLUSTER_NAMES.dnsServiceAccount,
      },
      certManager: {
        namespace: CLUSTER_NAMES.certManagerNamespace,
        serviceAccount: CLUSTER_NAMES.certManagerServiceAccount,
      },
    },
    network: {
      insideRanges: [addressPlan.network, addressPlan.pods, addressPlan.services, ...aws.vpcCidrs],
      privateEndpoints: addressPlan.privateEndpoints,
      database: databaseOf(environment),
    },
    metrics: prometheus,
  };
}

function gatewayAddressOf(environment: Environment): ComputedPlatformValues["gatewayAddress"] {
  const names = namesOf(environment);
  const listens = gatewayListens(environment);
  return listens.on === "publicAddress"
    ? { on: "publicAddress", name: names.gatewayAddress, resourceGroup: names.resourceGroup }
    : { on: "privateIp", ip: listens.ip, subnet: names.subnets.nodes };
}

const ANYWHERE = "0.0.0.0/0";

function databaseOf({ addressPlan, database }: Environment): ComputedPlatformValues["network"]["database"] {
  if (database.via === "none") return undefined;
  const ranges = {
    privateEndpoint: () => [addressPlan.privateEndpoints],
    firewallRule: () => [ANYWHERE],
    peering: () => (database.via === "peering" ? database.network.cidrs : []),
  }[database.via]();
  const port = DATABASE_PORTS[database.server.kind];
  const redirected = database.server.kind === "sql" && database.via === "firewallRule" ? [SQL_REDIRECT_PORTS] : [];
  return { ranges, ports: [{ from: port, to: port }, ...redirected] };
}
