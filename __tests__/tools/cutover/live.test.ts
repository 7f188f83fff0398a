import { describe, expect, it } from "vitest";
import { positionOf } from "../../../model/cutover/position";
import type { RecordSet } from "../../../model/cutover/record-set";
import type { AdoptedName } from "../../../model/cutover/schema";
import type { Place } from "../../../model/cutover/transitions";
import { differencesFrom, inWords } from "../../../tools/cutover/live";

const ZONE = { id: "Z0123456789ABC", name: "example.com" };
const NAME: AdoptedName = {
  host: "api.example.com",
  zone: ZONE,
  aws: [{ type: "A", ttl: 60, values: ["192.0.2.10", "192.0.2.11"] }],
  azure: { A: ["203.0.113.7"] },
};
const ALB = { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName: "main-1.elb.amazonaws.com", EvaluateTargetHealth: false };

/** A side's record set as Route 53 has it, with 5 % on Azure. */
const AWS: RecordSet = {
  Name: "api.example.com",
  Type: "A",
  SetIdentifier: "aws",
  Weight: 242,
  TTL: 60,
  ResourceRecords: [{ Value: "192.0.2.11" }, { Value: "192.0.2.10" }],
};
const AZURE: RecordSet = {
  Name: "api.example.com",
  Type: "A",
  SetIdentifier: "azure",
  Weight: 13,
  TTL: 60,
  ResourceRecords: [{ Value: "203.0.113.7" }],
};

const at = (place: Place) => positionOf({ steps: [{ ...place, since: "2026-12-01T10:00:00Z" }] });
const CANARY = at({ stage: "canary", percent: 5 });
/** What is otherwise in the zone than 5 % say, without the host. */
const texts = (...records: readonly RecordSet[]) =>
  differencesFrom([NAME], CANARY, new Map([[ZONE.id, records]])).map(({ text }) => text);

describe("the live records", () => {
  it("are the same whatever the order of values, and whatever else the name and the zone have", () => {
    expect(
      texts(
        AZURE,
        AWS,
        { Name: "api.example.com", Type: "TXT", TTL: 60, ResourceRecords: [{ Value: '"hello"' }] },
        { Name: "www.example.com", Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.99" }] },
      ),
    ).toEqual([]);
  });

  it("are told one by one where they are otherwise, with the name", () => {
    expect(
      differencesFrom(
        [NAME],
        CANARY,
        new Map([
          [
            ZONE.id,
            [
              { ...AWS, Weight: 255 },
              { ...AZURE, Weight: 0 },
            ],
          ],
        ]),
      ),
    ).toEqual([
      {
        host: "api.example.com",
        text: "api.example.com: A aws weight 242 → 192.0.2.10, 192.0.2.11 (60 s) by the file, A aws weight 255 → 192.0.2.11, 192.0.2.10 (60 s) in Route 53",
      },
      {
        host: "api.example.com",
        text: "api.example.com: A azure weight 13 → 203.0.113.7 (60 s) by the file, A azure weight 0 → 203.0.113.7 (60 s) in Route 53",
      },
    ]);
  });

  it.each<readonly [what: string, change: Partial<RecordSet>]>([
    ["TTL", { TTL: 300 }],
    ["a value", { ResourceRecords: [{ Value: "192.0.2.10" }] }],
    ["the kind", { AliasTarget: ALB }],
  ])("are otherwise in %s", (_, change) => {
    expect(texts({ ...AWS, ...change }, AZURE)).toHaveLength(1);
  });

  it("may lack a record, or have one too many, of the three types that lead to an address", () => {
    expect(texts(AWS)).toEqual([
      "api.example.com: A azure weight 13 → 203.0.113.7 (60 s) by the file, nothing in Route 53",
    ]);
    const more = { ...AZURE, Type: "AAAA", ResourceRecords: [{ Value: "2001:db8::1" }] };
    expect(texts(AWS, AZURE, more)).toEqual([
      "api.example.com: nothing by the file, AAAA azure weight 13 → 2001:db8::1 (60 s) in Route 53",
    ]);
    const simple = { Name: "api.example.com", Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.10" }] };
    expect(texts(AWS, AZURE, simple)).toEqual([
      "api.example.com: nothing by the file, A → 192.0.2.10 (60 s) in Route 53",
    ]);
    expect(differencesFrom([NAME], CANARY, new Map())).toHaveLength(2);
  });

  it("of an alias are the same but for its target, its zone and its health flag", () => {
    const alias = { name: ALB.DNSName, zone: ALB.HostedZoneId, evaluateTargetHealth: false };
    const name: AdoptedName = { ...NAME, aws: [{ type: "A", alias }] };
    const of = (change: Partial<typeof ALB>) =>
      differencesFrom(
        [name],
        at({ stage: "adopt" }),
        new Map([[ZONE.id, [{ Name: "api.example.com", Type: "A", AliasTarget: { ...ALB, ...change } }]]]),
      ).map(({ text }) => text);
    expect(of({})).toEqual([]);
    expect(of({ DNSName: `${ALB.DNSName}.` })).toEqual([]);
    expect(of({ HostedZoneId: "Z2" })).toHaveLength(1);
    expect(of({ DNSName: "other-1.elb.amazonaws.com" })).toHaveLength(1);
    expect(of({ EvaluateTargetHealth: true })).toEqual([
      "api.example.com: A → main-1.elb.amazonaws.com by the file, A → main-1.elb.amazonaws.com with its health in Route 53",
    ]);
  });

  it("of a name whose DNS is elsewhere are not looked at", () => {
    const { zone: _, ...elsewhere } = NAME;
    expect(differencesFrom([elsewhere], CANARY, new Map([[ZONE.id, []]]))).toEqual([]);
  });
});

it("a record set in words has what it has, and nothing else", () => {
  expect(inWords(undefined)).toBe("nothing");
  expect(inWords(AZURE)).toBe("A azure weight 13 → 203.0.113.7 (60 s)");
  expect(inWords({ ...AZURE, Weight: 0 })).toBe("A azure weight 0 → 203.0.113.7 (60 s)");
  expect(inWords({ Name: "x", Type: "CNAME", TTL: 500, ResourceRecords: [{ Value: "y.example.net" }] })).toBe(
    "CNAME → y.example.net (500 s)",
  );
});
