import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { AwsTrust } from "../constructs/aws-trust";
import { EcrPush } from "../constructs/ecr-push";
import { ExistingCluster } from "../constructs/existing-cluster";
import type { Environment } from "../model/environment";
import { imageJobsOf } from "../model/federation";
import { APPLICATIONS, CLUSTER_NAMES, namesOf, serviceAccountSubject, stackName } from "../model/naming";
import { MmrvStack } from "./mmrv-stack";

/**
 * What MMRV keeps doing in AWS: a role for each application whose pods do anything there, one for certificates, and one
 * for each image pipeline that still pushes to ECR.
 */
export class AwsAccessStack extends MmrvStack {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const names = namesOf(environment);
    const { aws, domains } = environment;
    new AwsProvider(this, "aws", {
      region: aws.region,
      // Whoever is logged in to another account is stopped before anything is made there.
      allowedAccountIds: [aws.accountId],
    });
    const cluster = new ExistingCluster(this, "cluster", {
      name: names.cluster,
      resourceGroupName: names.resourceGroup,
      madeBy: `the stack ${stackName(environment.name, "infra")}`,
    });
    const standbys = aws.trustedIssuers.map((issuer) => [`standby-${issuer.split("/").at(-2)}`, issuer] as const);
    const trust = new AwsTrust(this, "trust", {
      cluster: cluster.oidcIssuerUrl,
      ...Object.fromEntries(standbys),
    });

    for (const application of APPLICATIONS) {
      const permissions = aws.permissions[application];
      if (permissions.length === 0) continue;
      trust.grantRole(application, {
        name: names.awsRoles[application],
        subject: serviceAccountSubject(application),
        permissions,
      });
    }
    trust.grantRole("dns-01", {
      name: names.awsRoles.dns,
      subject: serviceAccountSubject(CLUSTER_NAMES.dnsServiceAccount),
      // cert-manager.io/docs/configuration/acme/dns01/route53, cut down to the challenges of our hosts.
      permissions: [
        { actions: ["route53:GetChange"], resources: ["arn:aws:route53:::change/*"] },
        {
          actions: ["route53:ListResourceRecordSets"],
          resources: [`arn:aws:route53:::hostedzone/${aws.hostedZoneId}`],
        },
        {
          actions: ["route53:ChangeResourceRecordSets"],
          resources: [`arn:aws:route53:::hostedzone/${aws.hostedZoneId}`],
          conditions: {
            "ForAllValues:StringEquals": {
              "route53:ChangeResourceRecordSetsRecordTypes": ["TXT"],
              "route53:ChangeResourceRecordSetsNormalizedRecordNames": Object.values(domains).map(
                (host) => `_acme-challenge.${host}`,
              ),
            },
          },
        },
      ],
    });

    if (aws.imagePush === "none") return;
    const ecr = new EcrPush(this, "ecr", {
      accountId: aws.accountId,
      region: aws.region,
      ownProvider: aws.imagePush === "ownProvider",
    });
    for (const application of APPLICATIONS) {
      const from = aws.ecr[application];
      if (!from) continue;
      ecr.grantPush(application, {
        roleName: names.awsPushRoles[application],
        repository: from.repository,
        jobs: imageJobsOf(environment, application),
      });
    }
  }
}
