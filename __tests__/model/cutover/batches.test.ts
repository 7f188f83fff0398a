import { describe, expect, it } from "vitest";
import { backBatches, batchText, breakGlassNames } from "../../../model/cutover/batches";
import type { AdoptedName, Component } from "../../../model/cutover/schema";
import { STAGES } from "../../../model/cutover/stages";
import type { Place } from "../../../model/cutover/transitions";

const ALB = { name: "main-1.elb.amazonaws.com", zone: "Z35SXDOTRQ7X7K" };
const CLOUDFRONT = { name: "d1.cloudfront.net", zone: "Z2FDTNDATAQYW2" };
const ONE = { id: "Z0000000000ONE", name: "example.com" };
const TWO = { id: "Z0000000000TWO", name: "example.net" };
const BOTH = { A: ["203.0.113.7"], AAAA: ["2001:db8::7"] };

const API: AdoptedName = {
  host: "api.example.com",
  zone: ONE,
  aws: [
    { type: "A", alias: { ...ALB, evaluateTargetHealth: true } },
    { type: "AAAA", alias: { ...ALB, evaluateTargetHealth: true } },
  ],
  azure: BOTH,
};
const WWW: AdoptedName = {
  host: "www.example.com",
  zone: ONE,
  aws: [{ type: "CNAME", ttl: 500, values: ["d1.cloudfront.net"], becomes: CLOUDFRONT }],
  azure: { A: ["203.0.113.7"] },
};
const OTHER: AdoptedName = {
  host: "example.net",
  zone: TWO,
  aws: [{ type: "A", ttl: 300, values: ["192.0.2.1", "192.0.2.2"] }],
  azure: { A: ["203.0.113.7"] },
};
const at = (place: Place, ...names: readonly AdoptedName[]): Component => ({
  names: [...names],
  steps: [{ ...place, since: "2026-12-01T10:00:00Z" }],
});
const back = (component: Component | undefined) => backBatches("production", "frontend", component);

describe("the way back", () => {
  it("is one call for each zone with every name and type: AWS with all of the weight, Azure with none", () => {
    expect(back(at({ stage: "ramp", percent: 25 }, API, WWW, OTHER))).toEqual([
      {
        HostedZoneId: ONE.id,
        ChangeBatch: {
          Comment: "production: every user of frontend back to AWS",
          Changes: [
            upsert("api.example.com", "A", "aws", 255, alias(ALB)),
            upsert("api.example.com", "A", "azure", 0, plain("203.0.113.7")),
            upsert("api.example.com", "AAAA", "aws", 255, alias(ALB)),
            upsert("api.example.com", "AAAA", "azure", 0, plain("2001:db8::7")),
            upsert("www.example.com", "A", "aws", 255, alias(CLOUDFRONT)),
            upsert("www.example.com", "A", "azure", 0, plain("203.0.113.7")),
          ],
        },
      },
      {
        HostedZoneId: TWO.id,
        ChangeBatch: {
          Comment: "production: every user of frontend back to AWS",
          Changes: [
            upsert("example.net", "A", "aws", 255, plain("192.0.2.1", "192.0.2.2")),
            upsert("example.net", "A", "azure", 0, plain("203.0.113.7")),
          ],
        },
      },
    ]);
  });

  it("is the same from every stage in which records have weights, and none from the others", () => {
    const from = (stage: Place["stage"]) => back(at({ stage }, API));
    const weighted = STAGES.filter((stage) => from(stage).length > 0);
    expect(weighted).toEqual(["ready", "canary", "ramp", "full", "drained"]);
    for (const stage of weighted) expect(from(stage)).toEqual(from("ready"));
    expect(back(at({ stage: "adopt", prepared: true }, API))).toEqual([]);
    expect(back(at({ stage: "retired", givenUp: true }, API))).toEqual([]);
  });

  it("has no call for what has never begun, nor for names whose DNS is elsewhere", () => {
    const { zone: _, ...elsewhere } = API;
    expect([back(undefined), back({ steps: [] }), back(at({ stage: "full" }, elsewhere))]).toEqual([[], [], []]);
    expect(back(at({ stage: "full" }, elsewhere, OTHER)).map(({ HostedZoneId }) => HostedZoneId)).toEqual([TWO.id]);
  });

  it("has no AAAA that has left", () => {
    const leaving: AdoptedName = {
      ...API,
      aws: API.aws.map((one) => (one.type === "AAAA" ? { ...one, leaves: true } : one)),
      azure: { A: ["203.0.113.7"] },
    };
    const [batch] = back(at({ stage: "canary", percent: 1 }, leaving));
    expect(batch?.ChangeBatch.Changes.map(({ ResourceRecordSet: { Type } }) => Type)).toEqual(["A", "A"]);
  });
});

describe("a file that breaks the glass", () => {
  it("is called like its application, and has its zone in its name where there are two", () => {
    const full: Place = { stage: "full" };
    expect(breakGlassNames("frontend", back(at(full, API, WWW)))).toEqual(["frontend.json"]);
    expect(breakGlassNames("frontend", back(at(full, API, OTHER)))).toEqual([
      "frontend.Z0000000000ONE.json",
      "frontend.Z0000000000TWO.json",
    ]);
    expect(breakGlassNames("frontend", [])).toEqual([]);
  });

  it("says the whole call, and nothing that is not in it", () => {
    const [batch] = back(at({ stage: "full" }, API));
    const text = batchText(batch as NonNullable<typeof batch>);
    expect(JSON.parse(text)).toEqual(batch);
    expect(text).toMatch(/^\{\n {2}"HostedZoneId": "Z0000000000ONE",\n {2}"ChangeBatch": \{[\s\S]*\}\n$/);
  });
});

const upsert = (Name: string, Type: string, SetIdentifier: string, Weight: number, leads: object) => ({
  Action: "UPSERT",
  ResourceRecordSet: { Name, Type, SetIdentifier, Weight, ...leads },
});
const alias = ({ name, zone }: typeof ALB) => ({
  AliasTarget: { HostedZoneId: zone, DNSName: name, EvaluateTargetHealth: false },
});
const plain = (...values: readonly string[]) => ({ TTL: 60, ResourceRecords: values.map((Value) => ({ Value })) });
