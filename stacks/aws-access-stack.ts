import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { AwsTrust, type Permission } from "../constructs/aws-trust";
import { CutoverRole } from "../constructs/cutover-role";
import { EcrPush } from "../constructs/ecr-push";
import { ExistingCluster } from "../constructs/existing-cluster";
import { applicationNames } from "../model/applications";
import { permissionsOf } from "../model/aws-roles";
import { challengeZonesOf } from "../model/certificates";
import { proofPlaceOf } from "../model/cutover/proof";
import { hostsByZoneOf } from "../model/domains";
import type { Environment } from "../model/environment";
import { deployJobsOf, imageJobsOf } from "../model/federation";
import { CLUSTER_NAMES, type Names, namesOf, serviceAccountSubject, stackName } from "../model/naming";
import { MmrvStack } from "./mmrv-stack";

/**
 * What MMRV keeps doing in AWS: a role for each application whose pods do anything there, one for certificates, one for
 * each image pipeline that still pushes to ECR, and the one that moves users.
 */
export class AwsAccessStack extends MmrvStack {
  private readonly names: Names;

  constructor(
    scope: Construct,
    id: string,
    private readonly environment: Environment,
  ) {
    super(scope, id, environment);
    this.names = namesOf(environment);
    this.createProvider();
    const cluster = this.lookUpCluster();
    const trust = this.createTrust(cluster);
    this.createApplicationRoles(trust);
    this.createDnsRole(trust);
    this.createPushRoles();
    this.createCutoverRole();
  }

  private createProvider(): void {
    const { accountId, region } = this.environment.aws;
    new AwsProvider(this, "aws", {
      region,
      // Whoever is logged in to another account is stopped before anything is made there.
      allowedAccountIds: [accountId],
    });
  }

  private lookUpCluster(): ExistingCluster {
    return new ExistingCluster(this, "cluster", {
      name: this.names.cluster,
      resourceGroupName: this.names.resourceGroup,
      madeBy: `the stack ${stackName(this.environment.name, "infra")}`,
    });
  }

  private createTrust(cluster: ExistingCluster): AwsTrust {
    const standbys = this.environment.aws.trustedIssuers.map(
      (issuer) => [`standby-${issuer.split("/").at(-2)}`, issuer] as const,
    );
    return new AwsTrust(this, "trust", { cluster: cluster.oidcIssuerUrl, ...Object.fromEntries(standbys) });
  }

  private createApplicationRoles(trust: AwsTrust): void {
    for (const application of applicationNames(this.environment)) {
      const permissions = permissionsOf(this.environment, application);
      if (permissions.length === 0) continue;
      trust.grantRole(application, {
        name: this.names.awsRole(application),
        subject: serviceAccountSubject(application),
        permissions,
      });
    }
  }

  private createDnsRole(trust: AwsTrust): void {
    trust.grantRole("dns-01", {
      name: this.names.awsDnsRole,
      subject: serviceAccountSubject(CLUSTER_NAMES.dnsServiceAccount),
      permissions: challengePermissions(this.environment),
    });
  }

  /** Where DNS is elsewhere there is nothing to move users by. */
  private createCutoverRole(): void {
    const { aws, dns } = this.environment;
    if (dns.via !== "route53") return;
    new CutoverRole(this, "cutover", {
      name: this.names.awsCutoverRole,
      accountId: aws.accountId,
      zones: cutoverZonesOf(this.environment),
      onCallRoles: aws.cutover.onCallRoles,
      jobs: aws.cutover.gitHub ? deployJobsOf(this.environment) : [],
    });
  }

  private createPushRoles(): void {
    const { accountId, ecr, imagePush, region } = this.environment.aws;
    if (imagePush === "none") return;
    const push = new EcrPush(this, "ecr", { accountId, region, ownProvider: imagePush === "ownProvider" });
    for (const application of applicationNames(this.environment)) {
      const from = ecr[application];
      if (!from) continue;
      push.grantPush(application, {
        roleName: this.names.awsPushRole(application),
        repository: from.repository,
        jobs: imageJobsOf(this.environment, application),
      });
    }
  }
}

/** By zone, the names whose records may change: every public name, and the throw-away ones of a proof. */
function cutoverZonesOf(environment: Environment) {
  const { hostedZoneId, hosts } = proofPlaceOf(environment);
  return hostsByZoneOf(environment).map((zone) =>
    zone.hostedZoneId === hostedZoneId ? { ...zone, hosts: [...zone.hosts, ...hosts] } : zone,
  );
}

const zoneArn = (hostedZoneId: string): string => `arn:aws:route53:::hostedzone/${hostedZoneId}`;

/** cert-manager.io/docs/configuration/acme/dns01/route53, cut down to the challenges of our hosts. */
function challengePermissions(environment: Environment): Permission[] {
  const zones = challengeZonesOf(environment).map(({ hostedZoneId, records }) => ({
    arn: zoneArn(hostedZoneId),
    records,
  }));
  return [
    { actions: ["route53:GetChange"], resources: ["arn:aws:route53:::change/*"] },
    { actions: ["route53:ListResourceRecordSets"], resources: zones.map(({ arn }) => arn) },
    ...zones.map(({ arn, records }) => ({
      actions: ["route53:ChangeResourceRecordSets"],
      resources: [arn],
      conditions: {
        "ForAllValues:StringEquals": {
          "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
          "route53:ChangeResourceRecordSetsNormalizedRecordNames": records,
        },
      },
    })),
  ];
}
