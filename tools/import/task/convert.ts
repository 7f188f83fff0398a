import { endpointsAmong } from "../callees";
import type { Draft } from "../draft";
import type { Context, EcsInputs, ServicePart } from "../ecs/inputs";
import { valuesOfWork, withJobResources } from "./around-work";
import { castOf } from "./cast";
import { there } from "./container";
import { envOf } from "./env";
import { fileVariables } from "./env-files";
import { imageOf } from "./image";
import { settleInjection } from "./injection";
import { kindOf } from "./kind";
import { settleLogs, settleLost } from "./logs";
import { isStateful } from "./lost";
import { mergeValues } from "./merge-values";
import { settlePlatform } from "./platform";
import { portOf } from "./port";
import { secretVariablesOf } from "./secret-variables";
import { secretsOf } from "./secrets";
import { settleSecurity } from "./security";
import { fittingService } from "./service-fit";
import type { Task, Values } from "./task";
import { templateIn } from "./template";
import { everyone, valuesOf } from "./values";
import { variablesOf } from "./variables";
import { nameOf } from "./work";

/**
 * What a task definition means as values of the chart. The ledger, which has read all inputs, has a fate for every value of
 * it afterwards.
 * @param part what the service around it means, if it was given
 */
export function convertEcs(inputs: EcsInputs, context: Context, part?: ServicePart): Draft {
  const { ledger } = context;
  const service = fittingService(inputs, part, ledger);
  const template = templateIn([inputs.taskDefinition, ...inputs.tags], ledger);
  const cast = castOf(inputs.taskDefinition, ledger, service);
  const found: Task = { inputs, context, ledger, template, cast, service };
  const kind = kindOf(found);
  const task: Task = { ...found, cast: { ...cast, isServer: kind.isServer } };
  if (cast.injection) settleInjection(cast.injection, cast.main, inputs.taskDefinition, ledger);

  const variables = variablesOf(task);
  const port = portOf(task, variables);
  const all = [
    ...variables,
    ...fileVariables(
      task,
      variables.map(({ name }) => name),
    ),
  ].filter(({ name }) => name !== "PORT");
  const secretVariables = secretVariablesOf(task, everyone(task));
  const env = envOf(
    task,
    all,
    secretVariables.map((one) => one.env),
  );
  const secrets = secretsOf(task, secretVariables, [...Object.keys(env.env), ...env.secrets]);
  const ecr = imageOf(task);
  const values = valuesOf(task, { env, kindWords: kind.words, port, secrets });

  settlePlatform(task);
  for (const container of everyone(task)) {
    settleSecurity(task, container);
    settleLogs(task, container);
    ledger.dropped(there(container.at.at("startTimeout")), "only containers that waited for it went by that");
  }
  settleLost(task);
  ledger.note(METADATA);
  settleState(task);
  const callees = [...env.callees, ...(service?.callees ?? [])];
  return {
    values: service === undefined ? values : withJobResources(mergeValues(values, valuesAround(task, service))),
    aws: {
      secrets: [...secrets.sources],
      permissions: [...(service?.permissions ?? [])],
      endpoints: endpointsAmong(callees),
      ...(ecr !== undefined && { ecr }),
    },
    callees,
    callers: [...(service?.callers ?? [])],
  };
}

const valuesAround = (task: Task, { values }: ServicePart): Values =>
  task.cast.isServer ? values : valuesOfWork(values, nameOf(task, task.cast.main), task.inputs, task.ledger);

/** A program that keeps data: here each of its pods starts without any. */
function settleState({ cast, ledger }: Task): void {
  if (!isStateful(cast.main)) return;
  ledger.ask(cast.main.at.at("image"), {
    id: "state",
    risk: "data",
    asks: `${cast.main.image} keeps data, and the chart has empty folders only. Is there a service of Azure that takes its place?`,
    options: [{ answer: "accepted", means: "what it keeps may be lost at each start" }],
    without: "it starts without data, each pod by itself",
  });
}

/** Nobody can see in a task definition who reads what ECS adds by itself. */
const METADATA =
  "ECS adds variables by itself, and AKS does not: ECS_CONTAINER_METADATA_URI_V4, AWS_EXECUTION_ENV and, on Fargate, AWS_REGION and AWS_DEFAULT_REGION. Search the code for them and for 169.254.170; AWS_REGION is there for an application with aws.permissions.";
