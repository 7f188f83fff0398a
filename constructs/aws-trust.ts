import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";

/** What AWS expects a token to be meant for. */
const AUDIENCE = "sts.amazonaws.com";

/** A statement of an IAM policy that allows something. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** By operator, then by key: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface RoleProps {
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** The only subject whose tokens open the role, such as system:serviceaccount:mmrv:backend. */
  readonly subject: string;
}

/**
 * An issuer as AWS writes it in the keys of a condition: without the scheme, and with the last slash of AKS, because
 * AWS compares the whole text with the token's `iss`.
 */
export const issuerInConditions = (issuer: string): string => Fn.trimprefix(issuer, "https://");

/**
 * What lets the pods of our clusters act in AWS without a stored secret: AWS trusts the issuers of the clusters, and
 * each role one service account of theirs.
 */
export class AwsTrust extends Construct {
  private readonly trusted: readonly { readonly issuer: string; readonly provider: IamOpenidConnectProvider }[];

  /** @param issuers of clusters by a name of our own: that of the environment, and those that may take over */
  constructor(scope: Construct, id: string, issuers: Readonly<Record<string, string>>) {
    super(scope, id);
    this.trusted = Object.entries(issuers).map(([name, issuer]) => ({
      issuer,
      // Without a thumbprint: AWS trusts the authority that signed Azure's certificate.
      provider: new IamOpenidConnectProvider(this, name, { url: issuer, clientIdList: [AUDIENCE] }),
    }));
  }

  /** A role that one service account gets in any of the trusted clusters. */
  grantRole(id: string, { name, permissions, subject }: RoleProps): IamRole {
    const role = new IamRole(this, id, {
      name,
      description: `For pods of ${subject}, by web identity`,
      // In seconds; the SDK renews it.
      maxSessionDuration: 3600,
      assumeRolePolicy: awsPolicy(
        this.trusted.map(({ issuer, provider }) => ({
          Effect: "Allow",
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: provider.arn },
          Condition: {
            StringEquals: {
              [`${issuerInConditions(issuer)}:aud`]: AUDIENCE,
              [`${issuerInConditions(issuer)}:sub`]: subject,
            },
          },
        })),
      ),
    });
    new IamRolePolicy(this, `${id}-permissions`, {
      name: "permissions",
      role: role.name,
      policy: awsPolicy(
        permissions.map(({ actions, resources, conditions }) => ({
          Effect: "Allow",
          Action: actions,
          Resource: resources,
          ...(conditions && { Condition: conditions }),
        })),
      ),
    });
    return role;
  }
}

/** One statement of a policy, as AWS spells it. */
export interface AwsStatement {
  readonly Effect: "Allow";
  readonly Action: string | readonly string[];
  readonly Principal?: { readonly Federated: string } | { readonly AWS: readonly string[] };
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, unknown>>;
}

/** A policy's text. */
export const awsPolicy = (statements: readonly AwsStatement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
