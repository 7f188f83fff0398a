import { expect, test } from "vitest";
import { At } from "../../../../tools/import/at";
import type { EcsInputs } from "../../../../tools/import/ecs/inputs";
import { TABLES } from "../../../../tools/import/fields/all";
import { Ledger } from "../../../../tools/import/ledger";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { servicePart } from "../../../../tools/import/service/service-part";
import { schedulesIn } from "../../../../tools/import/service/unwrap-schedules";
import { SCALABLE_TARGETS, unwrap } from "../../../../tools/import/service/unwrap-service";
import { convertEcs } from "../../../../tools/import/task/convert";
import { staging } from "../../../support/fixtures/environments/staging";
import { NOTHING } from "../../../support/import-service";

const taskDefinition = At.root(
  { name: "taskDefinition", shape: "ecs.TaskDefinition" },
  {
    family: "worker",
    containerDefinitions: [{ name: "worker", image: "x", cpu: 512, memory: 1024, command: ["node", "work.js"] }],
  },
);
const service = chooseService({ serviceName: "worker", cluster: "main", desiredCount: 3 }, "s.json").service;
const target = {
  ScalableDimension: "ecs:service:DesiredCount",
  ResourceId: "service/main/worker",
  MinCapacity: 2,
  MaxCapacity: 8,
};
const scalableTargets = unwrap(target, "a.json", SCALABLE_TARGETS);

function converted(more: Partial<EcsInputs>, answers: Readonly<Record<string, string>> = {}) {
  const inputs = { ...NOTHING, taskDefinition, service, ...more };
  const ledger = new Ledger(TABLES, new Map(Object.entries({ kind: "consumer", ...answers })));
  const context = { environment: staging, application: "backend", ledger };
  const draft = convertEcs(inputs, context, servicePart(inputs, context));
  return { draft, ids: ledger.decisions().map(({ id }) => id) };
}

test("a service that only works has the number of its consumer", () => {
  const { values } = converted({}).draft;
  expect([values.consumers?.["worker"]?.replicas, values.replicas, values.routes]).toEqual([3, undefined, undefined]);
});

test("a consumer does not scale: somebody says how many it has", () => {
  const open = converted({ scalableTargets });
  expect([open.ids.includes("autoscaling:consumer"), open.draft.values.autoscaling]).toEqual([true, undefined]);
  expect(open.draft.values.consumers?.["worker"]?.replicas).toBe(3);
  const { values } = converted({ scalableTargets }, { "autoscaling:consumer": "6" }).draft;
  expect(values.consumers?.["worker"]?.replicas).toBe(6);
});

test("a cron job has the size of the container, but for what its schedule overrides", () => {
  const schedule = (Name: string, Input?: string) => ({
    Name,
    ScheduleExpression: "cron(0 3 * * ? *)",
    Targets: [{ Id: "1", Arn: "a", EcsParameters: { TaskCount: 1 }, ...(Input && { Input }) }],
  });
  const larger = '{"containerOverrides":[{"name":"worker","memory":2048}]}';
  const schedules = schedulesIn([{ file: "e.json", content: [schedule("same"), schedule("larger", larger)] }]);
  const { cronJobs } = converted({ schedules }).draft.values;
  expect([cronJobs?.["same"]?.resources, cronJobs?.["larger"]?.resources]).toEqual([
    { requests: { cpu: "500m", memory: "1024Mi" }, limits: { memory: "1024Mi" } },
    { requests: { cpu: "500m", memory: "2048Mi" }, limits: { memory: "2048Mi" } },
  ]);
});

test("what the role may call counts among the endpoints", () => {
  const rolePolicies = [
    At.root(
      { name: "role:web", shape: "iam.RolePolicies" },
      {
        InlinePolicies: [
          {
            PolicyName: "jobs",
            PolicyDocument: {
              Statement: [
                { Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:111122223333:jobs" },
              ],
            },
          },
        ],
      },
    ),
  ];
  expect(converted({ rolePolicies }).draft.aws.endpoints).toEqual(["sqs.us-east-1.amazonaws.com"]);
});
