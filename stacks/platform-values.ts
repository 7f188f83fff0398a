import { DATABASE_PORTS, SQL_REDIRECT_PORTS } from "../constructs/support/database-ports";
import { webApplicationsOf } from "../model/applications";
import { awsRoleArn, permissionsOf } from "../model/aws-roles";
import { acmeDirectory, challengeOf } from "../model/certificates";
import type { Cutover } from "../model/cutover/files";
import type { Environment } from "../model/environment";
import { gatewayListens } from "../model/gateway";
import { insideRangesOf } from "../model/inside-ranges";
import { CLUSTER_NAMES, namesOf } from "../model/naming";
import type { ComputedPlatformValues } from "../model/schema/platform";
import type { ThirdParty } from "../model/third-party";

/** What the environment says about its platform; nobody writes it in helm-values/. */
export function platformValues(
  environment: Environment,
  thirdParty: ThirdParty,
  cutover: Cutover,
): ComputedPlatformValues {
  const { addressPlan, applications, aws, dns, prometheus } = environment;
  const webs = webApplicationsOf(environment);
  const names = namesOf(environment);
  return {
    environment: environment.name,
    applications: applications.map(({ calls = [], name, usesDatabase = false }) => {
      const web = webs.find((one) => one.name === name);
      return {
        name,
        web: web && {
          host: web.host,
          challenge: challengeOf(name, cutover),
          ...(web.also.length > 0 && { also: [...web.also] }),
        },
        calls,
        callsAws: permissionsOf(environment, name).length > 0,
        database: usesDatabase && environment.database.via !== "none",
      };
    }),
    gatewayAddress: gatewayAddressOf(environment),
    gatewayImage: thirdParty.image(environment, "envoy").reference,
    proxyNamespace: CLUSTER_NAMES.gatewayNamespace,
    certificates: {
      server: acmeDirectory(environment),
      dns01: {
        region: aws.region,
        hostedZoneId: aws.hostedZoneId,
        roleArn: awsRoleArn(environment, names.awsDnsRole),
        serviceAccount: CLUSTER_NAMES.dnsServiceAccount,
        ...(dns.via === "other" && { followsCname: true as const }),
      },
      certManager: {
        namespace: CLUSTER_NAMES.certManagerNamespace,
        serviceAccount: CLUSTER_NAMES.certManagerServiceAccount,
      },
    },
    network: {
      insideRanges: insideRangesOf(environment),
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
