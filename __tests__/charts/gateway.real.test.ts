import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEPT } from "../support/envoy-config";
import { GatewayStage } from "../support/gateway-stage";
import { requires } from "../support/requires";
import { LIMIT_ROWS, SAID } from "./gateway-limits";
import { REQUEST_ROWS } from "./gateway-requests";

const ROWS = { ...REQUEST_ROWS, ...LIMIT_ROWS };

describe("the gateway does what the table of docs/workloads.md says of", requires("helm", "envoy"), () => {
  let stage: GatewayStage;
  beforeAll(async () => {
    stage = await GatewayStage.start(SAID);
  });
  afterAll(() => stage?.stop());

  // A machine without the translator compares what it is of: npm run tools -- egctl, then npm test -- -u of this file.
  it("is what Envoy Gateway's translator makes of the charts", async () => {
    await expect(`${JSON.stringify(stage.translation)}\n`).toMatchFileSnapshot(KEPT);
  });

  it.each(Object.entries(ROWS))("%s", (_, row) => row(stage));

  it("objects of both charts: it takes all of them", () => {
    expect(stage.config.refusals).toEqual([]);
  });

  it("a route with a silence of its own, whose retries and limits are the gateway's", () => {
    const [own, others] = ["rule/1", "rule/0"].map((rule) => {
      const {
        name: _,
        metadata: __,
        edsClusterConfig: ___,
        ...cluster
      } = stage.config.cds.find(({ name }) => name === `httproute/mmrv/backend-https-backend/${rule}`) ?? {};
      return cluster;
    });
    expect(own).toEqual(others);
    // At the backend's host and at the name that serves the same; and the frontend's one.
    expect(JSON.stringify(stage.config.rds).match(/"retryOn":/g)).toHaveLength(2 * SAID.routes.length + 1);
  });
});

describe("the table of the load balancer that was and the gateway", () => {
  it.each(["docs/workloads.md", "docs/es/workloads.md"])("has a row for each test, in %s", (page) => {
    const [, table = ""] = readFileSync(page, "utf8").split("<!-- gateway.real.test.ts -->\n\n");
    const [rows = ""] = table.split("\n\n");
    const names = rows
      .split("\n")
      .slice(2)
      .map((line) => line.split(" | ")[0]?.replace("| ", ""));
    expect(names).toHaveLength(Object.keys(ROWS).length);
    if (page === "docs/workloads.md") expect(names).toEqual(Object.keys(ROWS));
  });
});
