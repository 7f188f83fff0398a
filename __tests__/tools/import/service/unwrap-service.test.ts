import { describe, expect, test } from "vitest";
import type { At } from "../../../../tools/import/at";
import { rolePoliciesIn } from "../../../../tools/import/service/unwrap-role";
import { schedulesIn } from "../../../../tools/import/service/unwrap-schedules";
import {
  ALARMS,
  attributesIn,
  LOG_GROUPS,
  RULES,
  SCALABLE_TARGETS,
  TARGET_GROUPS,
  unwrap,
} from "../../../../tools/import/service/unwrap-service";

const sources = (all: readonly At[]) => all.map(({ source }) => `${source.shape} ${source.name}`);
const group = { TargetGroupArn: "a", TargetGroupName: "web", HealthCheckProtocol: "HTTP" };

describe("what is listed", () => {
  test.each([
    ["an answer", { TargetGroups: [group] }],
    ["its list alone", [group]],
    ["one alone", group],
  ])("%s is taken apart", (_, content) => {
    expect(unwrap(content, "t.json", TARGET_GROUPS).map(({ value }) => value)).toEqual([group]);
  });

  test("each has a name of its own, by what people call it", () => {
    const rules = {
      Rules: [
        { RuleArn: "a", Priority: "1" },
        { RuleArn: "b", Priority: "1" },
        { Actions: [], Priority: 2 },
      ],
    };
    expect([
      ...sources(unwrap(rules, "r.json", RULES)),
      ...sources(unwrap([group, { Name: "new one", Protocol: "HTTP" }], "t.json", TARGET_GROUPS)),
      ...sources(unwrap([{ ScalableDimension: "d", ResourceId: "service/main/web" }], "s.json", SCALABLE_TARGETS)),
      ...sources(unwrap({ MetricAlarms: [{ AlarmName: "5xx > 1 %" }] }, "a.json", ALARMS)),
      ...sources(unwrap({ logGroups: [{ logGroupName: "/ecs/web" }] }, "l.json", LOG_GROUPS)),
    ]).toEqual([
      "elbv2.Rule rule:1",
      "elbv2.Rule rule:1-2",
      "elbv2.CreateRuleInput rule:2",
      "elbv2.TargetGroup targetGroup:web",
      "elbv2.CreateTargetGroupInput targetGroup:new-one",
      "aas.ScalableTarget scalableTarget:web",
      "cloudwatch.MetricAlarm alarm:5xx-1-",
      "logs.LogGroup logGroup:/ecs/web",
    ]);
  });

  test.each<[what: string, content: unknown, sentence: string]>([
    [
      "another kind",
      { Rules: [] },
      "t.json: is no target group: it has no TargetGroupArn and no HealthCheckProtocol and no Protocol; nothing was written",
    ],
    ["text", "web", "t.json: is no target group:"],
    ["a page of several", { TargetGroups: [group], NextMarker: "x" }, "t.json: is one page of several (NextMarker)"],
  ])("%s is refused with the command that prints it", (_, content, sentence) => {
    const unwrapped = () => unwrap(content, "t.json", TARGET_GROUPS);
    expect(unwrapped).toThrow(sentence);
    expect(unwrapped).toThrow("\n  next: aws elbv2 describe-target-groups --load-balancer-arn ARN --output json");
  });
});

describe("attributes", () => {
  test("are one object by their keys", () => {
    const content = { Attributes: [{ Key: "stickiness.enabled", Value: "true" }] };
    expect(attributesIn(content, "t.json", "targetGroup").value).toEqual({ "stickiness.enabled": "true" });
  });

  test("are refused when they are none", () => {
    expect(() => attributesIn({ Attributes: [{ Name: "x" }] }, "t.json", "loadBalancer")).toThrow(
      "t.json: is no list of attributes, each with Key and Value; nothing was written\n  next: aws elbv2 describe-load-balancer-attributes --load-balancer-arn ARN --output json",
    );
  });
});

describe("schedules", () => {
  const rule = { Name: "nightly", ScheduleExpression: "rate(1 hour)" };
  const targets = [{ Id: "1" }];

  test.each([
    ["of two files", [rule, { Targets: targets }]],
    ["of two files, the other way round", [{ Targets: targets }, { Rules: [rule] }]],
    ["of one", [{ ...rule, Targets: targets }]],
    ["of one, the rule inside", [{ Rule: rule, Targets: targets }]],
  ])("a rule of EventBridge with its targets, %s", (_, contents) => {
    const all = schedulesIn(contents.map((content) => ({ file: "e.json", content })));
    expect([sources(all), all.map(({ value }) => value)]).toEqual([
      ["events.Rule schedule:nightly"],
      [{ ...rule, Targets: targets }],
    ]);
  });

  test("the Scheduler's own and those of its create call are told apart", () => {
    const own = { ...rule, Target: { Arn: "a" } };
    expect(sources(schedulesIn([{ file: "e.json", content: [{ ...own, Arn: "a" }, own] }]))).toEqual([
      "scheduler.Schedule schedule:nightly",
      "scheduler.CreateScheduleInput schedule:nightly-2",
    ]);
  });

  test.each<[what: string, contents: readonly unknown[], sentence: string]>([
    ["targets of nobody", [{ Targets: targets }], "e.json: does not say whose targets they are"],
    ["targets of one of two", [rule, { ...rule }, { Targets: targets }], "e.json: does not say whose targets they are"],
    ["a list without details", [{ Schedules: [{ Name: "a" }] }], "e.json: says of a neither when it runs nor what"],
    ["no name", [{}], "e.json: is no schedule and no rule: it has no Name"],
  ])("%s are refused", (_, contents, sentence) => {
    expect(() => schedulesIn(contents.map((content) => ({ file: "e.json", content })))).toThrow(sentence);
  });
});

describe("roles", () => {
  const Statement = [
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:111122223333:jobs" },
  ];
  const document = { Version: "2012-10-17", Statement };
  const inline = (PolicyName: string) => ({ InlinePolicies: [{ PolicyName, PolicyDocument: document }] });

  test.each<[what: string, content: unknown, role: object]>([
    ["get-role", { Role: { RoleName: "web" } }, { RoleName: "web" }],
    [
      "get-role-policy",
      { RoleName: "web", PolicyName: "jobs", PolicyDocument: document },
      { RoleName: "web", ...inline("jobs") },
    ],
    [
      "the API, whose document is the text of a URL",
      { RoleName: "web", PolicyName: "jobs", PolicyDocument: encodeURIComponent(JSON.stringify(document)) },
      { RoleName: "web", ...inline("jobs") },
    ],
    ["get-policy-version", { PolicyVersion: { Document: document } }, inline("SQS")],
    ["a bare document", document, inline("SQS")],
    ["a document of one statement", { ...document, Statement: Statement[0] }, inline("SQS")],
    [
      "list-attached-role-policies",
      { AttachedPolicies: [{ PolicyName: "A" }] },
      { AttachedPolicies: [{ PolicyName: "A" }] },
    ],
    [
      "get-account-authorization-details",
      {
        RoleDetailList: [
          {
            RoleName: "web",
            RolePolicyList: [{ PolicyName: "jobs", PolicyDocument: document }],
            AttachedManagedPolicies: [{ PolicyName: "A" }],
          },
        ],
      },
      { RoleName: "web", AttachedPolicies: [{ PolicyName: "A" }], ...inline("jobs") },
    ],
  ])("%s are read in one form", (_, content, role) => {
    expect(rolePoliciesIn(content, "SQS.json").map(({ value }) => value)).toEqual([role]);
  });

  test.each<[what: string, content: unknown, sentence: string]>([
    ["another kind", { Rules: [] }, "p.json: is no role and no policy of one; nothing was written"],
    ["a document that is no JSON", { PolicyDocument: "%7B" }, "p.json: has a policy document that is no JSON"],
  ])("%s is refused", (_, content, sentence) => {
    expect(() => rolePoliciesIn(content, "p.json")).toThrow(sentence);
  });
});
