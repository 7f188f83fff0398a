import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { CutoverRecord } from "../constructs/cutover-record";
import { forget } from "../constructs/support/forget";
import { override } from "../constructs/support/override";
import { webApplicationsOf } from "../model/applications";
import type { Cutover } from "../model/cutover/files";
import { givenUpAddresses } from "../model/cutover/given-up";
import type { Position } from "../model/cutover/position";
import { isZoned, type Member, membersOf, type ZonedName } from "../model/cutover/records";
import type { Environment } from "../model/environment";
import { MmrvStack } from "./mmrv-stack";

/**
 * The records by whose weights users are moved, and nothing else: AWS alone, literals alone, a state of its own, so that it
 * plans in seconds, and while Azure is away as long as its state is not kept there (`context.state`).
 */
export class CutoverStack extends MmrvStack {
  constructor(scope: Construct, id: string, environment: Environment, cutover: Cutover) {
    super(scope, id, environment, { speaksToAzure: false });
    const { accountId, region } = environment.aws;
    new AwsProvider(this, "aws", {
      region,
      // Whoever is logged in to another account is stopped before anything is changed there.
      allowedAccountIds: [accountId],
    });
    const names = webApplicationsOf(environment).flatMap(({ name }) => {
      const at = cutover.positionOf(name);
      return (cutover.component(name)?.names ?? []).filter(isZoned).map((zoned) => ({ zoned, at }));
    });
    for (const { at, zoned } of names) this.createRecords(zoned, at);
    this.adopt(names.flatMap(({ at, zoned }) => membersOf(zoned, at)));
    forget(this, givenUpAddresses(environment, cutover));
  }

  private createRecords(name: ZonedName, at: Position): void {
    const aws = new Map<string, TerraformResource>();
    for (const { resource, set, side, zone } of membersOf(name, at)) {
      // The azure record comes after the aws one of its type is weighted: nothing weighted stands beside what is simple.
      const { record } = new CutoverRecord(this, resource, { set, zoneId: zone, after: aws.get(set.Type) });
      if (side === "aws") aws.set(set.Type, record);
    }
  }

  /** Records that are there already. */
  private adopt(members: readonly Member[]): void {
    const found = members.flatMap(({ importId, resource }) =>
      importId === undefined ? [] : [{ to: `aws_route53_record.${resource}`, id: importId }],
    );
    if (found.length === 0) return;
    override(this, "import", found, "CDKTF's importFrom starts terraform at each synthesis, to ask for its version");
  }
}
