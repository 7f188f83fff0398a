import { describe, expect, it } from "vitest";
import { rewrittenIn } from "../../../model/cutover/history";
import type { CutoverFile, Evidence, Step } from "../../../model/cutover/schema";

const EVIDENCE: Evidence = { gate: "mail", answer: "yes", by: "Ana", date: "2026-12-01" };
const ADOPT: Step = { stage: "adopt", since: "2026-12-01T10:00:00Z" };
const CANARY: Step = { stage: "canary", percent: 1, since: "2026-12-02T10:00:00Z", evidence: [EVIDENCE] };
const FULL: Step = { stage: "full", since: "2026-12-03T10:00:00Z" };
const file = (...steps: readonly Step[]): CutoverFile => ({ components: { backend: { steps: [...steps] } } });

const isGone = (path: string) =>
  `${path}: must stay as it was (is gone): steps are only ever added, git log -p shows it`;
const isOther = (path: string) =>
  `${path}: must stay as it was (is another one now): steps are only ever added, git log -p shows it`;

describe("a history", () => {
  it("stays when steps, names, a proof and applications are added", () => {
    const proof = { date: "2026-12-01", by: "Ana", host: "cutover-proof.example.com", provider: "6.25.0" };
    const name = {
      host: "api.example.com",
      aws: [{ type: "A" as const, ttl: 60, values: ["192.0.2.1"] }],
      azure: { A: ["203.0.113.7"] },
    };
    const now: CutoverFile = {
      proof,
      components: { backend: { names: [name], steps: [ADOPT, CANARY] }, frontend: { steps: [ADOPT] } },
      jobs: { backend: [{ cloud: "azure", since: "2026-12-03T10:00:00Z" }] },
    };
    expect(rewrittenIn(file(ADOPT), now)).toEqual([]);
    expect(rewrittenIn({}, now)).toEqual([]);
  });

  it("stays whatever the order of the fields of a step is, and not with its evidence in another order", () => {
    const { evidence, percent, since, stage } = CANARY;
    expect(rewrittenIn(file(CANARY), file({ evidence, since, percent, stage }))).toEqual([]);
    const two = [EVIDENCE, { ...EVIDENCE, gate: "schema" }];
    expect(rewrittenIn(file({ ...CANARY, evidence: two }), file({ ...CANARY, evidence: two.toReversed() }))).toEqual([
      isOther("components.backend.steps.0"),
    ]);
  });

  it.each<readonly [what: string, now: Step]>([
    ["stage", { ...CANARY, stage: "ramp" }],
    ["share", { ...CANARY, percent: 2 }],
    ["moment", { ...CANARY, since: "2026-12-02T10:00:01Z" }],
    ["evidence", { ...CANARY, evidence: [{ ...EVIDENCE, by: "Eve" }] }],
    ["further field", { ...CANARY, egress: "natGateway" }],
  ])("is rewritten by another %s", (_, now) => {
    expect(rewrittenIn(file(ADOPT, CANARY), file(ADOPT, now))).toEqual([isOther("components.backend.steps.1")]);
  });

  it("is rewritten by a step that is gone, from the end, from between, or with its application", () => {
    expect(rewrittenIn(file(ADOPT, CANARY), file(ADOPT))).toEqual([isGone("components.backend.steps.1")]);
    expect(rewrittenIn(file(ADOPT, CANARY, FULL), file(ADOPT, FULL))).toEqual([
      isOther("components.backend.steps.1"),
      isGone("components.backend.steps.2"),
    ]);
    expect(rewrittenIn(file(ADOPT, CANARY), {})).toEqual([
      isGone("components.backend.steps.0"),
      isGone("components.backend.steps.1"),
    ]);
  });

  it("is rewritten by a step that was put in between", () => {
    expect(rewrittenIn(file(ADOPT, FULL), file(ADOPT, CANARY, FULL))).toEqual([isOther("components.backend.steps.1")]);
  });

  it("is that of jobs too", () => {
    const jobs = (cloud: "aws" | "azure"): CutoverFile => ({
      jobs: { reports: [{ cloud, since: "2026-12-01T10:00:00Z" }] },
    });
    expect(rewrittenIn(jobs("azure"), jobs("azure"))).toEqual([]);
    expect(rewrittenIn(jobs("azure"), jobs("aws"))).toEqual([isOther("jobs.reports.0")]);
    expect(rewrittenIn(jobs("azure"), {})).toEqual([isGone("jobs.reports.0")]);
  });

  it("of an application with a name that every object has is its own", () => {
    const named = (name: string): CutoverFile => ({ components: { [name]: { steps: [ADOPT] } } });
    expect(rewrittenIn(named("constructor"), { components: {} })).toEqual([isGone("components.constructor.steps.0")]);
  });
});
