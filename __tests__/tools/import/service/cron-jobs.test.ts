import { describe, expect, test } from "vitest";
import { workloadSchema } from "../../../../model/schema/workload";
import { At } from "../../../../tools/import/at";
import { readJson } from "../../../../tools/import/read-input";
import { partOf } from "../../../../tools/import/service/cron-jobs";
import { schedulesIn } from "../../../../tools/import/service/unwrap-schedules";
import { importService } from "../../../support/import-service";

const FAMILY = "arn:aws:ecs:us-east-1:111122223333:task-definition/orders";
const taskDefinition = At.root(
  { name: "taskDefinition", shape: "ecs.TaskDefinition" },
  { family: "orders", containerDefinitions: [{ name: "api", entryPoint: ["/init"], command: ["node", "server.js"] }] },
);
const input = (override: object) => JSON.stringify({ containerOverrides: [{ name: "api", ...override }] });
const task = (more: object = {}, ecs: object = {}) => ({
  Id: "1",
  Arn: "arn:aws:ecs:us-east-1:111122223333:cluster/main",
  RoleArn: "arn:aws:iam::111122223333:role/ecsEvents",
  EcsParameters: { TaskDefinitionArn: `${FAMILY}:12`, TaskCount: 1, LaunchType: "FARGATE", ...ecs },
  ...more,
});
const rule = (more: object = {}, target: object = task()) => ({
  Name: "Nightly_Report",
  Arn: "arn:aws:events:us-east-1:111122223333:rule/Nightly_Report",
  ScheduleExpression: "cron(0 3 ? * 2-6 *)",
  State: "ENABLED",
  Targets: [target],
  ...more,
});
const scheduler = (more: object = {}, target: object = task()) => {
  const { Id: _, ...rest } = target as { Id?: string };
  return {
    Name: "daily-sync",
    Arn: "arn:aws:scheduler:us-east-1:111122223333:schedule/default/daily-sync",
    ScheduleExpression: "cron(30 6 * * ? *)",
    ScheduleExpressionTimezone: "America/Guatemala",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: rest,
    ...more,
  };
};

const imported = (content: object, answers: Readonly<Record<string, string>> = {}) =>
  importService({ taskDefinition, schedules: schedulesIn([{ file: "e.json", content }]) }, answers);
const JOB = { command: ["/init"], args: ["node", "server.js"], deadlineSeconds: 3600 };
const NIGHTLY = { schedule: "0 3 * * 1-5", timeZone: "Etc/UTC" };

test("a comma too many is named by its place, and so is that the file is a template", () => {
  const file = "__tests__/support/import/services/e02-scheduler-trailing-comma.json";
  const read = () => readJson(file, { is: "a schedule", by: "aws scheduler get-schedule --name NAME" });
  expect(read).toThrow(
    "e02-scheduler-trailing-comma.json: is not JSON: property name expected at line 21, column 9, and a template, not a schedule; nothing was written\n  next: aws scheduler get-schedule --name NAME",
  );
});

test("a rule of EventBridge is a cron job by UTC, with the words that it overrides", () => {
  const { ids, part } = imported(rule({}, task({ Input: input({ command: ["node", "report.js", "$5"] }) })));
  expect({ ids, values: part.values }).toEqual({
    ids: [],
    values: { cronJobs: { "nightly-report": { ...JOB, ...NIGHTLY, args: ["node", "report.js", "$5"] } } },
  });
});

test("a schedule of the Scheduler is a cron job in its own time zone, with the task definition's words", () => {
  const { ids, part } = imported(scheduler());
  expect({ ids, values: part.values }).toEqual({
    ids: [],
    values: { cronJobs: { "daily-sync": { ...JOB, schedule: "30 6 * * *", timeZone: "America/Guatemala" } } },
  });
});

test("what a run overrides of CPU and memory counts 1024 units a CPU, and MiB", () => {
  const { part } = imported(rule({}, task({ Input: input({ cpu: 256, memory: 512, memoryReservation: 256 }) })));
  expect(part.values.cronJobs?.["nightly-report"]?.resources).toEqual({
    requests: { cpu: "250m", memory: "256Mi" },
    limits: { memory: "512Mi" },
  });
});

test("words that look like a secret stay when somebody says that they are none, and only then", () => {
  const words = ["job", "postgres://me:mine@localhost/test"];
  const job = (answer: string) =>
    imported(rule({}, task({ Input: input({ command: words }) })), { "cron:nightly-report:words": answer }).part.values
      .cronJobs?.["nightly-report"]?.args;
  expect([job("plain"), job("changed")]).toEqual([words, undefined]);
});

test("words of the task definition that look like a secret are kept out of a job as well", () => {
  const containerDefinitions = [{ name: "api", command: ["job", "https://me:s3cr3t@example.com"] }];
  const own = At.root(
    { name: "taskDefinition", shape: "ecs.TaskDefinition" },
    { family: "orders", containerDefinitions },
  );
  const got = importService({ taskDefinition: own, schedules: schedulesIn([{ file: "e.json", content: rule() }]) });
  expect([got.ids, got.part.values]).toEqual([["cron:nightly-report:words"], {}]);
});

test("what a run changes of the whole task: its size is the job's, all else is asked about, and its words stay", () => {
  const Input = JSON.stringify({
    containerOverrides: [{ name: "api", command: ["node", "job.js"] }],
    ...{ cpu: "2048", memory: "8192", taskRoleArn: "arn:aws:iam::111122223333:role/other" },
  });
  const { decisions, part } = imported(rule({}, task({ Input })));
  expect({ asks: decisions.map(({ asks }) => asks), jobs: part.values.cronJobs }).toEqual({
    asks: [
      "The schedule changes of the whole task of nightly-report: taskRoleArn. A cron job has what the application has. Does it need another?",
    ],
    jobs: {
      "nightly-report": {
        ...JOB,
        ...NIGHTLY,
        args: ["node", "job.js"],
        resources: { requests: { cpu: "2000m", memory: "8192Mi" }, limits: { memory: "8192Mi" } },
      },
    },
  });
});

test("a job for a container that the task lacks runs when somebody says so", () => {
  const Input = JSON.stringify({ containerOverrides: [{ name: "other", command: ["a"] }] });
  const { part } = imported(rule({}, task({ Input })), { "cron:nightly-report:container": "on" });
  expect(part.values.cronJobs).toEqual({ "nightly-report": { ...JOB, ...NIGHTLY, command: ["/init"], args: ["a"] } });
});

test("what comes out is what the model takes, once it has a size", () => {
  const resources = { requests: { cpu: "250m", memory: "256Mi" }, limits: { memory: "512Mi" } };
  const jobs = { ...imported(rule()).part.values.cronJobs, ...imported(scheduler()).part.values.cronJobs };
  const sized = Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, { ...job, resources }]));
  expect(workloadSchema.shape.cronJobs.safeParse(sized).error).toBeUndefined();
  expect(Object.keys(sized)).toEqual(["nightly-report", "daily-sync"]);
});

test("two targets of a rule are two jobs", () => {
  const both = { ...rule(), Targets: [task(), task({ Id: "2" })] };
  expect(Object.keys(imported(both).part.values.cronJobs ?? {})).toEqual(["nightly-report", "nightly-report-2"]);
});

test("a rate of a day is asked about, and runs when the answer says", () => {
  const daily = scheduler({ ScheduleExpression: "rate(24 hours)" });
  expect([imported(daily).ids, imported(daily).part.values]).toEqual([["cron:daily-sync:schedule"], {}]);
  const { part } = imported(daily, { "cron:daily-sync:schedule": "0 4 * * *" });
  expect(part.values.cronJobs?.["daily-sync"]?.schedule).toBe("0 4 * * *");
  expect(imported(daily, { "cron:daily-sync:schedule": "skip" }).part.values).toEqual({});
});

describe("is asked about", () => {
  test.each<[what: string, content: object, ids: readonly string[], jobs: readonly string[]]>([
    [
      "a task that runs once",
      scheduler({ ScheduleExpression: "at(2025-12-24T00:00:00)" }),
      ["cron:daily-sync:schedule"],
      [],
    ],
    ["a schedule that is off", rule({ State: "DISABLED" }), ["cron:nightly-report:off"], []],
    ["a schedule that ends", scheduler({ EndDate: "2027-01-01T00:00:00Z" }), ["cron:daily-sync:end"], ["daily-sync"]],
    [
      "a time zone that Kubernetes does not know",
      scheduler({ ScheduleExpressionTimezone: "CST" }),
      ["cron:daily-sync:time-zone"],
      [],
    ],
    [
      "an event instead of a clock",
      rule({ ScheduleExpression: null, EventPattern: '{"source":["aws.s3"]}' }),
      ["cron:nightly-report:event"],
      [],
    ],
    [
      "a target that is no task",
      rule({}, { Id: "1", Arn: "arn:aws:lambda:us-east-1:111122223333:function:x" }),
      ["cron:nightly-report:target"],
      [],
    ],
    ["several tasks at once", rule({}, task({}, { TaskCount: 3 })), ["cron:nightly-report:count"], ["nightly-report"]],
    [
      "variables of one run",
      rule({}, task({ Input: input({ command: ["a"], environment: [{ name: "TOKEN", value: "s3cr3t" }] }) })),
      ["cron:nightly-report:environment"],
      ["nightly-report"],
    ],
    [
      "an input that is no JSON",
      rule({}, task({ Input: "{s3cr3t" })),
      ["cron:nightly-report:input"],
      ["nightly-report"],
    ],
    [
      "a role that one run has",
      rule({}, task({ Input: '{"taskRoleArn":"arn:aws:iam::111122223333:role/s3cr3t"}' })),
      ["cron:nightly-report:input"],
      ["nightly-report"],
    ],
    [
      "a container that the task lacks, which ECS would not start",
      rule({}, task({ Input: JSON.stringify({ containerOverrides: [{ name: "other", command: ["a"] }] }) })),
      ["cron:nightly-report:container"],
      [],
    ],
    [
      "a word that looks like a secret",
      rule({}, task({ Input: input({ command: ["job", "https://me:s3cr3t@example.com"] }) })),
      ["cron:nightly-report:words"],
      [],
    ],
    [
      "another task definition",
      rule({}, task({ Input: input({ command: ["a"] }) }, { TaskDefinitionArn: FAMILY.replace("orders", "reports") })),
      ["cron:nightly-report:task-definition"],
      ["nightly-report"],
    ],
    [
      "another task definition without words",
      rule({}, task({}, { TaskDefinitionArn: FAMILY.replace("orders", "reports") })),
      ["cron:nightly-report:task-definition", "cron:nightly-report:args"],
      [],
    ],
    [
      "a queue of what could not start",
      rule({}, task({ DeadLetterConfig: { Arn: "arn:aws:sqs:x" } })),
      ["cron:nightly-report:dead-letter"],
      ["nightly-report"],
    ],
  ])("%s", (_, content, ids, jobs) => {
    const got = imported(content);
    expect([got.ids, Object.keys(got.part.values.cronJobs ?? {})]).toEqual([ids, jobs]);
    expect(got.rows.filter(({ isAbsent }) => !isAbsent)).toHaveLength(got.leaves.length);
    // What is handed to one run may hold a secret.
    expect(JSON.stringify(got)).not.toContain("s3cr3t");
  });
});

test("the words of an answer are JSON, and no shell splits them", () => {
  const other = rule({}, task({}, { TaskDefinitionArn: FAMILY.replace("orders", "reports") }));
  const { part } = imported(other, { "cron:nightly-report:args": '["node", "report all.js"]' });
  expect(part.values.cronJobs?.["nightly-report"]?.args).toEqual(["node", "report all.js"]);
});

test.each([
  ["Nightly_Report", "nightly-report"],
  ["7-days", "job-7-days"],
  ["a-name-that-is-longer-than-a-job-may-be", "a-name-that-is-longer-than-a-j"],
  ["ends-with-a-hyphen-at-the-cut--x", "ends-with-a-hyphen-at-the-cut"],
  ["täglich", "t-glich"],
])("%s is called %s", (name, part) => {
  expect(partOf(name)).toBe(part);
});
