import { describe, expect, it } from "vitest";
import {
  allJudged,
  certificateJudged,
  errorsJudged,
  latencyJudged,
  requestsJudged,
  sidesJudged,
  twinsJudged,
} from "../../../tools/cutover/judgement";

const AZURE = { requestsPerSecond: 12.34, failedShare: 0.002, p95Milliseconds: 120.4, minutes: 60 };
const AWS = { failedShare: 0.001, p95Milliseconds: 100.4 };
const NOBODY = { notMeasured: "there is no login to Azure, or an expired one; az login, then again" };

describe("errors", () => {
  it("are good up to a tenth of a percent more than on AWS, and bad above it", () => {
    expect(errorsJudged(AZURE, AWS)).toEqual({
      text: "Azure 0.20 % of 12.3 requests/s in 60 min, AWS 0.10 %",
      isGood: true,
    });
    expect(errorsJudged({ ...AZURE, failedShare: 0.0021 }, AWS)).toEqual({
      text: "Azure 0.21 % of 12.3 requests/s in 60 min, AWS 0.10 %",
      isGood: false,
    });
  });

  it("are not measured when either side is not, and say what is known", () => {
    expect(errorsJudged(NOBODY, AWS)).toEqual({ text: `not measured: ${NOBODY.notMeasured}`, isGood: undefined });
    expect(errorsJudged(AZURE, { notMeasured: "no request" })).toEqual({
      text: "not measured: Azure 0.20 % of 12.3 requests/s in 60 min; AWS: no request",
      isGood: undefined,
    });
  });
});

describe("latency", () => {
  it("is good up to 1.2 times that of AWS, and bad above it", () => {
    expect(latencyJudged(AZURE, AWS)).toEqual({ text: "p95 on Azure 120 ms in 60 min, on AWS 100 ms", isGood: true });
    expect(latencyJudged({ ...AZURE, p95Milliseconds: 121 }, AWS)).toEqual({
      text: "p95 on Azure 121 ms in 60 min, on AWS 100 ms",
      isGood: false,
    });
  });

  it("is not measured when either side is not, and says what is known", () => {
    expect(latencyJudged(NOBODY, AWS)).toEqual({ text: `not measured: ${NOBODY.notMeasured}`, isGood: undefined });
    expect(latencyJudged(AZURE, { notMeasured: "no request" })).toEqual({
      text: "not measured: p95 on Azure 120 ms in 60 min; AWS: no request",
      isGood: undefined,
    });
  });
});

it("requests that are left are good when there are none, and bad when there is one", () => {
  const left = { requests: 0, minutes: 1440, of: "load balancer main" };
  expect(requestsJudged("api.example.com", left)).toEqual({
    text: "0 requests in 1440 min at load balancer main",
    isGood: true,
  });
  expect(requestsJudged("api.example.com", { ...left, requests: 1, last: "2026-12-01T10:00:00.000Z" })).toEqual({
    text: "1 requests in 1440 min at load balancer main, the last at 2026-12-01T10:00:00.000Z",
    isGood: false,
  });
  expect(requestsJudged("api.example.com", { notMeasured: "no login" })).toEqual({
    text: "not measured: api.example.com: no login",
    isGood: undefined,
  });
});

describe("a certificate", () => {
  const certificate = { issuer: "O=Let's Encrypt", names: ["api.example.com"], daysLeft: 21 };
  const judged = (side: "aws" | "azure", more: { readonly daysLeft?: number; readonly refusedBecause?: string } = {}) =>
    certificateJudged("api.example.com", side, { ...certificate, ...more });

  it("must last 21 days on Azure, where it is ours to renew, and a day on AWS", () => {
    expect(judged("azure")).toEqual({
      text: "api.example.com on azure: 21 days left, O=Let's Encrypt",
      isGood: true,
    });
    expect(judged("azure", { daysLeft: 20 }).isGood).toBe(false);
    expect(judged("aws", { daysLeft: 1 }).isGood).toBe(true);
    expect(judged("aws", { daysLeft: 0 })).toEqual({
      text: "api.example.com on aws: 0 days left, O=Let's Encrypt",
      isGood: false,
    });
  });

  it("is bad when no client would take it, however long it lasts", () => {
    expect(judged("azure", { daysLeft: 80, refusedBecause: "ERR_TLS_CERT_ALTNAME_INVALID" })).toEqual({
      text: "api.example.com on azure: ERR_TLS_CERT_ALTNAME_INVALID, O=Let's Encrypt",
      isGood: false,
    });
  });

  it("that nobody showed was not measured", () => {
    expect(certificateJudged("api.example.com", "azure", { notMeasured: "it hung up" })).toEqual({
      text: "not measured: it hung up",
      isGood: undefined,
    });
  });
});

describe("both sides of a name", () => {
  const difference = { path: "/", what: "status", aws: "200", azure: "503" };
  const missing = { path: "/healthz", notMeasured: "azure did not answer" };

  it("are good without a difference, and bad with one, even where another path was not measured", () => {
    expect(sidesJudged("api.example.com", { differences: [], notMeasured: [] })).toEqual({
      text: "api.example.com: the same on both",
      isGood: true,
    });
    const header = { path: "/", what: "location", aws: "/a", azure: "/b" };
    expect(sidesJudged("api.example.com", { differences: [difference, header], notMeasured: [missing] })).toEqual({
      text: "api.example.com: / status: AWS 200, Azure 503; / location: AWS /a, Azure /b",
      isGood: false,
    });
  });

  it("are not measured when a path was not, and nothing differs", () => {
    expect(sidesJudged("api.example.com", { differences: [], notMeasured: [missing] })).toEqual({
      text: "not measured: api.example.com: azure did not answer",
      isGood: undefined,
    });
  });
});

describe("several judgements", () => {
  const good = { text: "good", isGood: true };
  const bad = { text: "bad", isGood: false };
  const unknown = { text: "not measured: why", isGood: undefined };

  it("are good when all are, bad when one is, and not measured otherwise", () => {
    expect(allJudged([good, { ...good, text: "too" }])).toEqual({ text: "good; too", isGood: true });
    expect(allJudged([good, unknown, bad])).toEqual({ text: "good; not measured: why; bad", isGood: false });
    expect(allJudged([good, unknown])).toEqual({ text: "good; not measured: why", isGood: undefined });
  });

  it("say once what two names share, such as a load balancer", () => {
    expect(allJudged([good, good])).toEqual(good);
  });

  it("of nothing are not good", () => {
    expect(allJudged([])).toEqual({ text: "not measured: it has no name yet", isGood: undefined });
  });
});

describe("twins", () => {
  const same = { what: "one build id", passes: true, why: "both have abc" };
  const other = { what: "one deployment id", passes: false, why: "AWS has a, Azure b" };
  const unseen = { what: "both optimize images", notMeasured: "no page has one" };

  it("are never good by what is seen from outside alone: a key at run time is not seen", () => {
    expect(twinsJudged([same, unseen])).toEqual({
      text: "one build id: both have abc; both optimize images: not measured: no page has one",
      isGood: undefined,
    });
  });

  it("are not good when one comparison is not, which is named alone", () => {
    expect(twinsJudged([same, other, unseen])).toEqual({
      text: "one deployment id: AWS has a, Azure b",
      isGood: false,
    });
  });
});
