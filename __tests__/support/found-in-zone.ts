import { readFileSync } from "node:fs";
import type { RecordSet } from "../../model/cutover/record-set";
import type { AdoptedName } from "../../model/cutover/schema";
import type { Finding, Surroundings } from "../../tools/cutover/finding";
import { findingsOf } from "../../tools/cutover/findings";
import { bare } from "../../tools/cutover/zone";

const LISTED = "__tests__/support/import/amplify/z01-route53-records-of-the-names.json";

/** The zone of somebody who runs on AWS, as Route 53 lists it; it has one of nearly everything. */
export const EXAMPLE_ZONE: readonly RecordSet[] = (
  JSON.parse(readFileSync(LISTED, "utf8")) as { readonly ResourceRecordSets: readonly RecordSet[] }
).ResourceRecordSets.map((set) => ({
  ...set,
  Name: bare(set.Name),
  ...(set.AliasTarget && { AliasTarget: { ...set.AliasTarget, DNSName: bare(set.AliasTarget.DNSName) } }),
}));

export const SERVERS = ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"];
export const ZONE = { id: "Z0123456789ABC", name: "example.com", nameServers: SERVERS };
export const AZURE: AdoptedName["azure"] = { A: ["203.0.113.7"] };
export const ALB = { name: "dualstack.main-123.us-east-1.elb.amazonaws.com", zone: "Z35SXDOTRQ7X7K" };
export const CLOUDFRONT = { name: "d111111abcdef8.cloudfront.net", zone: "Z2FDTNDATAQYW2" };

/** A zone in which nothing stands in anybody's way, but for what its records are. */
export const around = (records: readonly RecordSet[], more: Partial<Surroundings> = {}): Surroundings => ({
  zone: ZONE,
  records,
  privateTwins: [],
  delegatedTo: SERVERS,
  caa: { issuers: [], isRestricted: false, critical: [] },
  aliasZoneOf: (target) => (target.endsWith(".cloudfront.net") ? CLOUDFRONT.zone : undefined),
  publicNames: ["example.com", "www.example.com", "api.example.com"],
  ...more,
});

export const recordSet = (Name: string, Type: string, ...values: readonly string[]): RecordSet => ({
  Name,
  Type,
  TTL: 300,
  ResourceRecords: values.map((Value) => ({ Value })),
});

/** A TXT, each value as Route 53 quotes it. */
export const textSet = (Name: string, ...values: readonly string[]): RecordSet =>
  recordSet(Name, "TXT", ...values.map((value) => `"${value}"`));

/** The A record of api.example.com. */
export const API = recordSet("api.example.com", "A", "192.0.2.10");

/** What is found of a name when its zone has these records and no others. */
export const foundOf = (host: string, ...records: readonly RecordSet[]): readonly Finding[] =>
  findingsOf(host, AZURE, around(records)).findings;

/** What is found of api.example.com, which has an A record, with more records in its zone. */
export const foundBeside = (...records: readonly RecordSet[]): readonly Finding[] =>
  foundOf("api.example.com", API, ...records);
