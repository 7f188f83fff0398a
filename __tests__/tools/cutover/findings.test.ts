import { describe, expect, it } from "vitest";
import type { RecordSet } from "../../../model/cutover/record-set";
import type { Surroundings } from "../../../tools/cutover/finding";
import { findingsOf } from "../../../tools/cutover/findings";
import {
  ALB,
  API,
  AZURE,
  around,
  CLOUDFRONT,
  EXAMPLE_ZONE,
  foundBeside,
  foundOf,
  recordSet,
  SERVERS,
  textSet,
  ZONE,
} from "../../support/found-in-zone";

describe("the example's zone", () => {
  const of = (host: string) => findingsOf(host, AZURE, around(EXAMPLE_ZONE));

  it("has an HTTPS record, an AAAA, target health and CAA for Amazon alone in the way of the backend", () => {
    const health =
      "EvaluateTargetHealth becomes false, unless keepsTargetHealth says why not; with true an ill load balancer would send everybody to Azure before anything is proven";
    expect(of("api.example.com")).toEqual({
      findings: [
        {
          rule: "r3",
          weight: "stop",
          text: "api.example.com has a record of type HTTPS, which leads past the weights; delete it and wait for its TTL",
        },
        {
          rule: "r4",
          weight: "note",
          text: "api.example.com: its AAAA record is deleted before users move, because Azure has no IPv6 address for it",
        },
        { rule: "r5", weight: "note", text: `api.example.com A: ${health}` },
        { rule: "r10", weight: "stop", text: caaText("api.example.com") },
      ],
      name: {
        host: "api.example.com",
        zone: { id: ZONE.id, name: ZONE.name },
        aws: [
          { type: "A", alias: { ...ALB, evaluateTargetHealth: true } },
          { type: "AAAA", alias: { ...ALB, evaluateTargetHealth: true }, leaves: true },
        ],
        azure: AZURE,
      },
    });
  });

  it("has CloudFront, CAA and SPF in the way of the apex, and neither its MX nor its TXT", () => {
    expect(of("example.com")).toEqual({
      findings: [
        { rule: "r8", weight: "ask", text: expect.stringMatching(/^example\.com leads to CloudFront: if Amplify's/) },
        { rule: "r10", weight: "stop", text: caaText("example.com") },
        {
          rule: "r11",
          weight: "ask",
          text: "SPF of example.com (v=spf1 a mx include:mail.example.net -all) authorises whatever example.com leads to: with the weights the authorised sender changes",
        },
      ],
      name: {
        host: "example.com",
        zone: { id: ZONE.id, name: ZONE.name },
        aws: [{ type: "A", alias: { ...CLOUDFRONT, evaluateTargetHealth: false } }],
        azure: AZURE,
      },
    });
  });

  it("has a CNAME of www, which becomes an alias", () => {
    expect(of("www.example.com")).toEqual({
      findings: [
        {
          rule: "r6",
          weight: "note",
          text: "www.example.com is a CNAME to d111111abcdef8.cloudfront.net: it becomes an alias of type A in one batch, because nothing weighted may stand beside a CNAME",
        },
        { rule: "r8", weight: "ask", text: expect.stringMatching(/^www\.example\.com leads to CloudFront/) },
        { rule: "r10", weight: "stop", text: caaText("www.example.com") },
      ],
      name: {
        host: "www.example.com",
        zone: { id: ZONE.id, name: ZONE.name },
        aws: [{ type: "CNAME", ttl: 500, values: [CLOUDFRONT.name], becomes: CLOUDFRONT }],
        azure: AZURE,
      },
    });
  });

  it("answers a name that it does not have by its wildcard", () => {
    expect(of("shop.example.com").findings).toContainEqual({
      rule: "r7",
      weight: "stop",
      text: "shop.example.com is answered by *.example.com, so there is nothing to adopt; a record of its own hides the wildcard for every type: make one of each type that the wildcard has, the same values, then adopt it",
    });
  });
});

const caaText = (host: string) =>
  `${host}: CAA lets in amazon.com, and not letsencrypt.org by dns-01: both must be allowed until retired, because both sides renew their certificates`;

describe("nothing is found", () => {
  it("of a plain record in a delegated zone, and the file has it as it is", () => {
    expect(findingsOf("api.example.com", AZURE, around([API], { aliasZoneOf: () => "Z1" }))).toEqual({
      findings: [],
      name: {
        host: "api.example.com",
        zone: { id: ZONE.id, name: ZONE.name },
        aws: [{ type: "A", ttl: 300, values: ["192.0.2.10"] }],
        azure: AZURE,
      },
    });
  });

  it("of NS, SOA, MX and TXT at the apex", () => {
    const apex = [
      recordSet("example.com", "NS", ...SERVERS),
      recordSet("example.com", "SOA", "ns-1.awsdns-01.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"),
      recordSet("example.com", "MX", "10 mail.example.net"),
      textSet("example.com", "google-site-verification=1"),
    ];
    expect(foundOf("example.com", recordSet("example.com", "A", "192.0.2.10"), ...apex)).toEqual([]);
    expect(foundBeside(...apex)).toEqual([]);
  });
});

describe("r1: a zone", () => {
  const delegatedTo = (servers: Surroundings["delegatedTo"], zone = ZONE) =>
    findingsOf("api.example.com", AZURE, around([API], { delegatedTo: servers, zone })).findings;

  it("is the delegated one whatever the order, the case and the last dot of its servers are", () => {
    expect(delegatedTo(["NS-2.awsdns-02.net.", "ns-1.awsdns-01.com"])).toEqual([]);
  });

  it("moves nobody when others are delegated to, or nobody is", () => {
    expect(delegatedTo(["ns-9.awsdns-09.org"])).toEqual([
      {
        rule: "r1",
        weight: "stop",
        text: "example.com is delegated to ns-9.awsdns-09.org, and zone Z0123456789ABC is served by ns-1.awsdns-01.com, ns-2.awsdns-02.net: weights in it would move nobody; mend aws.hostedZoneId, or the delegation",
      },
    ]);
    const nobody =
      "example.com is delegated to nobody, and zone Z0123456789ABC is served by nobody: weights in it would move nobody; mend aws.hostedZoneId, or the delegation";
    expect(delegatedTo([], { ...ZONE, nameServers: [] })).toEqual([{ rule: "r1", weight: "stop", text: nobody }]);
  });

  it("may not pass for delegated when nobody could be asked", () => {
    expect(delegatedTo({ notMeasured: "NS of example.com: the resolver did not answer (ETIMEOUT)" })).toEqual([
      {
        rule: "r1",
        weight: "stop",
        text: "whether example.com is delegated to zone Z0123456789ABC could not be asked: NS of example.com: the resolver did not answer (ETIMEOUT)",
      },
    ]);
  });
});

it("r2: asks of each private zone that hides the name", () => {
  expect(
    findingsOf("api.example.com", AZURE, around([API], { privateTwins: ["ZPRIVATE1", "ZPRIVATE2"] })).findings,
  ).toEqual(
    ["ZPRIVATE1", "ZPRIVATE2"].map((id) => ({
      rule: "r2",
      weight: "ask",
      text: `api.example.com is in the private zone ${id} too: whoever is in its VPC never sees the weights`,
    })),
  );
});

describe("r3: what leads past the weights", () => {
  it("is HTTPS and SVCB of the name, and not of another", () => {
    expect(
      foundBeside(recordSet("api.example.com", "SVCB", "1 ."), recordSet("www.example.com", "HTTPS", "1 .")).map(
        ({ rule, weight }) => [rule, weight],
      ),
    ).toEqual([["r3", "stop"]]);
  });

  it.each(["api.v1.example.com", "v1.example.com"])("is a delegation at %s, which is answered elsewhere", (at) => {
    const found = foundOf(
      "api.v1.example.com",
      recordSet("api.v1.example.com", "A", "192.0.2.10"),
      recordSet(at, "NS", "ns.other"),
    );
    expect(found).toEqual([
      {
        rule: "r3",
        weight: "stop",
        text: `api.v1.example.com is answered by the servers of the NS record of ${at}, and not by this zone: name the zone that they serve in aws.hostedZoneId, or the name's own in domains`,
      },
    ]);
  });

  it("is no delegation beside the name", () => {
    expect(
      foundBeside(recordSet("v1.example.com", "NS", "ns.other"), recordSet("pi.example.com", "NS", "ns.other")),
    ).toEqual([]);
  });
});

describe("r4 and r5: an alias to a load balancer", () => {
  const alias = (Type: string, EvaluateTargetHealth: boolean): RecordSet => ({
    Name: "api.example.com",
    Type,
    AliasTarget: { HostedZoneId: ALB.zone, DNSName: ALB.name, EvaluateTargetHealth },
  });
  const both = [alias("A", false), alias("AAAA", true)];

  it("keeps its AAAA where Azure has an IPv6 address, and then loses its health flag", () => {
    const azure = { ...AZURE, AAAA: ["2001:db8::7"] };
    const { findings, name } = findingsOf("api.example.com", azure, around(both));
    expect(findings.map(({ rule, text: said, weight }) => [rule, weight, said.split(":")[0]])).toEqual([
      ["r5", "note", "api.example.com AAAA"],
    ]);
    expect(name).toMatchObject({
      aws: [
        { type: "A", alias: { ...ALB, evaluateTargetHealth: false } },
        { type: "AAAA", alias: { ...ALB, evaluateTargetHealth: true } },
      ],
      azure,
    });
  });

  it("loses its AAAA where Azure has none, whatever its health flag is", () => {
    expect(foundOf("api.example.com", ...both).map(({ rule, weight }) => [rule, weight])).toEqual([["r4", "note"]]);
  });

  it("gets no IPv6 address of Azure where AWS has no AAAA", () => {
    const azure = { ...AZURE, AAAA: ["2001:db8::7"] };
    expect(findingsOf("api.example.com", azure, around([alias("A", false)])).name.azure).toEqual(AZURE);
  });
});

describe("r6: a CNAME", () => {
  const cname = (target: string) =>
    findingsOf("api.example.com", AZURE, around([recordSet("api.example.com", "CNAME", target)]));

  it("becomes an alias whatever the case and the last dot of its target are", () => {
    expect(cname("D111111ABCDEF8.CloudFront.net.").name.aws).toEqual([
      { type: "CNAME", ttl: 300, values: ["D111111ABCDEF8.CloudFront.net."], becomes: CLOUDFRONT },
    ]);
    expect(cname("D111111ABCDEF8.CloudFront.net.").findings.map(({ rule, weight }) => [rule, weight])).toEqual([
      ["r6", "note"],
      ["r8", "ask"],
    ]);
  });

  it("to what no alias may lead to is in the way, and becomes nothing", () => {
    expect(cname("somebody.example.net")).toMatchObject({
      findings: [
        {
          rule: "r6",
          weight: "stop",
          text: "api.example.com is a CNAME to somebody.example.net, which is neither CloudFront nor a load balancer of this account: make it an A record, or an alias, first",
        },
      ],
      name: { aws: [{ type: "CNAME", ttl: 300, values: ["somebody.example.net"] }] },
    });
  });
});

describe("r6: an alias of a name that has weights of its own", () => {
  const alias = (Name: string, DNSName: string): RecordSet => ({
    Name,
    Type: "A",
    AliasTarget: { DNSName, HostedZoneId: ZONE.id, EvaluateTargetHealth: false },
  });
  const apex = recordSet("example.com", "A", "192.0.2.1");
  const sentence = {
    rule: "r6",
    weight: "stop",
    text: "www.example.com A is an alias that leads to example.com, which has weights of its own: shares would multiply, and whoever is sent back would be led by the other's; make it an alias to what example.com leads to",
  };

  it("is in the way, also where it gets there by another alias", () => {
    expect(foundOf("www.example.com", alias("www.example.com", "Example.com."), apex)).toEqual([sentence]);
    const middle = alias("web.example.com", "example.com");
    expect(foundOf("www.example.com", alias("www.example.com", "web.example.com"), middle, apex)).toEqual([sentence]);
  });

  it("is not in the way where the other name is not under cutover, nor when aliases go round", () => {
    const web = recordSet("web.example.com", "A", "192.0.2.1");
    expect(foundOf("www.example.com", alias("www.example.com", "web.example.com"), web)).toEqual([]);
    const round = alias("web.example.com", "www.example.com");
    expect(foundOf("www.example.com", alias("www.example.com", "web.example.com"), round)).toEqual([]);
  });
});

describe("r7: a name without a record that leads anywhere", () => {
  const NOBODY =
    "a.b.example.com has no record of type A, AAAA or CNAME: nobody is led anywhere; mend the name in domains, or the record";
  const wildcard = recordSet("*.example.com", "A", "192.0.2.99");
  const said = (...records: readonly RecordSet[]) => foundOf("a.b.example.com", ...records).map((one) => one.text);

  it("is found when there is none, or when only mail is led by the wildcard", () => {
    expect(said()).toEqual([NOBODY]);
    expect(said(recordSet("*.example.com", "MX", "10 mail.example.net"))).toEqual([NOBODY]);
  });

  it("is answered by the wildcard of the closest name that exists", () => {
    expect(said(wildcard)).toEqual([expect.stringMatching(/^a\.b\.example\.com is answered by \*\.example\.com, /)]);
    expect(said(wildcard, recordSet("*.b.example.com", "CNAME", "other.example.net"))).toEqual([
      expect.stringMatching(/^a\.b\.example\.com is answered by \*\.b\.example\.com, /),
    ]);
  });

  it.each([
    ["it has a record of another type itself", textSet("a.b.example.com", "hello")],
    ["it has a wildcard below it", recordSet("*.a.b.example.com", "A", "192.0.2.98")],
    ["a name between exists", textSet("b.example.com", "hello")],
    ["a name below one between exists", textSet("c.b.example.com", "hello")],
  ])("is not answered by the wildcard above when %s", (_, record) => {
    expect(said(wildcard, record)).toEqual([NOBODY]);
  });
});

it("r9: is stopped by each record that somebody shares out already", () => {
  const weighted = (SetIdentifier: string, Weight: number): RecordSet => ({ ...API, SetIdentifier, Weight });
  expect(foundOf("api.example.com", weighted("blue", 10), weighted("green", 0))).toEqual(
    ["blue", "green"].map((identifier) => ({
      rule: "r9",
      weight: "stop",
      text: `api.example.com A is one of several already (set identifier ${identifier}): somebody else shares it out; ask, and make it a simple record`,
    })),
  );
});

it("r12: notes the records by which AWS renews the certificate of the name, or of its wildcard, and no others", () => {
  const validation = (name: string) => recordSet(name, "CNAME", "_1.abc.acm-validations.aws.");
  const records = ["_1.api.example.com", "_2.example.com", "_3.v1.api.example.com", "_4.www.example.com"].map(
    validation,
  );
  expect(foundBeside(...records, recordSet("_5.api.example.com", "CNAME", "dcv.digicert.com"))).toEqual(
    ["_1.api.example.com", "_2.example.com"].map((name) => ({
      rule: "r12",
      weight: "note",
      text: `${name} validates AWS's certificate, which renews until retired: it stays`,
    })),
  );
});
