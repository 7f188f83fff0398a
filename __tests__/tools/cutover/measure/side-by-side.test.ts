import { describe, expect, it } from "vitest";
import { EXPECTED_TO_DIFFER, isExpectedToDiffer } from "../../../../tools/cutover/measure/expected-headers";
import type { PathMeasured, SideMeasured } from "../../../../tools/cutover/measure/side";
import { compare } from "../../../../tools/cutover/measure/side-by-side";

const GOOD: PathMeasured = {
  path: "/",
  statuses: { 200: 20 },
  headers: { "content-type": ["text/html"], vary: ["rsc, Accept-Encoding"] },
  p50: 40,
  p95: 100,
  failures: {},
};
const side = (name: "aws" | "azure", ...paths: SideMeasured["paths"]): SideMeasured => ({
  side: { name, at: "203.0.113.7" },
  certificate: { notMeasured: "not of this test" },
  paths,
});
/** The differences of one path, of which Azure's side is changed. */
const between = (azure: Partial<PathMeasured>, aws: Partial<PathMeasured> = {}) =>
  compare(side("aws", { ...GOOD, ...aws }), side("azure", { ...GOOD, ...azure })).differences;

describe("two sides", () => {
  it("do not differ when a user would see the same", () => {
    expect(compare(side("aws", GOOD), side("azure", GOOD))).toEqual({ differences: [], notMeasured: [] });
  });

  it("differ in the statuses of their answers, and not in how many there were of each", () => {
    expect(between({ statuses: { 200: 19, 503: 1 } })).toEqual([
      { path: "/", what: "status", aws: "200", azure: "200, 503" },
    ]);
    expect(between({ statuses: { 200: 3, 503: 17 } }, { statuses: { 200: 19, 503: 1 } })).toEqual([]);
  });

  it("differ in where a redirect leads, and in a header that one of them has", () => {
    const headers = { "content-type": ["text/html"], vary: GOOD.headers["vary"] ?? [] };
    expect(
      between(
        { headers: { ...headers, location: ["https://www.mmrv.example.com/"] } },
        { headers: { ...headers, location: ["/"], "strict-transport-security": ["max-age=1"] } },
      ),
    ).toEqual([
      { path: "/", what: "location", aws: "/", azure: "https://www.mmrv.example.com/" },
      { path: "/", what: "strict-transport-security", aws: "max-age=1", azure: "absent" },
    ]);
  });

  it("do not differ in the order of a list, nor in values that are new in each answer", () => {
    const nonces = (...values: string[]) => ({ headers: { ...GOOD.headers, "content-security-policy": values } });
    expect(between({ headers: { ...GOOD.headers, vary: ["accept-encoding, RSC"] } })).toEqual([]);
    expect(between(nonces("nonce-1", "nonce-2"), nonces("nonce-3", "nonce-4"))).toEqual([]);
    expect(between(nonces("nonce-1", ""), nonces("nonce-3", "nonce-4"))).toEqual([
      { path: "/", what: "content-security-policy", aws: "differs from answer to answer", azure: "in some answers" },
    ]);
  });

  it("may differ in what names the product, the moment or the connection, each for a reason", () => {
    const differing = {
      date: ["now"],
      server: ["awselb/2.0"],
      via: ["1.1 cloudfront"],
      "x-amz-cf-id": ["1"],
      "x-amzn-trace-id": ["1"],
      "x-cache": ["Miss from cloudfront"],
      age: ["1"],
      etag: ["1"],
    };
    expect(between({ headers: { ...GOOD.headers, ...differing } })).toEqual([]);
    for (const header of ["set-cookie", "location", "cache-control", "content-encoding", "x-cached-by", "x-powered-by"])
      expect(isExpectedToDiffer(header)).toBe(false);
    expect(EXPECTED_TO_DIFFER.filter(({ why }) => why.length < 10)).toEqual([]);
  });

  it.each([
    [120, []],
    [121, [{ path: "/", what: "latency", aws: "p50 40 ms, p95 100 ms", azure: "p50 40 ms, p95 121 ms" }]],
    [10, []],
  ])("differ in latency when Azure's 95th percentile is over 1.2 times that of AWS: %i ms to 100", (p95, expected) => {
    expect(between({ p95 })).toEqual(expected);
  });

  it("differ in requests that got no answer", () => {
    expect(between({ failures: { ECONNRESET: 2, CERT_HAS_EXPIRED: 1 } })).toEqual([
      { path: "/", what: "failures", aws: "none", azure: "2 × ECONNRESET, 1 × CERT_HAS_EXPIRED" },
    ]);
  });

  it("are not compared where one of them did not answer, and that is told", () => {
    const silent = { path: "/a", notMeasured: "azure did not answer" };
    expect(compare(side("aws", { ...GOOD, path: "/a" }, GOOD), side("azure", silent, GOOD))).toEqual({
      differences: [],
      notMeasured: [silent],
    });
  });
});
