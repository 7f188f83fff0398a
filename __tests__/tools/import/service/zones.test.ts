import { describe, expect, it } from "vitest";
import type { At } from "../../../../tools/import/at";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { TARGET_GROUPS, unwrap, ZONE_RECORDS } from "../../../../tools/import/service/unwrap-service";
import { importService } from "../../../support/import-service";

const BALANCER = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/main/50dc6c495c0c9188";
const targetGroups = (): At[] =>
  unwrap(
    { TargetGroups: [{ TargetGroupArn: "arn", TargetGroupName: "shop", LoadBalancerArns: [BALANCER] }] },
    "t.json",
    TARGET_GROUPS,
  );
const alias = (Name: string, DNSName: string) => ({
  Name,
  Type: "A",
  AliasTarget: { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName, EvaluateTargetHealth: true },
});
const value = (Name: string, Value: string) => ({ Name, Type: "CNAME", TTL: 60, ResourceRecords: [{ Value }] });

describe("names of a zone that only the VPC sees", () => {
  it("are callers' where they lead to the application's load balancer, in whatever way it is spelled", () => {
    const ResourceRecordSets = [
      alias("orders.suite.internal.", "dualstack.internal-main-1234567.us-east-1.elb.amazonaws.com."),
      value("pay.suite.internal.", "Internal-Main-1234567.us-east-1.elb.amazonaws.com"),
      value("main.suite.internal.", "main-other-1.us-east-1.elb.amazonaws.com"),
      value("db.suite.internal.", "main-1.abc.us-east-1.rds.amazonaws.com.example.net"),
    ];
    const { part, ids, rows } = importService({
      targetGroups: targetGroups(),
      zoneRecords: unwrap({ ResourceRecordSets }, "zone.json", ZONE_RECORDS),
    });
    expect(part.callers).toEqual([
      { name: "orders.suite.internal", by: "private zone" },
      { name: "pay.suite.internal", by: "private zone" },
    ]);
    expect(ids).toEqual(expect.arrayContaining(["caller:orders.suite.internal", "caller:pay.suite.internal"]));
    const ofZone = rows.filter(({ source }) => source.startsWith("record:"));
    // Five values of each alias, four of each other.
    expect(ofZone).toHaveLength(5 + 3 * 4);
    expect(ofZone.filter(({ fate }) => fate.kind === "decision").map(({ path }) => path)).toEqual(["Name", "Name"]);
  });
});

it("a registry of Cloud Map is told by the name that its callers use, where AWS has said it", () => {
  const arn = "arn:aws:servicediscovery:us-east-1:111122223333:service/srv-utcrh6wavdkggqtk";
  const { service } = chooseService({ serviceName: "shop", serviceRegistries: [{ registryArn: arn }] }, "s.json");
  const given = { service, cloudMapNames: new Map([[arn, "orders.prod.local"]]) };
  expect(importService(given).part.callers).toEqual([{ name: "orders.prod.local", by: "Cloud Map" }]);
  expect(importService({ service }).part.callers).toEqual([{ name: "srv-utcrh6wavdkggqtk", by: "Cloud Map" }]);
});
