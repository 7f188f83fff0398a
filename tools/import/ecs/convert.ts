import { endpointsAmong } from "../callees";
import type { Draft } from "../draft";
import { valuesOfWork, withJobResources } from "./around-work";
import { castOf } from "./cast";
import type { Container } from "./container";
import { there } from "./container";
import { type Env, envOf, VARIABLE } from "./env";
import { fileVariables } from "./env-files";
import { imageOf } from "./image";
import { settleInjection } from "./injection";
import type { Context, EcsInputs, ServicePart } from "./inputs";
import { kindOf } from "./kind";
import { settleLogs, settleLost } from "./logs";
import { isStateful } from "./lost";
import { mergeValues } from "./merge-values";
import { settlePlatform } from "./platform";
import { type Port, portOf } from "./port";
import { serverProbes } from "./probes";
import { resourcesOf } from "./resources";
import { vaultName } from "./secret-source";
import { type Secrets, secretsOf, secretVariablesOf } from "./secrets";
import { settleSecurity } from "./security";
import { shutdownOf } from "./shutdown";
import { sidecarOf } from "./sidecars";
import type { Task, Values } from "./task";
import { templateIn } from "./template";
import { sharing, variablesOf } from "./variables";
import { volumesOf } from "./volumes";
import { beginningOf } from "./words";
import { consumerOf, migrationOf, nameOf } from "./work";

/**
 * What a task definition means as values of the chart. The ledger, which has read all inputs, has a fate for every value of
 * it afterwards.
 * @param service what the service around it means, if it was given
 */
export function convertEcs(inputs: EcsInputs, context: Context, service?: ServicePart): Draft {
  const { ledger } = context;
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
  const env = envOf(task, all);
  const secrets = secretsOf(task, secretVariablesOf(task, everyone(task)), Object.keys(env.env));
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

/** Everybody who goes on, here or in pods of their own. */
const everyone = (task: Task): Container[] => [
  ...sharing(task),
  ...task.cast.sidecars.map(({ container }) => container),
];

interface Parts {
  readonly env: Env;
  readonly secrets: Secrets;
  readonly port: Port;
  readonly kindWords: readonly string[] | undefined;
}

function valuesOf(task: Task, { env, kindWords, port, secrets }: Parts): Values {
  const { cast } = task;
  const listed = [...secrets.secrets, ...fromPlainView(env, secrets)];
  const consumers = [...(cast.isServer ? [] : [cast.main]), ...cast.consumers];
  const sidecars = cast.isServer ? cast.sidecars : [];
  const work = consumers.map((one) => [nameOf(task, one), workOf(task, one, kindWords)] as const);
  const volumes = volumesOf(task, sharing(task));
  const variables = { ...env.env, ...secrets.env };
  return {
    ...(cast.isServer ? serverOf(task, port) : workerOf(task, work[0]?.[1])),
    ...(Object.keys(variables).length > 0 && { env: variables }),
    ...(listed.length > 0 && { secrets: ofTheApplication(task, listed) }),
    shutdown: shutdownOf(task, everyone(task)),
    ...(volumes.length > 0 && { volumes }),
    ...(work.length > 0 && { consumers: Object.fromEntries(work) }),
    ...(sidecars.length > 0 && {
      sidecars: Object.fromEntries(sidecars.map((one) => [nameOf(task, one.container), sidecarOf(task, one, listed)])),
    }),
    ...(cast.migration && { migration: migrationOf(task, cast.migration) }),
  };
}

type Listed = readonly { readonly name: string; readonly env?: string }[];

/** A secret that only a sidecar reads is no variable of the application. */
function ofTheApplication(task: Task, listed: Listed): Listed {
  const beside = task.cast.sidecars.map(({ container }) => container);
  const own = secretVariablesOf(task, sharing(task)).map(({ env }) => env);
  const theirs = secretVariablesOf(task, beside).map(({ env }) => env);
  return listed.map(({ env, name }) =>
    env === undefined || own.includes(env) || !theirs.includes(env)
      ? { name, ...(env !== undefined && { env }) }
      : { name },
  );
}

/** Variables that become secrets, by names that no other secret has; where no shell takes the name, it is a file alone. */
function fromPlainView(env: Env, { secrets }: Secrets) {
  const taken = secrets.map(({ name }) => name);
  return env.secrets.map((name) => {
    const own = vaultName(name);
    return { name: taken.includes(own) ? `${own}-variable` : own, ...(VARIABLE.test(name) && { env: name }) };
  });
}

function serverOf(task: Task, port: Port): Values {
  const { cast, ledger } = task;
  ledger.mapped(there(cast.main.at.at("name"), cast.main.at.at("essential")), "the application's container");
  const resources = resourcesOf(task, cast.main, "resources");
  return {
    ...beginningOf(task, cast.main, ""),
    ...(port.port !== undefined && { port: port.port }),
    ...(resources && { resources }),
    probes: serverProbes(task, port),
  };
}

type Consumer = ReturnType<typeof consumerOf>;

/** An application that is work alone has resources of its own, too: those of its first consumer. */
const workerOf = ({ context }: Task, first: Consumer | undefined): Values => {
  const isWorker = context.environment.applications.find(({ name }) => name === context.application)?.kind === "worker";
  return isWorker && first?.resources ? { resources: first.resources } : {};
};

function workOf(task: Task, container: Container, kindWords: readonly string[] | undefined): Consumer {
  const consumer = consumerOf(task, container);
  return container === task.cast.main && kindWords !== undefined ? { ...consumer, command: [...kindWords] } : consumer;
}
