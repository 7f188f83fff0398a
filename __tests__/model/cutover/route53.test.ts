import { describe, expect, it } from "vitest";
import { type Change, type RecordSet, recordsAfter, storedName } from "../../../model/cutover/record-set";
import { route53Issues, route53Refusals, route53Warnings } from "../../../model/cutover/route53";

const ZONE = { name: "example.com" };
const API = "api.example.com.";

const simple: RecordSet = { Name: API, Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
const aws: RecordSet = { ...simple, SetIdentifier: "aws", Weight: 255 };
const azure: RecordSet = { ...aws, SetIdentifier: "azure", Weight: 0, ResourceRecords: [{ Value: "203.0.113.7" }] };
const alias: RecordSet = {
  Name: API,
  Type: "A",
  AliasTarget: { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName: "lb.elb.amazonaws.com.", EvaluateTargetHealth: true },
};
const cname: RecordSet = { Name: API, Type: "CNAME", TTL: 500, ResourceRecords: [{ Value: "d1.cloudfront.net" }] };

const change = (Action: Change["Action"], ResourceRecordSet: RecordSet): Change => ({ Action, ResourceRecordSet });
const create = (set: RecordSet) => change("CREATE", set);
const remove = (set: RecordSet) => change("DELETE", set);
const upsert = (set: RecordSet) => change("UPSERT", set);

const issues = (records: readonly RecordSet[], ...batch: readonly Change[]) => route53Issues(ZONE, records, batch);

describe("route53Issues", () => {
  it.each<[string, readonly RecordSet[], readonly Change[]]>([
    ["a record that is not there", [], [create(simple)]],
    ["a change of values and TTL", [simple], [upsert({ ...simple, TTL: 300 })]],
    ["simple to weighted, the old one deleted first", [simple], [remove(simple), create(aws)]],
    ["the second weighted record beside the first", [aws], [create(azure)]],
    ["both weights at once", [aws, azure], [upsert({ ...aws, Weight: 0 }), upsert({ ...azure, Weight: 255 })]],
    [
      "a CNAME that becomes a weighted pair of A",
      [cname],
      [remove(cname), create({ ...alias, SetIdentifier: "aws", Weight: 255 }), create(azure)],
    ],
    ["weighted to simple", [aws, azure], [remove(aws), remove(azure), create(simple)]],
    ["an alias at the apex", [], [create({ ...alias, Name: "example.com" })]],
    ["other types beside A", [simple], [create({ ...simple, Type: "AAAA" })]],
    ["the weights 0 and 255", [], [create(aws), create(azure)]],
    ["the same CNAME again", [cname], [upsert({ ...cname, TTL: 60 })]],
  ])("takes %s", (_, records, batch) => {
    expect(issues(records, ...batch)).toEqual([]);
  });

  it("refuses a weighted set beside a simple one, whether created or upserted", () => {
    const sentence =
      "RRSet with DNS name api.example.com., type A, SetIdentifier aws cannot be created as a non-weighted set exists with the same name and type.";
    expect(issues([simple], create(aws))).toEqual([`CREATE A api.example.com. aws: ${sentence}`]);
    expect(issues([simple], upsert(aws))).toEqual([`UPSERT A api.example.com. aws: ${sentence}`]);
  });

  it("applies changes in their order: created before the other is deleted is refused", () => {
    expect(issues([simple], create(aws), remove(simple))).toEqual([
      "CREATE A api.example.com. aws: RRSet with DNS name api.example.com., type A, SetIdentifier aws cannot be created as a non-weighted set exists with the same name and type.",
    ]);
  });

  it("refuses a simple set beside a weighted one", () => {
    expect(issues([aws], create(simple))).toEqual([
      "CREATE A api.example.com.: RRSet with DNS name api.example.com., type A cannot be created as other RRSets exist with the same name and type.",
    ]);
  });

  it("refuses two routing policies for one name and type", () => {
    const { Weight: _, ...unweighted } = azure;
    const latency = { ...unweighted, Region: "us-east-1" };
    expect(issues([aws], create(latency))).toEqual([
      "CREATE A api.example.com. azure: RRSet with DNS name api.example.com., type A, SetIdentifier azure cannot be created as a non-latency set exists with the same name and type.",
    ]);
    expect(issues([latency], create(aws))).toEqual([
      "CREATE A api.example.com. aws: RRSet with DNS name api.example.com., type A, SetIdentifier aws cannot be created as a non-weighted set exists with the same name and type.",
    ]);
    expect(issues([{ ...latency, Name: "www.example.com" }], create(aws))).toEqual([]);
  });

  it.each<[string, RecordSet]>([
    ["TTL", { ...aws, TTL: 300 }],
    ["values", { ...aws, ResourceRecords: [{ Value: "192.0.2.2" }] }],
    ["weight", { ...aws, Weight: 254 }],
    ["health check", { ...aws, HealthCheckId: "1b2c" }],
  ])("deletes only what has the same %s", (_, other) => {
    expect(issues([aws], remove(other))).toEqual([
      "DELETE A api.example.com. aws: Tried to delete resource record set [name='api.example.com.', type='A', set-identifier='aws'] but the values provided do not match the current values",
    ]);
  });

  it("deletes an alias only with the target and the health flag that it has", () => {
    const target = { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName: "lb.elb.amazonaws.com.", EvaluateTargetHealth: false };
    expect(issues([alias], remove({ ...alias, AliasTarget: target }))).toEqual([
      "DELETE A api.example.com.: Tried to delete resource record set [name='api.example.com.', type='A'] but the values provided do not match the current values",
    ]);
  });

  it("deletes whatever the order of the values, the case of the names and their last dots", () => {
    const two = { ...simple, ResourceRecords: [{ Value: "192.0.2.1" }, { Value: "192.0.2.2" }] };
    const reversed = { ...two, Name: "API.example.com", ResourceRecords: [...two.ResourceRecords].reverse() };
    expect(issues([two], remove(reversed))).toEqual([]);
    const target = { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName: "LB.elb.amazonaws.com", EvaluateTargetHealth: true };
    expect(issues([alias], remove({ ...alias, AliasTarget: target }))).toEqual([]);
  });

  it("deletes nothing that is not there, such as a set by its name alone", () => {
    expect(issues([aws], remove(simple))).toEqual([
      "DELETE A api.example.com.: Tried to delete resource record set [name='api.example.com.', type='A'] but it was not found",
    ]);
  });

  it("creates nothing that exists, and a wildcard is the same with its asterisk as code", () => {
    expect(issues([aws], create({ ...aws, Weight: 1 }))).toEqual([
      "CREATE A api.example.com. aws: Tried to create resource record set [name='api.example.com.', type='A', set-identifier='aws'] but it already exists",
    ]);
    expect(issues([{ ...simple, Name: "\\052.example.com." }], create({ ...simple, Name: "*.example.com" }))).toEqual([
      "CREATE A *.example.com: Tried to create resource record set [name='\\052.example.com.', type='A'] but it already exists",
    ]);
  });

  it.each<[string, readonly Change[]]>([
    ["two DELETEs", [remove(simple), remove(simple)]],
    ["two UPSERTs", [upsert(simple), upsert({ ...simple, TTL: 300 })]],
    ["a set that is put there and deleted", [upsert(simple), remove(simple)]],
  ])("refuses %s of one set in one batch", (_, batch) => {
    const { Action } = batch[1] as Change;
    expect(issues([simple], ...batch)).toEqual([
      `${Action} A api.example.com.: The request contains an invalid set of changes for a resource record set 'A api.example.com.'`,
    ]);
  });

  it.each([
    [-1, "cvc-minInclusive-valid: Value '-1' is not facet-valid with respect to minInclusive '0'"],
    [256, "cvc-maxInclusive-valid: Value '256' is not facet-valid with respect to maxInclusive '255'"],
  ])("refuses the weight %i", (Weight, sentence) => {
    expect(issues([], create({ ...aws, Weight }))).toEqual([
      `CREATE A api.example.com. aws: Invalid XML ; ${sentence} for type 'ResourceRecordSetWeight'.`,
    ]);
  });

  it("refuses a weight without a set identifier, and a set identifier without a policy or with two", () => {
    expect(issues([], create({ ...simple, Weight: 1 }))).toEqual([
      "CREATE A api.example.com.: Invalid request: Missing field 'SetIdentifier' in Change with [Action=CREATE, Name=api.example.com., Type=A, SetIdentifier=null]",
    ]);
    const sentence = (found: string) =>
      `CREATE A api.example.com. aws: Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], but found ${found} in Change with [Action=CREATE, Name=api.example.com., Type=A, SetIdentifier=aws]`;
    expect(issues([], create({ ...simple, SetIdentifier: "aws" }))).toEqual([sentence("none")]);
    expect(issues([], create({ ...aws, Failover: "PRIMARY" }))).toEqual([sentence("more than one")]);
  });

  it("refuses an alias with a TTL or with values, and values without a TTL", () => {
    const sentence = (found: string) =>
      `CREATE A api.example.com.: Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ${found} in Change with [Action=CREATE, Name=api.example.com., Type=A, SetIdentifier=null]`;
    const { TTL: _, ...endless } = simple;
    expect(issues([], create({ ...alias, TTL: 60 }))).toEqual([sentence("more than one")]);
    expect(issues([], create({ ...endless, ...alias }))).toEqual([sentence("more than one")]);
    expect(issues([], create(endless))).toEqual([sentence("none")]);
    expect(issues([], create({ Name: API, Type: "A", TTL: 60, ResourceRecords: [] }))).toEqual([sentence("none")]);
  });

  it("refuses a CNAME beside anything, and anything beside a CNAME", () => {
    expect(issues([simple], create(cname))).toEqual([
      "CREATE CNAME api.example.com.: RRSet of type CNAME with DNS name api.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
    ]);
    expect(issues([cname], create(simple))).toEqual([
      "CREATE A api.example.com.: RRSet of type A with DNS name api.example.com. is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.",
    ]);
  });

  it("refuses a CNAME at the apex", () => {
    expect(issues([], create({ ...cname, Name: "Example.com" }))).toEqual([
      "CREATE CNAME Example.com: RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.",
    ]);
  });

  it("refuses a name of another zone, however it ends", () => {
    expect(issues([], create({ ...simple, Name: "api.badexample.com" }))).toEqual([
      "CREATE A api.badexample.com: RRSet with DNS name api.badexample.com. is not permitted in zone example.com.",
    ]);
  });

  it("refuses a health check that does not exist, where it is told which do", () => {
    const checked = create({ ...aws, HealthCheckId: "1b2c" });
    expect(route53Issues({ ...ZONE, healthChecks: ["3d4e"] }, [], [checked])).toEqual([
      "CREATE A api.example.com. aws: No health check exists with the specified ID.",
    ]);
    expect(route53Issues({ ...ZONE, healthChecks: ["1b2c"] }, [], [checked])).toEqual([]);
    expect(issues([], checked)).toEqual([]);
  });

  it("takes 1,000 values and refuses more; an UPSERT counts twice, and an alias once", () => {
    const many = (count: number) => ({ ...simple, ResourceRecords: Array(count).fill({ Value: "192.0.2.1" }) });
    const limit = ["Number of records limit of 1000 exceeded."];
    expect(issues([], create(many(1_000)))).toEqual([]);
    expect(issues([], create(many(1_000)), create({ ...alias, Name: "example.com" }))).toEqual(limit);
    expect(issues([], upsert(many(500)))).toEqual([]);
    expect(issues([], upsert(many(501)))).toEqual(limit);
  });

  it("takes values of 32,000 characters and refuses more; an UPSERT counts twice", () => {
    const long = (length: number) => ({ ...simple, Type: "TXT", ResourceRecords: [{ Value: "x".repeat(length) }] });
    const limit = ["RDATA character limit of 32000 exceeded."];
    expect(issues([], create(long(32_000)))).toEqual([]);
    expect(issues([], create(long(32_001)))).toEqual(limit);
    expect(issues([], upsert(long(16_000)))).toEqual([]);
    expect(issues([], upsert(long(16_001)))).toEqual(limit);
  });

  it("holds what follows a refused change against the zone without it", () => {
    expect(issues([simple], remove({ ...simple, TTL: 300 }), create({ ...simple, Type: "AAAA" }), create(aws))).toEqual(
      [
        "DELETE A api.example.com.: Tried to delete resource record set [name='api.example.com.', type='A'] but the values provided do not match the current values",
        "CREATE A api.example.com. aws: RRSet with DNS name api.example.com., type A, SetIdentifier aws cannot be created as a non-weighted set exists with the same name and type.",
      ],
    );
  });

  it("collects the reasons of all changes", () => {
    expect(issues([aws], create(aws), remove({ ...azure, TTL: 1 }), create({ ...cname, Name: "example.com" }))).toEqual(
      [
        "CREATE A api.example.com. aws: Tried to create resource record set [name='api.example.com.', type='A', set-identifier='aws'] but it already exists",
        "DELETE A api.example.com. azure: Tried to delete resource record set [name='api.example.com.', type='A', set-identifier='azure'] but it was not found",
        "CREATE CNAME example.com: RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.",
      ],
    );
  });
});

describe("route53Refusals", () => {
  it("has the code of each error", () => {
    const checked = create({ ...aws, Weight: 256, HealthCheckId: "1b2c" });
    const codes = route53Refusals({ ...ZONE, healthChecks: [] }, [simple], [checked]).map(({ code }) => code);
    expect(codes).toEqual(["InvalidInput", "NoSuchHealthCheck", "InvalidChangeBatch"]);
  });
});

describe("recordsAfter", () => {
  it("replaces, adds and deletes by name, type and set identifier", () => {
    const after = recordsAfter([aws, azure, cname], [upsert({ ...aws, Weight: 1 }), remove(cname), create(alias)]);
    expect(after).toEqual([azure, { ...aws, Weight: 1 }, alias]);
  });
});

describe("route53Warnings", () => {
  it("says where all weights end at 0, of what the batch touches", () => {
    expect(route53Warnings([aws, azure], [upsert({ ...aws, Weight: 0 })])).toEqual([
      "A api.example.com.: every weight is 0, which Route 53 answers like equal weights",
    ]);
    const elsewhere = { ...azure, Name: "www.example.com" };
    expect(route53Warnings([aws, azure, elsewhere], [upsert({ ...aws, Weight: 1 })])).toEqual([]);
  });

  it("says where the TTLs of weighted sets differ; an alias has none", () => {
    expect(route53Warnings([aws], [create({ ...azure, TTL: 300 })])).toEqual([
      "A api.example.com.: the TTLs 60 and 300 differ, and Route 53 keeps one for all weighted sets",
    ]);
    expect(route53Warnings([{ ...alias, SetIdentifier: "aws", Weight: 255 }], [create(azure)])).toEqual([]);
  });
});

describe("storedName", () => {
  it.each([
    ["API.Example.com", "api.example.com."],
    ["api.example.com.", "api.example.com."],
    ["*.example.com", "\\052.example.com."],
  ])("writes %s as Route 53 does", (name, stored) => {
    expect(storedName(name)).toBe(stored);
  });
});
