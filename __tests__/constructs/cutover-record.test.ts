import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { CutoverRecord, type CutoverRecordSet } from "../../constructs/cutover-record";
import { type Block, type Synthesized, synthStack } from "../support/synth";

const ZONE = "Z0123456789ABC";
const ALIAS: CutoverRecordSet = {
  Name: "api.example.com",
  Type: "A",
  AliasTarget: {
    HostedZoneId: "Z35SXDOTRQ7X7K",
    DNSName: "main-123.us-east-1.elb.amazonaws.com",
    EvaluateTargetHealth: true,
  },
};
const PLAIN: CutoverRecordSet = {
  Name: "api.example.com",
  Type: "AAAA",
  TTL: 60,
  ResourceRecords: [{ Value: "2001:db8::7" }, { Value: "2001:db8::8" }],
};

function synth(fill: (stack: Parameters<Parameters<typeof synthStack>[0]>[0]) => void): Synthesized {
  return synthStack((stack) => {
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    fill(stack);
  });
}
const recordOf = (set: CutoverRecordSet): Synthesized =>
  synth((stack) => new CutoverRecord(stack, "api_example_com-A-aws", { set, zoneId: ZONE }));
const bare = ({ "//": _, ...resource }: Block): Block => resource;

describe("CutoverRecord", () => {
  it("is an alias as it is given, without a TTL", () => {
    expect(bare(recordOf(ALIAS).one("aws_route53_record"))).toEqual({
      zone_id: ZONE,
      name: "api.example.com",
      type: "A",
      alias: {
        name: "main-123.us-east-1.elb.amazonaws.com",
        zone_id: "Z35SXDOTRQ7X7K",
        evaluate_target_health: true,
      },
      lifecycle: { prevent_destroy: true },
    });
  });

  it("is a record with TTL and values, each as it is given", () => {
    expect(bare(recordOf(PLAIN).one("aws_route53_record"))).toEqual({
      zone_id: ZONE,
      name: "api.example.com",
      type: "AAAA",
      ttl: 60,
      records: ["2001:db8::7", "2001:db8::8"],
      lifecycle: { prevent_destroy: true },
    });
  });

  it("has a weight with its set identifier, also the weight 0", () => {
    for (const Weight of [0, 255])
      expect(bare(recordOf({ ...PLAIN, SetIdentifier: "azure", Weight }).one("aws_route53_record"))).toMatchObject({
        set_identifier: "azure",
        weighted_routing_policy: { weight: Weight },
      });
  });

  it("has the address that its id is, whatever it says of itself", () => {
    for (const set of [ALIAS, PLAIN, { ...ALIAS, SetIdentifier: "aws", Weight: 255 }])
      expect(Object.keys(recordOf(set).json.resource.aws_route53_record)).toEqual(["api_example_com-A-aws"]);
  });

  it("has that address wherever it stands in the tree", () => {
    const { json } = synth((stack) => {
      new CutoverRecord(new Construct(stack, "names"), "_1a_example_com-A-aws", { set: ALIAS, zoneId: ZONE });
    });
    expect(Object.keys(json.resource.aws_route53_record)).toEqual(["_1a_example_com-A-aws"]);
  });

  it("comes after the record that must be weighted before it", () => {
    const { json } = synth((stack) => {
      const { record } = new CutoverRecord(stack, "first", { set: ALIAS, zoneId: ZONE });
      new CutoverRecord(stack, "second", { set: PLAIN, zoneId: ZONE, after: record });
    });
    const { first, second } = json.resource.aws_route53_record;
    expect([first.depends_on, second.depends_on]).toEqual([undefined, ["aws_route53_record.first"]]);
  });
});
