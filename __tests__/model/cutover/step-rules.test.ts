import { describe, expect, it } from "vitest";
import type { Step } from "../../../model/cutover/schema";
import { STAGES } from "../../../model/cutover/stages";
import { momentOf, taken, wayTo } from "../../support/cutover";
import { backendFile, cutoverIssuesOf } from "../../support/cutover-file";
import { APEX, API, MOVED, movedBy, PLACES, WWW } from "../../support/cutover-names";
import { issuesOf } from "../../support/issues";

type Bare = Omit<Step, "since" | "evidence">;

const said = (steps: readonly Step[]) => cutoverIssuesOf(backendFile(steps));
/** The same of steps with all that they need. */
const saidOf = (steps: readonly Bare[]) => said(taken(steps));
const canary = (percent: number, egress: Step["egress"] = "loadBalancer") =>
  ({ stage: "canary", percent, egress }) as const;

/** The steps to a place, of which the last has something else. */
function changed(place: string, change: Partial<Step>): Step[] {
  const steps = taken(PLACES[place] ?? []);
  const last = steps.pop();
  if (last === undefined) throw new Error(`no step at ${place}`);
  return [...steps, { ...last, ...change }];
}

describe("the steps of a cutover", () => {
  it.each(Object.keys(PLACES))("are good at every place on the way: %s", (place) => {
    expect(issuesOf([MOVED], undefined, { cutovers: movedBy(PLACES[place] ?? []) })).toEqual([]);
  });

  it("are good with detours: another share, back by a stage, back to nobody and on again", () => {
    const detours: readonly Bare[] = [
      ...wayTo("canary"),
      canary(5),
      { stage: "ramp", percent: 50 },
      { stage: "ramp", percent: 25 },
      canary(2),
      { stage: "ready" },
      canary(1),
      { stage: "ramp", percent: 99 },
      { stage: "full" },
      { stage: "drained" },
      { stage: "ramp", percent: 50 },
      { stage: "full" },
      { stage: "drained" },
      { stage: "retired" },
      { stage: "retired", givenUp: true },
    ];
    expect(saidOf(detours)).toEqual([]);
  });

  it("are said to be illegal where they jump, with what may follow, and nothing more of that step", () => {
    expect(saidOf([{ stage: "ready" }])).toEqual([
      'components.backend.steps.0.stage: got "ready", must be adopt (it follows off)',
    ]);
    const ramp = { stage: "ramp", percent: 50, since: momentOf(3) } as const;
    expect(said([...taken(wayTo("ready")), ramp])).toEqual([
      "components.backend.steps.3.stage: got ramp with 50 %, must be canary (it follows ready)",
    ]);
    expect(saidOf([...wayTo("retired"), { stage: "ready" }])).toEqual([
      'components.backend.steps.8.stage: got "ready", must be retired with givenUp: true (it follows retired)',
    ]);
  });

  it("have no other fields than their stages have", () => {
    expect(saidOf([{ stage: "adopt", egress: "loadBalancer", givenUp: true }])).toEqual([
      "components.backend.steps.0.givenUp: got true, must be absent at adopt (it belongs to retired)",
      'components.backend.steps.0.egress: got "loadBalancer", must be absent at adopt (it belongs to canary)',
    ]);
    expect(said(changed("ready", { prepared: true }))).toEqual([
      "components.backend.steps.2.prepared: got true, must be absent at ready (it belongs to adopt)",
    ]);
  });

  it("say at canary which egress the first users meet", () => {
    const { egress: _, ...without } = canary(1);
    const sentence =
      "components.backend.steps.3.egress: got nothing, must be the environment's egress.via (the first users meet it, and it stays)";
    expect(saidOf([...wayTo("ready"), without])).toEqual([sentence]);
    expect(saidOf([...wayTo("ready"), without, canary(2)])).toEqual([sentence]);
  });

  it("take other weights after a way back than before it, because Terraform's state still has those", () => {
    const again = (...steps: readonly Bare[]) =>
      cutoverIssuesOf(backendFile(taken([...wayTo("ready"), ...steps])), MOVED);
    expect(again(canary(1), { stage: "ready" }, canary(1))).toEqual([
      "components.backend.steps.5.percent: got 1, must be another percent than before the way back (Terraform's state still has 1 %, and could not tell this step from that one)",
    ]);
    expect(again(canary(1), { stage: "ready" }, canary(2))).toEqual([]);
    expect(again(canary(1), { stage: "ramp", percent: 5 }, { stage: "ready" }, canary(1))).toEqual([]);
  });

  it("keep that egress at a canary again, until nobody is on both clouds", () => {
    const away = "natGateway";
    const environment = { ...MOVED, egress: { via: away, addresses: 1, idleTimeoutMinutes: 10 } as const };
    const issues = (...steps: readonly Bare[]) =>
      cutoverIssuesOf(backendFile(taken([...wayTo("ready"), ...steps])), environment);
    const sentence = (index: number) =>
      `components.backend.steps.${index}.egress: got "natGateway", must be loadBalancer (users on Azure have met it; after a step ready it may change)`;
    const ramp = { stage: "ramp", percent: 50 } as const;
    expect(issues(canary(1), canary(2, away))).toEqual([sentence(4)]);
    expect(issues(canary(1), ramp, canary(2, away))).toEqual([sentence(5)]);
    expect(issues(canary(1), ramp, { stage: "full" }, canary(2, away))).toEqual([sentence(6)]);
    expect(issues(canary(1), { stage: "ready" }, canary(2, away))).toEqual([]);
    expect(
      cutoverIssuesOf(
        backendFile(taken([...wayTo("canary"), { stage: "ready" }, canary(2, away), canary(3, "firewall")])),
        { ...environment, egress: MOVED.egress },
      )[0],
    ).toBe(
      'components.backend.steps.6.egress: got "firewall", must be natGateway (users on Azure have met it; after a step ready it may change)',
    );
    expect(issues(canary(1), ramp, { stage: "full" }, { stage: "drained" }, canary(2, away))).toEqual([]);
  });

  it.each([
    ["off", 1, "0"],
    ["adopt", 5, "0"],
    ["ready", 1, "0"],
    ["canary", 0, "from 1 to 5"],
    ["canary", 6, "from 1 to 5"],
    ["canary", undefined, "from 1 to 5"],
    ["ramp", 4, "from 5 to 99"],
    ["ramp", 100, "from 5 to 99"],
    ["ramp", undefined, "from 5 to 99"],
    ["full", 99, "100"],
    ["drained", 0, "100"],
    ["retired", 50, "100"],
  ] as const)("have a share that the stage takes: %s with %s %%", (stage, percent, range) => {
    const steps = [
      ...wayTo("drained"),
      { stage, ...(percent !== undefined && { percent }), ...(stage === "canary" && { egress: "loadBalancer" }) },
    ] as Bare[];
    expect(saidOf(steps).filter((line) => line.includes(".percent:"))).toEqual([
      `components.backend.steps.7.percent: got ${percent ?? "nothing"}, must be ${range} at ${stage} (back to AWS is a step ready)`,
    ]);
  });

  it.each(STAGES.filter((stage) => stage !== "canary" && stage !== "ramp"))(
    "may say the only share that the stage takes: %s",
    (stage) => {
      const percent = ["full", "drained", "retired"].includes(stage) ? 100 : 0;
      expect(saidOf([...wayTo("drained"), { stage, percent }]).filter((line) => line.includes(".percent:"))).toEqual(
        [],
      );
    },
  );
});

describe("the moments of steps", () => {
  it("are in their order", () => {
    expect(said(changed("canary", { since: "2026-11-30T23:59:59Z" }))).toEqual([
      'components.backend.steps.3.since: got "2026-11-30T23:59:59Z", must not be before 2026-12-01T04:00:00.000Z (steps are in their order)',
    ]);
    expect(said(changed("canary", { since: "2026-12-01T04:00:00Z" }))).toEqual([]);
  });

  it.each([
    ["a record's own TTL", [APEX], 3600, "2026-12-01T02:59:59Z", "2026-12-01T03:00:00.000Z"],
    ["the longest of all names", [WWW, APEX], 3600, "2026-12-01T02:59:59Z", "2026-12-01T03:00:00.000Z"],
    ["60 seconds, as an alias is cached for", [API], 60, "2026-12-01T02:00:59Z", "2026-12-01T02:01:00.000Z"],
  ])("leave resolvers the time to forget what was there before weights: %s", (_, names, wait, since, until) => {
    // The records were prepared at 02:00.
    const issues = (at: string) => cutoverIssuesOf(file(names, at), environmentOf(names)).map(afterSteps);
    expect(issues(since)).toEqual([
      `2.since: got "${since}", must be ${until} or later (resolvers keep the old answer for its TTL, ${wait} s)`,
    ]);
    expect(issues(until)).toEqual([]);
  });

  const application = (names: readonly { host: string }[]) => (names.includes(API) ? "backend" : "frontend");
  const file = (names: (typeof API)[], since: string) => ({
    ...backendFile([]),
    components: { [application(names)]: { names, steps: changed("ready", { since }) } },
  });
  const environmentOf = (names: (typeof API)[]) => ({
    ...MOVED,
    domains: {
      ...MOVED.domains,
      ...(names[0] === APEX && { frontend: APEX.host }),
    },
  });
  const afterSteps = (line: string) => line.replace(/^components\.\w+\.steps\./, "");

  it("need not wait where users come back to AWS", () => {
    const steps = taken([...wayTo("canary"), { stage: "ready" }]);
    const last = { ...steps[4], since: steps[3]?.since } as Step;
    expect(said([...steps.slice(0, 4), last])).toEqual([]);
  });
});

describe("the evidence of a step", () => {
  const [CERTIFICATES, SIDE_BY_SIDE] = [
    "certificates (both sides have a valid certificate for every name)",
    "side-by-side (both sides answer the same by pinned address)",
  ];
  const QUESTIONS = [
    "redirect-uris with yes (the identity provider's redirect URIs)",
    "allow-lists-out with yes (allow-lists that our egress address must be on)",
    "allow-lists-in with yes (allow-lists of callers)",
    "mail with yes (SPF and senders of mail)",
    "pinned-addresses with yes (partners with pinned addresses)",
    "stale-proxies with yes (proxies that keep the first answer)",
    "jobs-owner with yes (who owns the cron jobs)",
    "connections with yes (connections of both clouds to the database)",
    "schema with yes (the database's schema)",
  ];
  const [ERRORS, LATENCY] = ["errors (the share of 5xx, beside AWS's)", "latency (p95, beside AWS's)"];
  const LEFT = "requests-left (requests at the load balancer and at CloudFront)";

  it.each([
    ["canary", [CERTIFICATES, SIDE_BY_SIDE, ...QUESTIONS]],
    ["ramp", [ERRORS, LATENCY]],
    ["full", [ERRORS, LATENCY, "business-day with yes (a working day at half)"]],
    ["drained", [LEFT, "jobs-moved with yes (cron jobs and consumers)"]],
    [
      "retired",
      [LEFT, "nobody-else with yes (other users of what is switched off)", "data with yes (what only AWS has)"],
    ],
  ])("is there before more users come to Azure: %s", (place, gates) => {
    const index = (PLACES[place]?.length ?? 0) - 1;
    const sentence = `components.backend.steps.${index}.evidence: got nothing, must also answer ${gates.join(", ")}`;
    expect(said(changed(place, { evidence: [] }))).toEqual([sentence]);
    const { evidence: _, ...step } = taken(PLACES[place] ?? [])[index] ?? { stage: "off" as const, since: "" };
    expect(said([...taken(PLACES[place] ?? []).slice(0, index), step])).toEqual([sentence]);
  });

  it.each(["adopt", "prepared", "ready", "given-up"])("is nothing that %s needs", (place) => {
    expect(said(changed(place, { evidence: [] }))).toEqual([]);
  });

  it("is nothing that the way back needs", () => {
    const steps = taken([...wayTo("ramp"), { stage: "ready" }]).map((step, index) =>
      index === 5 ? { ...step, evidence: [] } : step,
    );
    expect(said(steps)).toEqual([]);
  });

  it("is needed for a larger share too, and for a smaller one not", () => {
    const without = (from: number, to: number) => {
      const steps = taken([...wayTo("canary"), { stage: "ramp", percent: from }, { stage: "ramp", percent: to }]);
      return said(steps.map((step, index) => (index === 5 ? { ...step, evidence: [] } : step)));
    };
    expect(without(25, 50)).toEqual([
      `components.backend.steps.5.evidence: got nothing, must also answer ${ERRORS}, ${LATENCY}`,
    ]);
    expect(without(50, 25)).toEqual([]);
  });

  const answered = (answers: Readonly<Record<string, string>>) =>
    said(
      changed("drained", {
        evidence: Object.entries(answers).map(([gate, answer]) => ({ gate, answer, by: "A", date: "2026-12-02" })),
      }),
    );

  it.each(["yes", "yes, since Tuesday", "yes: all of them"])("answers a question with yes: %s", (answer) => {
    expect(answered({ "requests-left": "0", "jobs-moved": answer })).toEqual([]);
  });

  it.each(["no", "not yet", "yesterday", "Yes", "unknown", "nearly yes"])("answers no question with %s", (answer) => {
    expect(answered({ "requests-left": "0", "jobs-moved": answer })).toEqual([
      "components.backend.steps.6.evidence: got requests-left, jobs-moved, must also answer jobs-moved with yes (cron jobs and consumers)",
    ]);
  });

  it("may say of what is measured that it could not be", () => {
    expect(answered({ "requests-left": "not measured: no access to CloudWatch", "jobs-moved": "yes" })).toEqual([]);
  });

  it("is what was said last of a gate, and of no gate that has a slip in its name", () => {
    expect(answered({ "requests-left": "0", "job-moved": "yes" })).toEqual([
      "components.backend.steps.6.evidence: got requests-left, job-moved, must also answer jobs-moved with yes (cron jobs and consumers)",
    ]);
    const twice = ["yes", "no"].map((answer) => ({ gate: "jobs-moved", answer, by: "A", date: "2026-12-02" }));
    const left = { gate: "requests-left", answer: "0", by: "mmrv", date: "2026-12-02" };
    expect(said(changed("drained", { evidence: [left, ...twice] }))).toHaveLength(1);
    expect(said(changed("drained", { evidence: [left, ...twice.reverse()] }))).toEqual([]);
  });
});

describe("several faults of one application's steps", () => {
  it("are said all at once, each of its own step", () => {
    const steps: Step[] = [
      { stage: "adopt", since: "2026-12-01T10:00:00Z", egress: "firewall" },
      { stage: "ready", since: "2026-12-01T11:00:00Z" },
      { stage: "canary", percent: 50, since: "2026-12-01T12:00:00Z" },
      { stage: "full", since: "2026-12-01T09:00:00Z" },
    ];
    expect(said(steps)).toEqual([
      'components.backend.steps.0.egress: got "firewall", must be absent at adopt (it belongs to canary)',
      'components.backend.steps.1.stage: got "ready", must be adopt with prepared: true (it follows adopt)',
      "components.backend.steps.2.egress: got nothing, must be the environment's egress.via (the first users meet it, and it stays)",
      "components.backend.steps.2.percent: got 50, must be from 1 to 5 at canary (back to AWS is a step ready)",
      'components.backend.steps.3.stage: got "full", must be canary with another percent, or ramp, or back to ready (it follows canary with 50 %)',
      'components.backend.steps.3.since: got "2026-12-01T09:00:00Z", must not be before 2026-12-01T12:00:00Z (steps are in their order)',
    ]);
  });
});
