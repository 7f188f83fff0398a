import { describe, expect, test } from "vitest";
import type { At } from "../../../../tools/import/at";
import type { EcsInputs } from "../../../../tools/import/ecs/inputs";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { rolePoliciesIn } from "../../../../tools/import/service/unwrap-role";
import { schedulesIn } from "../../../../tools/import/service/unwrap-schedules";
import {
  attributesIn,
  RULES,
  SCALABLE_TARGETS,
  SCALING_POLICIES,
  SCHEDULED_ACTIONS,
  TARGET_GROUPS,
  unwrap,
} from "../../../../tools/import/service/unwrap-service";
import { corpus, corpusText, importService } from "../../../support/import-service";

const S01 = "s01-describe-services-two-plus-failure.json";
const S02 = "s02-create-service-input-cloudmap-unknown-field.json";
const S03 = "s03-service-connect-only-under-deployments.json";
const S06 = "s06-singleton-and-daemon.json";
const T01 = "t01-describe-target-groups.json";
const T02 = "t02-describe-target-group-attributes.json";
const T03 = "t03-describe-load-balancer-attributes.json";
const T04 = "t04-describe-rules.json";
const A01 = "a01-scalable-targets.json";
const A02 = "a02-scaling-policies.json";
const A03 = "a03-scheduled-actions.json";
const E02 = "e02-scheduler-trailing-comma.json";
const P01 = "p01-task-role-policies.json";

const service = (file: string, name?: string): At => chooseService(corpus(file), file, name).service;
const group = (name: string): At[] =>
  unwrap(corpus(T01), T01, TARGET_GROUPS).filter((one) => one.at("TargetGroupName").text === name);
const target = (name: string): At[] =>
  unwrap(corpus(A01), A01, SCALABLE_TARGETS).filter((one) => one.at("ResourceId").text?.endsWith(`/${name}`));
const groupAttributes = (): At[] => [attributesIn(corpus(T02), T02, "targetGroup")];
const balancerAttributes = (): At[] => [attributesIn(corpus(T03), T03, "loadBalancer")];
const mended = (): unknown => JSON.parse(corpusText(E02).replace(/,(\s*[\]}])/g, "$1"));

const NOBODY = { permissions: [], callees: [], callers: [] };
const EVERY_PATH = { values: { routes: [{ path: "/" }] }, ...NOBODY, drainSeconds: 60 };
const CHECKED = { periodSeconds: 30, timeoutSeconds: 5, failureThreshold: 2 };

interface Case {
  readonly of: string;
  readonly inputs: () => Partial<EcsInputs>;
  readonly part: object;
  readonly ids: readonly string[];
  readonly notes?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    of: "s01, orders",
    inputs: () => ({ service: service(S01, "orders") }),
    part: {
      ...EVERY_PATH,
      values: { replicas: 2, routes: [{ path: "/" }] },
      behind: { container: "orders-api", port: 3000 },
    },
    ids: [],
  },
  {
    of: "s01, crawler, which does not run on AWS either",
    inputs: () => ({ service: service(S01, "crawler") }),
    part: {
      ...EVERY_PATH,
      values: { replicas: 1, routes: [{ path: "/" }] },
      behind: { container: "crawler", port: 3000 },
    },
    ids: [],
    notes: ["It does not run on AWS either: of 1 tasks none runs, and 1 failed. Find out why before it moves."],
  },
  {
    of: "s02, with a field that AWS does not have",
    inputs: () => ({ service: service(S02) }),
    part: {
      ...EVERY_PATH,
      values: { replicas: 2, routes: [{ path: "/" }] },
      callers: [{ name: "srv-analytics", by: "Cloud Map" }],
      behind: { container: "web", port: 8000 },
    },
    ids: ["caller:srv-analytics", "service:enableLogging"],
    notes: [
      "The tasks had public addresses that changed: nobody can have let in one of them, but a whole range perhaps.",
    ],
  },
  {
    of: "s03, with Service Connect in its PRIMARY deployment",
    inputs: () => ({ service: service(S03) }),
    part: {
      ...EVERY_PATH,
      values: { replicas: 2, routes: [{ path: "/", idleTimeoutSeconds: 120, requestTimeoutSeconds: 30 }] },
      callers: [{ name: "orders.suite.local", by: "Service Connect" }],
      behind: { container: "orders-api", port: 3000 },
    },
    ids: ["port:3001", "caller:orders.suite.local"],
  },
  {
    of: "s06, of which there are never two",
    inputs: () => ({ service: service(S06, "scheduler-singleton") }),
    part: { values: { replicas: 1 }, ...NOBODY },
    ids: ["singleton"],
  },
  {
    of: "s06, which is off",
    inputs: () => ({ service: service(S06, "switched-off") }),
    part: { values: {}, ...NOBODY },
    ids: ["off"],
  },
  {
    of: "t01, orders",
    inputs: () => ({ targetGroups: group("orders") }),
    part: { ...EVERY_PATH, readiness: { path: "/healthz?deep=1", ...CHECKED }, startupSeconds: 60 },
    ids: [],
  },
  {
    of: "t01, crawler, checked on another port",
    inputs: () => ({ targetGroups: group("crawler") }),
    part: { ...EVERY_PATH, readiness: { path: "/ping", ...CHECKED }, startupSeconds: 60 },
    ids: ["probe:port"],
  },
  {
    of: "t01, web-auth, which answers 401",
    inputs: () => ({ targetGroups: group("web-auth") }),
    part: { ...EVERY_PATH, readiness: { path: "/", ...CHECKED }, startupSeconds: 60 },
    ids: ["probe:matcher"],
  },
  {
    of: "t01, grpc",
    inputs: () => ({ targetGroups: group("grpc") }),
    part: { ...EVERY_PATH, readiness: CHECKED, startupSeconds: 60 },
    ids: ["probe:protocol"],
  },
  {
    of: "t01, nlb",
    inputs: () => ({ targetGroups: group("nlb") }),
    part: { ...EVERY_PATH, readiness: CHECKED, startupSeconds: 60 },
    ids: ["probe:protocol"],
  },
  {
    of: "t01, slow, with more seconds than the chart takes",
    inputs: () => ({ targetGroups: group("slow") }),
    part: {
      ...EVERY_PATH,
      readiness: { path: "/", periodSeconds: 300, timeoutSeconds: 60, failureThreshold: 10 },
      startupSeconds: 3000,
    },
    ids: ["probe:timeout"],
  },
  {
    of: "t02 and t03, around orders of t01",
    inputs: () => ({
      targetGroups: group("orders"),
      targetGroupAttributes: groupAttributes(),
      loadBalancerAttributes: balancerAttributes(),
    }),
    part: {
      values: { routes: [{ path: "/", idleTimeoutSeconds: 300 }] },
      ...NOBODY,
      readiness: { path: "/healthz?deep=1", ...CHECKED },
      startupSeconds: 60,
      drainSeconds: 300,
    },
    ids: ["stickiness", "waf"],
    notes: ["The load balancer says in x-amzn-tls-version how a client came; the gateway does not."],
  },
  {
    of: "t04",
    inputs: () => ({ rules: unwrap(corpus(T04), T04, RULES) }),
    part: {
      values: { routes: [{ path: "/v1" }] },
      permissions: [],
      callees: [],
      callers: [{ name: "api.example.com", by: "listener rule" }],
    },
    ids: [
      "rule:/-/edit:bf199829:login",
      "rule:/-/edit:bf199829:/admin-",
      "rule:/-/edit:bf199829:/-/edit",
      "rule:all:a6ecc887:http-header",
      "rule:all:a6ecc887:source-ip",
      "rule:/api/-:f4eb2dea:weights",
      "rule:/api/-:f4eb2dea:rewrite",
      "rule:/old/-:485f66a0:redirect",
      "rule:default:5b6137be:fixed-response",
    ],
    notes: [
      "The load balancer answers to api.example.com, which the environment does not have: it must be a domain of backend before its record leads here.",
      "/v1/* did not match /v1 itself; the prefix /v1 does.",
    ],
  },
  {
    of: "a01, orders",
    inputs: () => ({ scalableTargets: target("orders") }),
    part: { values: { autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 12 } }, ...NOBODY },
    ids: [],
  },
  {
    of: "a01, crawler, from nothing and suspended",
    inputs: () => ({ scalableTargets: target("crawler") }),
    part: { values: { autoscaling: { enabled: true, minReplicas: 1, maxReplicas: 4 } }, ...NOBODY },
    ids: ["autoscaling:suspended", "autoscaling:min"],
  },
  {
    of: "a02 and a03, of orders in a01",
    inputs: () => ({
      scalableTargets: target("orders"),
      scalingPolicies: unwrap(corpus(A02), A02, SCALING_POLICIES),
      scheduledActions: unwrap(corpus(A03), A03, SCHEDULED_ACTIONS),
    }),
    part: {
      values: {
        autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 12, cpuPercent: 62, scaleDownSeconds: 300 },
      },
      ...NOBODY,
    },
    ids: [
      "scaling:memory",
      "scaling:requests",
      "scaling:step",
      "scaling:queue",
      "scheduled-action:office-hours",
      "scheduled-action:once",
    ],
  },
  {
    of: "e02, its commas mended",
    inputs: () => ({ schedules: schedulesIn([{ file: E02, content: mended() }]) }),
    part: { values: {}, ...NOBODY },
    // The words are the task definition's, which is not given here.
    ids: ["cron:daily-sync:schedule", "cron:daily-sync:args"],
  },
  {
    of: "p01",
    inputs: () => ({ rolePolicies: rolePoliciesIn(corpus(P01), P01) }),
    part: {
      values: {},
      callers: [],
      permissions: [{ actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::example-uploads/*"] }],
      callees: [{ host: "example-uploads.s3.us-east-1.amazonaws.com", from: "task role", isPrivate: false }],
    },
    ids: [
      "permissions-boundary",
      "permissions:AmazonSQSFullAccess",
      "permissions:s3:s3:all",
      "permissions:s3:s3:DeleteObject",
      "permissions:s3:iam:all",
      "permissions:s3:dynamodb:Query",
    ],
  },
];

describe.each(CASES)("$of", ({ ids, inputs, notes = [], part }) => {
  test("is what the index of the corpus says", () => {
    const imported = importService(inputs());
    expect({ part: imported.part, ids: imported.ids, notes: imported.notes }).toEqual({ part, ids, notes });
  });

  test("has exactly one row for every value of the input", () => {
    const { leaves, rows } = importService(inputs());
    const present = rows.filter(({ isAbsent }) => !isAbsent);
    expect(present.map(({ source }) => source).sort()).toEqual([...leaves].sort());
    expect(new Set(rows.map(({ path, source }) => `${source} ${path}`)).size).toBe(rows.length);
  });

  test("has questions with ids that a decisions file keeps, each with an option", () => {
    const { decisions } = importService(inputs());
    expect(decisions.filter(({ id, options }) => !/^[\w./:-]+$/.test(id) || options.length === 0)).toEqual([]);
  });
});

test("a DAEMON is refused, because it is no application", () => {
  expect(() => importService({ service: service(S06, "host-agent") })).toThrow(
    "host-agent: its schedulingStrategy is DAEMON: an agent of each host, and no application; nothing was written",
  );
});

test("what says nothing of itself has a row for its absence", () => {
  const { rows } = importService({ service: service(S01, "orders") });
  expect(rows.filter(({ isAbsent }) => isAbsent).map(({ path }) => path)).toEqual([
    "(no target group)",
    "(no load balancer attributes)",
    "(no listener rules)",
  ]);
});

test("of everything in an account only what is the service's own counts", () => {
  const { ids, part } = importService({
    service: service(S01, "orders"),
    targetGroups: unwrap(corpus(T01), T01, TARGET_GROUPS),
    scalableTargets: unwrap(corpus(A01), A01, SCALABLE_TARGETS),
  });
  expect({ ids, part }).toEqual({
    ids: [],
    part: {
      values: {
        replicas: 2,
        autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 12 },
        routes: [{ path: "/" }],
      },
      ...NOBODY,
      behind: { container: "orders-api", port: 3000 },
      readiness: { path: "/healthz?deep=1", ...CHECKED },
      startupSeconds: 60,
      drainSeconds: 60,
    },
  });
});

test("without a service to say it, somebody must say which target group is meant", () => {
  const { ids, part } = importService({ targetGroups: [...group("orders"), ...group("slow")] });
  expect({ ids, readiness: part.readiness }).toEqual({ ids: ["target-group"], readiness: undefined });
  const answered = importService(
    { targetGroups: [...group("orders"), ...group("slow")] },
    { "target-group": "orders" },
  );
  expect(answered.part.readiness).toEqual({ path: "/healthz?deep=1", ...CHECKED });
});

describe("an answer changes what becomes of it", () => {
  test("the second target group is the main one, the first goes, and rules for that one are one question", () => {
    const group = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/${name}/1`;
    const loadBalancers = [
      { targetGroupArn: group("web"), containerName: "web", containerPort: 8080 },
      { targetGroupArn: group("grpc"), containerName: "web", containerPort: 9090 },
    ];
    const rules = ["/a", "/b"].map((path, index) => ({
      RuleArn: `listener-rule/app/main/l/${index}`,
      Priority: `${index}`,
      Conditions: [{ Field: "path-pattern", PathPatternConfig: { Values: [path, `${path}/*`] } }],
      Actions: [{ Type: "forward", TargetGroupArn: group("web") }],
    }));
    const given = {
      service: chooseService({ serviceName: "web", cluster: "main", desiredCount: 2, loadBalancers }, "s.json").service,
      rules: unwrap(rules, "r.json", RULES),
    };
    const { decisions, part } = importService(given, { "port:9090": "main" });
    expect({ asked: decisions.map(({ about, id }) => [id, about.length]), behind: part.behind }).toEqual({
      asked: [
        ["port:9090", 1],
        ["target-group:web:port", 6],
      ],
      behind: { container: "web", port: 9090 },
    });
    const answered = importService(given, { "port:9090": "main", "target-group:web:port": "accepted" });
    expect(answered.part.values.routes).toEqual([{ path: "/a" }, { path: "/b" }]);
  });

  test("the second target group is the main one", () => {
    const { part } = importService({ service: service(S03) }, { "port:3001": "main" });
    expect(part.behind).toEqual({ container: "orders-api", port: 3001 });
  });

  test("what is off gets as many pods as somebody says", () => {
    expect(importService({ service: service(S06, "switched-off") }, { off: "3" }).part.values).toEqual({ replicas: 3 });
  });

  test.each([
    ["crawler", { "probe:port": "/up" }, { path: "/up", ...CHECKED }],
    ["crawler", { "probe:port": "accepted" }, { path: "/ping", ...CHECKED }],
    ["web-auth", { "probe:matcher": "/healthz" }, { path: "/healthz", ...CHECKED }],
    ["grpc", { "probe:protocol": "/healthz" }, { path: "/healthz", ...CHECKED }],
    ["slow", { "probe:timeout": "20" }, { path: "/", periodSeconds: 300, timeoutSeconds: 20, failureThreshold: 10 }],
  ])("the check of %s by %j", (name, answers, readiness) => {
    expect(importService({ targetGroups: group(name) }, answers).part.readiness).toEqual(readiness);
  });

  test("a rule is routed once each of its questions has an answer", () => {
    const rules = () => ({ rules: unwrap(corpus(T04), T04, RULES) });
    const half = importService(rules(), { "rule:/-/edit:bf199829:/admin-": "/admin" });
    expect(half.part.values.routes).toEqual([{ path: "/v1" }]);
    const all = importService(rules(), {
      ...{
        "rule:/-/edit:bf199829:login": "accepted",
        "rule:/-/edit:bf199829:/admin-": "/admin",
        "rule:/-/edit:bf199829:/-/edit": "accepted",
      },
      ...{ "rule:/api/-:f4eb2dea:weights": "accepted", "rule:/api/-:f4eb2dea:rewrite": "accepted" },
    });
    expect(all.part.values.routes).toEqual([{ path: "/v1" }, { path: "/admin" }, { path: "/api" }]);
  });

  test("scaling that is off, from three pods, and at least four at all times", () => {
    const off = importService(
      { scalableTargets: target("crawler") },
      { "autoscaling:min": "3", "autoscaling:suspended": "off" },
    );
    expect(off.part.values.autoscaling).toEqual({ enabled: false, minReplicas: 3, maxReplicas: 4 });
    const busy = importService(
      { scalableTargets: target("orders"), scheduledActions: unwrap(corpus(A03), A03, SCHEDULED_ACTIONS) },
      { "scheduled-action:office-hours": "minimum" },
    );
    expect(busy.part.values.autoscaling).toEqual({ enabled: true, minReplicas: 4, maxReplicas: 12 });
  });

  test("a number that no option takes is a fault, and leaves the question open", () => {
    const { faults, part } = importService({ service: service(S06, "switched-off") }, { off: "many" });
    expect({ faults, values: part.values }).toEqual({
      faults: ["off: its answer must be a number of pods, 1 to 50"],
      values: {},
    });
  });
});
