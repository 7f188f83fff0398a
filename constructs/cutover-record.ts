import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";

/** A record set of Route 53, as its API names the fields. */
export interface CutoverRecordSet {
  readonly Name: string;
  readonly Type: string;
  /** In seconds; an alias has none. */
  readonly TTL?: number;
  readonly ResourceRecords?: readonly { readonly Value: string }[];
  readonly AliasTarget?: {
    readonly HostedZoneId: string;
    readonly DNSName: string;
    readonly EvaluateTargetHealth: boolean;
  };
  readonly SetIdentifier?: string;
  /** From 0 to 255. */
  readonly Weight?: number;
}

export interface CutoverRecordProps {
  readonly set: CutoverRecordSet;
  readonly zoneId: string;
  /** What must be there before it, because Route 53 takes no weighted record beside a simple one. */
  readonly after?: TerraformResource;
}

/**
 * One record under cutover. Type, set identifier and weight may change from stage to stage, in place and in one batch each,
 * as long as the construct's id stays: another id would delete the record that users are led by.
 */
export class CutoverRecord extends Construct {
  readonly record: Route53Record;

  /** @param id a Terraform name, which is the address of the resource */
  constructor(scope: Construct, id: string, { after, set, zoneId }: CutoverRecordProps) {
    super(scope, id);
    const { AliasTarget, Name, ResourceRecords, SetIdentifier, TTL, Type, Weight } = set;
    this.record = new Route53Record(this, "Default", {
      zoneId,
      name: Name,
      type: Type,
      ttl: TTL,
      records: ResourceRecords?.map(({ Value }) => Value),
      alias: AliasTarget && {
        name: AliasTarget.DNSName,
        zoneId: AliasTarget.HostedZoneId,
        evaluateTargetHealth: AliasTarget.EvaluateTargetHealth,
      },
      setIdentifier: SetIdentifier,
      weightedRoutingPolicy: Weight === undefined ? undefined : { weight: Weight },
      dependsOn: after && [after],
      // Whatever the environment says of other things: users are led by it.
      lifecycle: { preventDestroy: true },
    });
    this.record.overrideLogicalId(id);
  }
}
