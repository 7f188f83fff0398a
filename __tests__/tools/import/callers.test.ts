import { expect, test } from "vitest";
import { callersByPrivateZone } from "../../../tools/import/callers";

test("a private name that leads to the load balancer is a caller's, in whatever way it is spelled", () => {
  const records = [
    { name: "orders.suite.internal.", leadsTo: ["dualstack.internal-main-1.us-east-1.elb.amazonaws.com."] },
    { name: "pay.suite.internal.", leadsTo: ["Internal-Main-1.us-east-1.elb.amazonaws.com"] },
    { name: "db.suite.internal.", leadsTo: ["db.abc.us-east-1.rds.amazonaws.com"] },
  ];
  expect(callersByPrivateZone(records, ["internal-main-1.us-east-1.elb.amazonaws.com"])).toEqual([
    { name: "orders.suite.internal", by: "private zone" },
    { name: "pay.suite.internal", by: "private zone" },
  ]);
});
