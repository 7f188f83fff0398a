import { expect, test } from "vitest";
import { chooseService } from "../../../../tools/import/service/choose-service";
import { importService } from "../../../support/import-service";

const imported = (more: object, answers: Readonly<Record<string, string>> = {}) =>
  importService(
    {
      service: chooseService(
        { serviceName: "web", serviceArn: "a/web", clusterArn: "a/main", desiredCount: 2, ...more },
        "s.json",
      ).service,
    },
    answers,
  );
const balancer = (more: object) => ({
  targetGroupArn: "arn:x:targetgroup/web/1",
  containerName: "web",
  containerPort: 3000,
  ...more,
});
const percents = (maximumPercent: number, minimumHealthyPercent: number) => ({
  deploymentConfiguration: { maximumPercent, minimumHealthyPercent },
});

test.each<[what: string, more: object, ids: readonly string[]]>([
  ["one task, up to 150 % rounded down", { desiredCount: 1, ...percents(150, 0) }, ["singleton"]],
  ["two tasks, never more", percents(100, 50), ["singleton"]],
  ["two tasks, three at once", percents(150, 100), []],
  [
    "a roll-out of ECS's own",
    { deploymentController: { type: "ECS" }, deploymentConfiguration: { strategy: "ROLLING" } },
    [],
  ],
  [
    "a roll-out side by side",
    { deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: 5 } },
    ["deployment:strategy"],
  ],
  [
    "a program that rolls out",
    { deploymentController: { type: "EXTERNAL" }, taskSets: [{ id: "x" }] },
    ["deployment:controller"],
  ],
  [
    "functions beside a roll-out",
    { deploymentConfiguration: { lifecycleHooks: [{ hookTargetArn: "a" }] } },
    ["deployment:hooks"],
  ],
  [
    "alarms that take back a roll-out",
    { deploymentConfiguration: { alarms: { alarmNames: ["a"], enable: true, rollback: true } } },
    ["deployment:alarms"],
  ],
  [
    "alarms that are off",
    { deploymentConfiguration: { alarms: { alarmNames: ["a"], enable: false, rollback: true } } },
    [],
  ],
  ["machines of a kind", { placementConstraints: [{ type: "memberOf", expression: "attribute:x" }] }, ["placement"]],
  ["one task a machine", { placementConstraints: [{ type: "distinctInstance" }] }, []],
  ["more than the chart takes", { desiredCount: 80 }, ["replicas"]],
  [
    "a disk for each task",
    {
      deployments: [
        { status: "PRIMARY", volumeConfigurations: [{ name: "data", managedEBSVolume: { sizeInGiB: 5 } }] },
      ],
    },
    ["volume:data"],
  ],
  [
    "VPC Lattice",
    { deployments: [{ status: "PRIMARY", vpcLatticeConfigurations: [{ portName: "http" }] }] },
    ["lattice"],
  ],
  [
    "a second load balancer to one port",
    { loadBalancers: [balancer({}), balancer({ targetGroupArn: "arn:x:targetgroup/inside/2" })] },
    ["load-balancer:inside"],
  ],
  [
    "a Classic Load Balancer",
    { loadBalancers: [balancer({ targetGroupArn: null, loadBalancerName: "old" })] },
    ["load-balancer:classic"],
  ],
  [
    "encryption by Service Connect",
    {
      deployments: [
        {
          status: "PRIMARY",
          serviceConnectConfiguration: {
            enabled: true,
            services: [{ portName: "http", discoveryName: "web", tls: { kmsKey: "k" } }],
          },
        },
      ],
    },
    ["caller:web", "service-connect:tls"],
  ],
  [
    "Service Connect that is off",
    {
      deployments: [
        { status: "PRIMARY", serviceConnectConfiguration: { enabled: false, services: [{ portName: "http" }] } },
      ],
    },
    [],
  ],
  [
    "what an older deployment said",
    { deployments: [{ status: "ACTIVE", volumeConfigurations: [{ name: "data" }] }, { status: "PRIMARY" }] },
    [],
  ],
])("%s", (_, more, ids) => {
  const got = imported(more);
  expect([got.ids, got.rows.filter(({ isAbsent }) => !isAbsent).length]).toEqual([ids, got.leaves.length]);
});

test("a service that names nobody's number gets the chart's", () => {
  const { part, rows } = imported({ desiredCount: null });
  expect([part.values.replicas, rows.find(({ path }) => path === "desiredCount")?.fate]).toEqual([
    undefined,
    { kind: "defaulted", to: "replicas: 2", why: "the chart's default; ECS would run one or none" },
  ]);
});

test("Service Connect as a client alone is worth a sentence, since its names exist on AWS only", () => {
  const { ids, notes } = imported({
    deployments: [{ status: "PRIMARY", serviceConnectConfiguration: { enabled: true, namespace: "suite" } }],
  });
  expect([ids, notes]).toEqual([
    [],
    ["It calls others by names of Service Connect, which exist on AWS alone: see its variables for them."],
  ]);
});

test("the time that ECS gives a start is the startup probe's", () => {
  expect(imported({ healthCheckGracePeriodSeconds: 90 }).part.startupSeconds).toBe(90);
});
