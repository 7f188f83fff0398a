import { describe, expect, it } from "vitest";
import {
  acmeDirectory,
  certificateHosts,
  challengeNameOf,
  challengeOf,
  challengeZonesOf,
} from "../../model/certificates";
import type { Environment } from "../../model/environment";
import { cutoverAt } from "../support/cutover";
import { MOVED, movedBy, PLACES } from "../support/cutover-names";
import { withReports } from "../support/fixtures/reports";

const ELSEWHERE: Environment = { ...MOVED, dns: { via: "other", challenges: "acme.example.com" } };
const at = (place: string, environment = MOVED) => movedBy(PLACES[place] ?? [], environment).of(environment);

describe("the challenge of an application", () => {
  it("is by DNS as long as users may be sent to AWS, and by HTTP afterwards", () => {
    expect(Object.keys(PLACES).map((place) => [place, challengeOf("backend", at(place))])).toEqual([
      ["off", "dns01"],
      ["adopt", "dns01"],
      ["prepared", "dns01"],
      ["ready", "dns01"],
      ["canary", "dns01"],
      ["ramp", "dns01"],
      ["full", "dns01"],
      ["drained", "dns01"],
      ["retired", "http01"],
      ["given-up", "http01"],
    ]);
  });
});

describe("the name that proves a host", () => {
  it("is its own, or where that one's CNAME leads", () => {
    expect(challengeNameOf("api.example.com", MOVED)).toBe("_acme-challenge.api.example.com");
    expect(challengeNameOf("api.example.com", ELSEWHERE)).toBe("api.example.com.acme.example.com");
  });

  it("is in the host's zone, or in the one that we may write", () => {
    const also = [{ host: "example.org", does: "redirects" as const, hostedZoneId: "Z2FDTNDATAQYW2" }];
    const domains = { ...MOVED.domains, frontend: { host: "www.example.com", also } };
    expect(challengeZonesOf({ ...MOVED, domains })).toEqual([
      {
        hostedZoneId: "Z0123456789ABC",
        records: ["_acme-challenge.api.example.com", "_acme-challenge.www.example.com"],
      },
      { hostedZoneId: "Z2FDTNDATAQYW2", records: ["_acme-challenge.example.org"] },
    ]);
    expect(challengeZonesOf(ELSEWHERE)).toEqual([
      {
        hostedZoneId: "Z0123456789ABC",
        records: [
          "api.example.com.acme.example.com",
          "www.example.com.acme.example.com",
          "example.com.acme.example.com",
        ],
      },
    ]);
  });
});

describe("what the nodes call for a certificate", () => {
  const AUTHORITY = "acme-v02.api.letsencrypt.org";
  const ROUTE_53 = ["sts.us-east-1.amazonaws.com", "route53.amazonaws.com"];

  it("is the authority, and Route 53 as long as anything is proven by DNS", () => {
    expect(certificateHosts(MOVED, at("drained"))).toEqual([AUTHORITY, ...ROUTE_53]);
    expect(certificateHosts(ELSEWHERE, at("off", ELSEWHERE))).toEqual([AUTHORITY, ...ROUTE_53]);
    const one = cutoverAt(MOVED, { backend: "retired" }).of(MOVED);
    expect(certificateHosts(MOVED, one)).toEqual([AUTHORITY, ...ROUTE_53]);
    expect(certificateHosts(MOVED, at("retired"))).toEqual([AUTHORITY]);
    // A worker has no name, and is never retired.
    expect(certificateHosts(withReports(MOVED), at("retired"))).toEqual([AUTHORITY]);
  });

  it("is the authority that the environment says", () => {
    const environment = { ...MOVED, certificateAuthority: "letsEncryptStaging" as const };
    expect(certificateHosts(environment, at("retired"))).toEqual(["acme-staging-v02.api.letsencrypt.org"]);
    expect([acmeDirectory(MOVED), acmeDirectory(environment)]).toEqual([
      "https://acme-v02.api.letsencrypt.org/directory",
      "https://acme-staging-v02.api.letsencrypt.org/directory",
    ]);
  });
});
