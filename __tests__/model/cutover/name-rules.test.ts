import { afterEach, describe, expect, it, vi } from "vitest";
import type { ZonedName } from "../../../model/cutover/records";
import * as route53 from "../../../model/cutover/route53";
import type { AdoptedName, FoundRecord, Step } from "../../../model/cutover/schema";
import type { Environment } from "../../../model/environment";
import { momentOf, taken, wayTo } from "../../support/cutover";
import { backendFile, cutoverIssuesOf } from "../../support/cutover-file";
import { API, MOVED, PLACES, WWW, ZONE } from "../../support/cutover-names";

/** What is said of the backend's names at a place, without the path that all have in common. */
const said = (names: readonly AdoptedName[], place = "ready", environment = MOVED) =>
  cutoverIssuesOf(backendFile(taken(PLACES[place] ?? []), [...names]), environment).map((line) =>
    line.replace("components.backend.names", "names"),
  );
/** The backend's name with other records. */
const found = (...aws: FoundRecord[]): ZonedName => ({ ...API, aws, azure: { A: ["203.0.113.7"] } });
const [A, AAAA] = API.aws as [FoundRecord, FoundRecord];
const CNAME = { ...WWW.aws[0], type: "CNAME" } as FoundRecord;

const elsewhere: Environment = { ...MOVED, dns: { via: "other", challenges: "acme.example.com" } };
const unzoned = ({ zone: _, ...name }: AdoptedName): AdoptedName => name;

describe("the names of a cutover", () => {
  it("are those of the application, each once", () => {
    const stranger = { ...API, host: "ap.example.com" };
    expect(said([API, stranger, API])).toEqual([
      'names.1.host: got "ap.example.com", must be a name of backend: api.example.com',
      'names.2.host: got "api.example.com", must be listed once',
    ]);
  });

  it("are those that were adopted, once the records are prepared: a later one takes no step with them", () => {
    const domains = {
      ...MOVED.domains,
      backend: { host: API.host, also: [{ host: "api2.example.com", does: "serves" as const }] },
    };
    for (const place of ["prepared", "ready", "canary", "drained", "retired", "given-up"])
      expect(said([API], place, { ...MOVED, domains })).toEqual([]);
    expect(said([], "canary")).toEqual([
      "names: got nothing, must have api.example.com too (npx mmrv cutover adopt staging backend)",
    ]);
  });

  it("are all of them while they can be adopted: a name that is left out would stay on AWS", () => {
    const domains = {
      ...MOVED.domains,
      backend: { host: API.host, also: [{ host: "api2.example.com", does: "serves" as const }] },
    };
    const next = "(npx mmrv cutover adopt staging backend)";
    expect(said([], "adopt")).toEqual([`names: got nothing, must have api.example.com too ${next}`]);
    expect(said([API], "adopt", { ...MOVED, domains })).toEqual([
      `names: got "api.example.com", must have api2.example.com too ${next}`,
    ]);
    const { components } = backendFile(taken(wayTo("adopt")));
    const { names: _, ...bare } = components?.["backend"] ?? { steps: [] };
    expect(cutoverIssuesOf({ components: { backend: bare } })).toEqual([
      `components.backend.names: got nothing, must have api.example.com too ${next}`,
    ]);
  });

  it("are nobody's business as long as nothing is adopted", () => {
    expect(said([{ ...API, host: "ap.example.com" }], "off")).toEqual([]);
    expect(cutoverIssuesOf({ components: { backend: { names: [], steps: [] } } })).toEqual([]);
    expect(said([{ ...API, host: "ap.example.com" }], "adopt")).toHaveLength(2);
  });

  it("are in the zone of the environment, or in the one that domains say", () => {
    const name = { ...API, zone: { ...ZONE, id: "Z0000000000000" } };
    const must = "must be Z0123456789ABC (aws.hostedZoneId, or the name's own in domains)";
    expect(said([name])).toEqual([`names.0.zone.id: got "Z0000000000000", ${must}`]);
    const further: Environment["domains"] = {
      ...MOVED.domains,
      backend: { host: API.host, also: [{ host: "example.org", does: "redirects", hostedZoneId: "Z0000000000000" }] },
    };
    const org = { ...API, host: "example.org" };
    const own = { ...org, zone: { id: "Z0000000000000", name: "example.org" } };
    expect(said([API, own], "ready", { ...MOVED, domains: further })).toEqual([]);
    expect(said([API, org], "ready", { ...MOVED, domains: further })).toEqual([
      'names.1.zone.id: got "Z0123456789ABC", must be Z0000000000000 (aws.hostedZoneId, or the name\'s own in domains)',
      'names.1.zone.name: got "example.com", must be a zone that example.org is in (a name of another zone moves nobody)',
    ]);
  });

  it("are below their zone, or its apex, and not only alike", () => {
    const at = (name: string) => said([{ ...API, zone: { ...ZONE, name } }]);
    expect([at("example.com"), at("api.example.com")]).toEqual([[], []]);
    for (const zone of ["pi.example.com", "example.org", "www.example.com"])
      expect(at(zone)).toEqual([
        `names.0.zone.name: got "${zone}", must be a zone that api.example.com is in (a name of another zone moves nobody)`,
      ]);
  });

  it("have a zone where DNS is in Route 53, and none where it is at another provider", () => {
    expect(said([unzoned(API)])).toEqual([
      "names.0.zone: got nothing, must be the zone of api.example.com (dns.via is route53)",
    ]);
    expect(said([API], "ready", elsewhere)).toEqual([
      'names.0.zone: got "Z0123456789ABC", must be absent (dns.via is other: no record is ours)',
    ]);
    expect(said([unzoned(API)], "ready", elsewhere)).toEqual([]);
  });
});

describe("the records that were found", () => {
  it("are aliases, or have a TTL and values", () => {
    const { alias } = A;
    for (const broken of [{}, { ttl: 60 }, { values: ["198.51.100.1"] }, { alias, ttl: 60 }, { alias, values: ["x"] }])
      expect(said([found({ type: "A", ...broken })])).toEqual([
        'names.0.aws.0: got "A", must have alias, or ttl and values',
      ]);
    expect(said([found({ type: "A", ttl: 0, values: ["198.51.100.1"] })])).toEqual([]);
  });

  it("are one of each type", () => {
    expect(said([found(A, A)])).toEqual(['names.0.aws.1.type: got "A", must be there once']);
  });

  it("are a CNAME alone, where there is one", () => {
    expect(said([found(A, CNAME)])).toEqual([
      "names.0.aws: got A, CNAME, must be the CNAME alone (nothing stands beside a CNAME)",
    ]);
    expect(said([found(CNAME)])).toEqual([]);
  });

  it("become an alias before they have weights, where they are a CNAME in a zone of ours", () => {
    const { becomes: _, ...bare } = CNAME;
    const sentence =
      "names.0.aws.0.becomes: got nothing, must be the alias that it becomes (a CNAME takes no weight beside an A)";
    expect(said([found(bare)], "adopt")).toEqual([]);
    for (const place of ["prepared", "ready", "full"]) expect(said([found(bare)], place)).toEqual([sentence]);
    expect(said([unzoned(found(bare))], "ready", elsewhere)).toEqual([]);
  });

  it("are all led to Azure in both families, or the IPv6 one leaves before the first user", () => {
    const sentence =
      "names.0.aws.1.leaves: got nothing, must be true, or azure.AAAA must have an address (users of IPv6 would never leave AWS)";
    expect(said([found(A, AAAA)], "adopt")).toEqual([]);
    for (const place of ["prepared", "ready", "full"]) expect(said([found(A, AAAA)], place)).toEqual([sentence]);
    expect(said([found(A, { ...AAAA, leaves: true })])).toEqual([]);
    expect(said([{ ...found(A, AAAA), azure: API.azure }])).toEqual([]);
  });

  it("do not all leave", () => {
    expect(said([found({ ...AAAA, leaves: true })])).toEqual([
      'names.0.aws: got "AAAA", must have a record that stays (the name would lead nowhere)',
    ]);
  });

  it("have an IPv6 address on Azure only where AWS keeps one: it would have every user of IPv6 at once", () => {
    const sentence =
      'names.0.azure.AAAA: got ["2001:db8::7"], must be absent (no AAAA of AWS stays: every user of IPv6 would go to Azure at once)';
    expect(said([{ ...found(A), azure: API.azure }])).toEqual([sentence]);
    expect(said([{ ...found(A, { ...AAAA, leaves: true }), azure: API.azure }])).toEqual([sentence]);
    expect(said([{ ...found(CNAME), azure: API.azure }])).toEqual([sentence]);
  });

  it("have no word of another type", () => {
    const becomes = { name: "d1.cloudfront.net", zone: "Z2FDTNDATAQYW2" };
    const plain: FoundRecord = { type: "AAAA", ttl: 60, values: ["2001:db8:a::1"], leaves: true };
    expect(said([found({ ...A, becomes, leaves: true }, { ...plain, becomes, keepsTargetHealth: "x" })])).toEqual([
      'names.0.aws.0.becomes: got "d1.cloudfront.net", must be absent (only a CNAME becomes something else)',
      "names.0.aws.0.leaves: got true, must be absent (only an AAAA may leave)",
      'names.0.aws.1.becomes: got "d1.cloudfront.net", must be absent (only a CNAME becomes something else)',
      'names.0.aws.1.keepsTargetHealth: got "x", must be absent (only an alias has target health)',
      "names.0.aws: got A, AAAA, must have a record that stays (the name would lead nowhere)",
    ]);
  });

  it("are judged by every step that was taken, and not by the last alone", () => {
    const steps: Step[] = [...taken(wayTo("ready")), { stage: "adopt", since: momentOf(3) }];
    expect(cutoverIssuesOf(backendFile(steps, [found(A, AAAA)]))).toEqual([
      "components.backend.names.0.aws.1.leaves: got nothing, must be true, or azure.AAAA must have an address (users of IPv6 would never leave AWS)",
      'components.backend.steps.3.stage: got "adopt", must be canary (it follows ready)',
    ]);
  });
});

describe("what Route 53 would refuse", () => {
  afterEach(() => vi.restoreAllMocks());

  it("is asked of each batch of each step, upon the records that the step before leaves", () => {
    const asked = vi.spyOn(route53, "route53Issues").mockReturnValue([]);
    expect(said([found(CNAME)])).toEqual([]);
    const [Name, Type] = [API.host, "A"];
    const simple = { Name, Type: "CNAME", TTL: 500, ResourceRecords: [{ Value: "d111111abcdef8.cloudfront.net" }] };
    const AliasTarget = {
      HostedZoneId: "Z2FDTNDATAQYW2",
      DNSName: "d111111abcdef8.cloudfront.net",
      EvaluateTargetHealth: false,
    };
    const alias = { Name, Type, AliasTarget };
    const aws = { ...alias, SetIdentifier: "aws", Weight: 255 };
    const azure = {
      ...{ Name, Type, TTL: 60, ResourceRecords: [{ Value: "203.0.113.7" }] },
      ...{ SetIdentifier: "azure", Weight: 0 },
    };
    const swap = (from: object, to: object) => [
      { Action: "DELETE", ResourceRecordSet: from },
      { Action: "CREATE", ResourceRecordSet: to },
    ];
    expect(asked.mock.calls).toEqual([
      [{ name: "example.com" }, [simple], swap(simple, alias)],
      [{ name: "example.com" }, [alias], swap(alias, aws)],
      [{ name: "example.com" }, [aws], [{ Action: "CREATE", ResourceRecordSet: azure }]],
    ]);
  });

  it("is said of the name, once, in Route 53's own words", () => {
    const words = "RRSet with DNS name example.com. is not permitted in zone example.org.";
    vi.spyOn(route53, "route53Issues").mockReturnValue([words]);
    expect(said([API])).toEqual([`names.0: got "api.example.com", must be what Route 53 takes, which says: ${words}`]);
  });

  it("is asked of nothing that has faults of its own, and of no name in another's zone", () => {
    const asked = vi.spyOn(route53, "route53Issues");
    said([found(A, A)]);
    said([unzoned(API)], "ready", elsewhere);
    expect(asked).not.toHaveBeenCalled();
  });
});
