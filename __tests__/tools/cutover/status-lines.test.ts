import { expect, it } from "vitest";
import type { ServerAnswers } from "../../../tools/cutover/measure/dns";
import type { NameStanding, Standing } from "../../../tools/cutover/standing";
import { linesOf } from "../../../tools/cutover/status-lines";

const EMPTY = { answered: 20, replies: {}, empty: 20, failures: {} };
const answering = (server: string, aws: number, azure: number): ServerAnswers => ({
  server,
  A: {
    answered: 20,
    replies: { "198.51.100.1": aws, "203.0.113.7": azure },
    empty: 0,
    azureShare: azure / 20,
    ttl: { lowest: 60, highest: 60 },
    failures: {},
  },
  AAAA: EMPTY,
});
const silent = (server: string): ServerAnswers => {
  const why = { notMeasured: `${server} did not answer` };
  return { server, A: why, AAAA: why };
};

const NAME: NameStanding = {
  host: "api.example.com",
  records: ["A aws weight 191 → 198.51.100.1 (60 s)", "A azure weight 64 → 203.0.113.7 (60 s)"],
  servers: [answering("ns-1.example.net", 15, 5), silent("ns-2.example.net")],
  resolvers: [{ server: "the system's", A: EMPTY, AAAA: EMPTY }],
  sides: [
    {
      side: { name: "aws", at: "main.elb.amazonaws.com" },
      certificate: { issuer: "C=US, O=Amazon", names: ["api.example.com"], daysLeft: 203 },
      paths: [
        { path: "/", statuses: { 200: 19, 503: 1 }, headers: {}, p50: 12.4, p95: 30.6, failures: { ECONNRESET: 2 } },
        { path: "/docs", notMeasured: "aws did not answer" },
      ],
    },
    { side: { name: "azure", at: "203.0.113.7" }, certificate: { notMeasured: "it hung up" }, paths: [] },
  ],
  comparison: { differences: [{ path: "/", what: "x-powered-by", aws: "absent", azure: "Express" }], notMeasured: [] },
};

const STANDING: Standing = {
  application: "backend",
  place: "ramp with 25 %",
  percent: 25,
  isWeighted: true,
  since: "2026-12-01T10:00:00Z",
  differences: [],
  names: [NAME],
  twins: [
    { what: "one build id", passes: false, why: "AWS has a, Azure b" },
    { what: "both optimize images", notMeasured: "no image" },
  ],
  gates: [
    { gate: "errors", text: "0.10 %", isGood: true },
    { gate: "latency", text: "p95 900 ms", isGood: false },
    { gate: "requests-left", text: "not measured", isGood: null },
  ],
  nextPlace: "ramp with 50 %",
};

it("says everything of an application, each thing in a line", () => {
  expect(linesOf(STANDING).join("\n")).toBe(`backend: ramp with 25 % since 2026-12-01T10:00:00Z
  api.example.com
    record    A aws weight 191 → 198.51.100.1 (60 s)
    record    A azure weight 64 → 203.0.113.7 (60 s)
    server    ns-1.example.net: 198.51.100.1 × 15, 203.0.113.7 × 5, Azure in 25 %, TTL 60
    server    not measured: ns-2.example.net did not answer
    resolver  the system's: nothing
    aws       main.elb.amazonaws.com, certificate good for 203 days, C=US, O=Amazon
    aws       /: 200 × 19, 503 × 1, p50 12 ms, p95 31 ms, failed: ECONNRESET × 2
    aws       /docs: not measured: aws did not answer
    azure     not measured: it hung up
    differs   / x-powered-by: AWS absent, Azure Express
  expected: Azure in 25.1 % of the answers of each server
  twins: one build id: not good: AWS has a, Azure b
  twins: both optimize images: not measured: no image
  next: ramp with 50 %
    good  errors: 0.10 %
    bad   latency: p95 900 ms
    open  requests-left: not measured`);
});

it("says once what holds for every server, and nothing of what is not known of an application that is off", () => {
  const servers = [silent("ns-1.example.net"), silent("ns-2.example.net")];
  const lines = linesOf({ ...STANDING, names: [{ ...NAME, records: [], resolvers: [], servers, sides: [] }] });
  expect(lines.slice(1, 3)).toEqual([
    "  api.example.com",
    "    server    none of the 2: not measured: ns-1.example.net did not answer",
  ]);
  const off = { application: "backend", place: "off", percent: 0, isWeighted: false, since: null, differences: [] };
  expect(linesOf({ ...off, names: [], twins: [], gates: [], nextPlace: "adopt" })).toEqual([
    "backend: off",
    "  next: adopt",
  ]);
});
