import type { Answer, EcsAnswers } from "../../../tools/import/ecs/answers";
import { importEcs } from "../../../tools/import/ecs/import-ecs";
import type { Report } from "../../../tools/import/report";
import { corpus as contentOf, corpusText as textOf } from "../import-service";
import type { Answers } from "./answers";
import { applicationOf, corpusText, environment } from "./ecs";

/** A task definition of the corpus, with all that may be around it. */
export interface ServiceCase {
  readonly name: string;
  readonly from: string;
  readonly application: "shop" | "jobs";
  readonly convert: (answers: Answers) => Report;
}

const NOTHING: Omit<EcsAnswers, "taskDefinition"> = {
  ...{ targetGroup: [], loadBalancer: [], rules: [], scaling: [], schedules: [], rolePolicies: [], alarms: [] },
  ...{ logGroups: [], zoneRecords: [], cloudMapNames: new Map(), envFiles: new Map(), known: new Map() },
};

const given = (file: string): Answer => ({ file, content: contentOf(file) });

/** The same as another service's, or as JSON where it is none. */
const adapted = (file: string, change: (text: string) => string): Answer => ({
  file,
  content: JSON.parse(change(textOf(file))),
});

/** @param wanted the service's name, where the answer has several */
const serviceCase = (name: string, task: string, around: Partial<EcsAnswers>, wanted?: string): ServiceCase => ({
  name,
  from: `${task} as the service ${name}`,
  application: applicationOf(task),
  convert: (answers) =>
    importEcs(
      { ...NOTHING, ...around, taskDefinition: { file: task, content: JSON.parse(corpusText(task)) } },
      { environment, application: applicationOf(task), answers: new Map(Object.entries(answers)), service: wanted },
    ),
});

const S01 = "s01-describe-services-two-plus-failure.json";
const GROUPS = ["t01-describe-target-groups.json", "t02-describe-target-group-attributes.json"].map(given);
const BALANCER = [given("t03-describe-load-balancer-attributes.json")];
const RULES = [given("t04-describe-rules.json")];
const SCALING = ["a01-scalable-targets.json", "a02-scaling-policies.json", "a03-scheduled-actions.json"].map(given);

/** Services as they may be found. */
export const SERVICES: readonly ServiceCase[] = [
  serviceCase(
    "orders",
    "02-fargate-envfile-pem-secret.json",
    {
      service: given(S01),
      targetGroup: GROUPS,
      loadBalancer: BALANCER,
      rules: RULES,
      scaling: SCALING,
      rolePolicies: [given("p01-task-role-policies.json")],
      envFiles: new Map([["production.env", "LOG_LEVEL=info\nPAGE_SIZE=50\n"]]),
    },
    "orders",
  ),
  // Two target groups, and a login at the load balancer.
  serviceCase("orders-admin", "02-fargate-envfile-pem-secret.json", {
    service: given("s03-service-connect-only-under-deployments.json"),
    targetGroup: GROUPS,
    loadBalancer: BALANCER,
    rules: RULES,
  }),
  // With work by schedule, and a migration.
  serviceCase(
    "mono",
    "40-same-image-server-worker-cron.json",
    {
      service: adapted(S01, (text) =>
        text.replaceAll("orders-api", "web").replaceAll(/"containerPort": \d+/g, '"containerPort": 8080'),
      ),
      targetGroup: GROUPS,
      rules: RULES,
      scaling: SCALING,
      schedules: [adapted("e02-scheduler-trailing-comma.json", (text) => text.replace(/,(\s*[\]}])/g, "$1"))],
    },
    "orders",
  ),
  // Scales from nothing, and was checked on another port.
  serviceCase(
    "crawler",
    "03-fargate-path-secrets-same-suffix.json",
    { service: given(S01), targetGroup: GROUPS, scaling: SCALING },
    "crawler",
  ),
  serviceCase(
    "singleton",
    "07-worker-shell-command-ps-health.json",
    { service: given("s06-singleton-and-daemon.json") },
    "scheduler-singleton",
  ),
];
