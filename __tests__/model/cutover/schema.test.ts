import { describe, expect, it } from "vitest";
import { cutoverSchema } from "../../../model/cutover/schema";
import { PROOF, taken, wayTo } from "../../support/cutover";
import { cutoverIssuesOf } from "../../support/cutover-file";
import { APEX, API, MOVED, WWW } from "../../support/cutover-names";

const [A] = API.aws;
const STEP = { stage: "adopt", since: "2026-12-01T10:00:00Z" };

/** What is said of one field of the backend, without the path that all have in common. */
const said = (backend: unknown) =>
  cutoverIssuesOf({ components: { backend } }).map((line) => line.replace("components.backend.", ""));
const ofStep = (step: object) => said({ steps: [{ ...STEP, ...step }] }).map((line) => line.replace("steps.0.", ""));
const ofName = (name: object) =>
  said({ names: [{ ...API, ...name }], steps: [STEP] }).map((line) => line.replace("names.0.", ""));
const ofRecord = (record: object) => ofName({ aws: [record] }).map((line) => line.replace("aws.0.", ""));
const UNKNOWN = "must be absent (no such field; the schema in model/ lists them)";
const MOMENT = "must be a moment in UTC such as 2026-12-01T14:05:00Z";

describe("the file of a cutover", () => {
  it("may be empty, and may say everything that there is to say", () => {
    expect(cutoverIssuesOf({})).toEqual([]);
    const accepted = [{ rule: "r8", why: "frozen until retired", by: "Operations", date: "2026-12-01" }];
    const whole = {
      proof: PROOF,
      components: {
        backend: { names: [{ ...API, accepted }], steps: taken(wayTo("full")) },
        frontend: { names: [WWW, APEX], steps: taken(wayTo("adopt"), "amplify") },
      },
      jobs: {
        backend: [
          {
            cloud: "azure",
            since: "2026-12-01T10:00:00Z",
            evidence: [{ gate: "stopped-on-aws", answer: "yes", by: "Operations", date: "2026-12-01" }],
          },
        ],
      },
    };
    expect(cutoverSchema.parse(whole)).toEqual(whole);
    expect(cutoverIssuesOf(whole, MOVED)).toEqual([]);
  });

  it.each([
    [{ components: [] }, "components: got [], must be an object of web applications by name"],
    [{ components: null }, "components: got null, must be an object of web applications by name"],
    [{ component: {} }, `component: got {}, ${UNKNOWN} (did you mean components?)`],
    [{ jobs: "azure" }, 'jobs: got "azure", must be an object of applications by name'],
    [{ jobs: { backend: [] } }, "jobs.backend: got [], must be at least one step"],
    [{ jobs: { backend: "azure" } }, 'jobs.backend: got "azure", must be a list'],
    [
      { jobs: { backend: [{ cloud: "azur", since: "2026-12-01T10:00:00Z" }] } },
      'jobs.backend.0.cloud: got "azur", must be one of aws, azure (did you mean azure?)',
    ],
    [{ jobs: { backend: [{ cloud: "aws" }] } }, `jobs.backend.0.since: got nothing, ${MOMENT}`],
    [
      { proof: { ...PROOF, date: "1 December" } },
      "proof.date: got 1 December, must be a date such as 2026-12-01 (a literal: synthesis reads no clock)",
    ],
    [{ proof: { ...PROOF, by: "" } }, 'proof.by: got "", must be who ran it'],
    [{ proof: { ...PROOF, provider: "" } }, 'proof.provider: got "", must be a version'],
    [
      { proof: { ...PROOF, provider: 6.25 } },
      "proof.provider: got 6.25, must be in quotes (without them it is a number), and be text",
    ],
    [
      { proof: { ...PROOF, host: "Proof" } },
      'proof.host: got "Proof", must be a lower-case DNS name without a last dot',
    ],
  ])("is refused in a sentence: %j", (file, sentence) => {
    expect(cutoverIssuesOf(file)).toEqual([sentence]);
  });
});

describe("a component", () => {
  it.each([
    [{}, "steps: got nothing, must be a list of steps"],
    [{ steps: {} }, "steps: got {}, must be a list of steps"],
    [{ steps: [], stage: "canary" }, `stage: got "canary", ${UNKNOWN}`],
    [{ names: API, steps: [] }, expect.stringMatching(/^names: got \{.*, must be a list of names$/)],
    [{ steps: ["adopt"] }, 'steps.0: got "adopt", must be an object'],
  ])("is refused in a sentence: %j", (component, sentence) => {
    expect(said(component)).toEqual([sentence]);
  });
});

describe("what was accepted of a name", () => {
  it.each([
    [{ rule: "r13" }, 'rule: got "r13", must be a rule of adopt: r1 to r12 (docs/cutover.md)'],
    [{ why: "" }, 'why: got "", must say why'],
    [{ by: "" }, 'by: got "", must be who says so'],
  ])("is refused in a sentence: %j", (wrong, sentence) => {
    const right = { rule: "r8", why: "frozen", by: "Operations", date: "2026-12-01" };
    expect(ofName({ accepted: [{ ...right, ...wrong }] })).toEqual([`accepted.0.${sentence}`]);
  });
});

describe("a step", () => {
  it.each([
    [
      { stage: "redy" },
      'stage: got "redy", must be one of off, adopt, ready, canary, ramp, full, drained, retired (did you mean ready?)',
    ],
    [{ since: "2026-12-01" }, `since: got "2026-12-01", ${MOMENT}`],
    [{ since: "2026-12-01T10:00:00+01:00" }, `since: got "2026-12-01T10:00:00+01:00", ${MOMENT}`],
    [
      { percent: "5" },
      'percent: got "5", must be without quotes (with them it is text), and be a whole number from 0 to 100 (Azure\'s share of the users, in percent)',
    ],
    [
      { percent: 2.5 },
      "percent: got 2.5, must be a whole number from 0 to 100 (Azure's share of the users, in percent)",
    ],
    [
      { percent: 101 },
      "percent: got 101, must be a whole number from 0 to 100 (Azure's share of the users, in percent)",
    ],
    [{ percent: -1 }, "percent: got -1, must be a whole number from 0 to 100 (Azure's share of the users, in percent)"],
    [{ prepared: false }, "prepared: got false, must be true, or absent"],
    [{ givenUp: "yes" }, 'givenUp: got "yes", must be true, or absent'],
    [{ egress: "nat" }, 'egress: got "nat", must be one of loadBalancer, natGateway, firewall'],
    [{ weight: 3 }, `weight: got 3, ${UNKNOWN}`],
    [{ evidence: {} }, "evidence: got {}, must be a list"],
    [
      { evidence: [{ gate: "Mail", answer: "yes", by: "A", date: "2026-12-01" }] },
      'evidence.0.gate: got "Mail", must be the name of a gate (npx mmrv cutover next --help)',
    ],
    [
      { evidence: [{ gate: "mail", answer: "", by: "A", date: "2026-12-01" }] },
      'evidence.0.answer: got "", must be an answer',
    ],
    [
      { evidence: [{ gate: "mail", answer: true, by: "A", date: "2026-12-01" }] },
      "evidence.0.answer: got true, must be in quotes (without them it is true or false), and be text",
    ],
    [
      { evidence: [{ gate: "mail", answer: "yes", by: "", date: "2026-12-01" }] },
      'evidence.0.by: got "", must be who says so',
    ],
    [
      { evidence: [{ gate: "mail", answer: "yes", by: "A" }] },
      "evidence.0.date: got nothing, must be a date such as 2026-12-01 (a literal: synthesis reads no clock)",
    ],
  ])("is refused in a sentence: %j", (step, sentence) => {
    expect(ofStep(step)).toEqual([sentence]);
  });
});

describe("a name", () => {
  const V4 = "must be an IPv4 address";
  const V6 = "must be an IPv6 address";

  it.each([
    [
      { host: "API.example.com" },
      'host: got "API.example.com", must be a lower-case DNS host name (it becomes a route and a certificate)',
    ],
    [
      { zone: { ...API.zone, id: "/hostedzone/Z0123456789ABC" } },
      'zone.id: got "/hostedzone/Z0123456789ABC", must be the id of a Route 53 hosted zone such as Z2FDTNDATAQYW2',
    ],
    [{ zone: { id: API.zone.id } }, "zone.name: got nothing, must be a lower-case DNS name without a last dot"],
    [
      { zone: { ...API.zone, name: "example.com." } },
      'zone.name: got "example.com.", must be a lower-case DNS name without a last dot',
    ],
    [{ aws: [] }, "aws: got [], must be at least one record (a name without any leads nobody anywhere)"],
    [{ azure: undefined }, "azure: got nothing, must be an object"],
    [{ azure: { A: [] } }, "azure.A: got [], must be at least one address"],
    [{ azure: { A: ["203.0.113"] } }, `azure.A.0: got "203.0.113", ${V4}`],
    [{ azure: { A: ["2001:db8::7"] } }, `azure.A.0: got "2001:db8::7", ${V4}`],
    [
      { azure: { A: ["gateway.eastus2.cloudapp.azure.com"] } },
      `azure.A.0: got "gateway.eastus2.cloudapp.azure.com", ${V4}`,
    ],
    [{ azure: { A: ["203.0.113.7"], AAAA: [] } }, "azure.AAAA: got [], must be at least one address, or absent"],
    [{ azure: { A: ["203.0.113.7"], AAAA: ["203.0.113.7"] } }, `azure.AAAA.0: got "203.0.113.7", ${V6}`],
  ])("is refused in a sentence: %j", (name, sentence) => {
    expect(ofName(name)).toEqual([sentence]);
  });
});

describe("a record that was found", () => {
  const DNS = "must be a lower-case DNS name without a last dot";
  const alias = (change: object) => ({ ...A, alias: { ...A?.alias, ...change } });

  it.each([
    [{ ...A, type: "HTTPS" }, 'type: got "HTTPS", must be one of A, AAAA, CNAME'],
    [alias({ name: "Main.elb.amazonaws.com." }), `alias.name: got "Main.elb.amazonaws.com.", ${DNS}`],
    [alias({ name: "main.elb.amazonaws.com." }), `alias.name: got "main.elb.amazonaws.com.", ${DNS}`],
    [alias({ zone: "z35" }), 'alias.zone: got "z35", must be the id of a Route 53 hosted zone such as Z2FDTNDATAQYW2'],
    [alias({ evaluateTargetHealth: undefined }), "alias.evaluateTargetHealth: got nothing, must be true or false"],
    [
      alias({ evaluateTargetHealth: "false" }),
      'alias.evaluateTargetHealth: got "false", must be without quotes (with them it is text), and be true or false',
    ],
    [
      { type: "A", ttl: -1, values: ["198.51.100.1"] },
      "ttl: got -1, must be a whole number from 0 to 2147483647 (a TTL in seconds)",
    ],
    [{ type: "A", ttl: 60, values: [] }, "values: got [], must be at least one value"],
    [{ type: "A", ttl: 60, values: [""] }, 'values.0: got "", must be text'],
    [{ type: "A", ttl: 60, values: "198.51.100.1" }, 'values: got "198.51.100.1", must be a list of values'],
    [{ ...A, keepsTargetHealth: "" }, 'keepsTargetHealth: got "", must say why'],
    [
      { ...A, keepsTargetHealth: true },
      "keepsTargetHealth: got true, must be in quotes (without them it is true or false), and be text",
    ],
    [{ ...A, leaves: false }, "leaves: got false, must be true, or absent"],
    [{ ...A, weight: 3 }, `weight: got 3, ${UNKNOWN}`],
  ])("is refused in a sentence: %j", (record, sentence) => {
    expect(ofRecord(record)).toEqual([sentence]);
  });

  it("may lead to a name with underscores, as Route 53 has them", () => {
    expect(ofName({ aws: [alias({ name: "_dmarc.main_1.example.com" }), API.aws[1]] })).toEqual([]);
  });
});

describe("a file whose shape is wrong", () => {
  it("is told of every field at once, and by no rule", () => {
    const steps = [{ stage: "canari", since: "yesterday" }, { stage: "full" }];
    const file = { proof: { ...PROOF, by: "" }, components: { nobody: { steps } }, jobs: [] };
    expect(cutoverIssuesOf(file)).toEqual([
      'proof.by: got "", must be who ran it',
      'components.nobody.steps.0.stage: got "canari", must be one of off, adopt, ready, canary, ramp, full, drained, retired (did you mean canary?)',
      `components.nobody.steps.0.since: got "yesterday", ${MOMENT}`,
      `components.nobody.steps.1.since: got nothing, ${MOMENT}`,
      "jobs: got [], must be an object of applications by name",
    ]);
  });
});
