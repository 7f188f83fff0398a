import { type Container, there } from "./container";
import { type Env, VARIABLE } from "./env";
import type { Port } from "./port";
import { serverProbes } from "./probes";
import { resourcesOf } from "./resources";
import { vaultName } from "./secret-source";
import { secretVariablesOf } from "./secret-variables";
import type { Secrets } from "./secrets";
import { shutdownOf } from "./shutdown";
import { sidecarOf } from "./sidecars";
import type { Task, Values } from "./task";
import { sharing } from "./variables";
import { volumesOf } from "./volumes";
import { beginningOf } from "./words";
import { consumerOf, migrationOf, nameOf } from "./work";

/** Everybody who goes on, here or in pods of their own. */
export const everyone = (task: Task): Container[] => [
  ...sharing(task),
  ...task.cast.sidecars.map(({ container }) => container),
];

interface Parts {
  readonly env: Env;
  readonly secrets: Secrets;
  readonly port: Port;
  readonly kindWords: readonly string[] | undefined;
}

/** What goes to helm-values, of everybody who goes on. */
export function valuesOf(task: Task, { env, kindWords, port, secrets }: Parts): Values {
  const { cast } = task;
  const listed = [...secrets.secrets, ...fromPlainView(env, secrets)];
  const consumers = [...(cast.isServer ? [] : [cast.main]), ...cast.consumers];
  const sidecars = (cast.isServer ? cast.sidecars : []).map(
    (one) => [nameOf(task, one.container), sidecarOf(task, one, listed)] as const,
  );
  const work = consumers.map((one) => [nameOf(task, one), workOf(task, one, kindWords)] as const);
  const volumes = volumesOf(task, sharing(task));
  const variables = { ...env.env, ...secrets.env };
  const own = ofTheApplication(task, listed);
  // A sidecar names a secret of the application's vault, which is there as a file then.
  const theirs = sidecars.flatMap(([, sidecar]) => sidecar.secrets ?? []).flatMap(({ name }) => name ?? []);
  const more = theirs.filter((name) => !own.some((one) => one.name === name));
  const vault = [...own, ...[...new Set(more)].map((name) => ({ name }))];
  return {
    ...(cast.isServer ? serverOf(task, port) : workerOf(task, work[0]?.[1])),
    ...(Object.keys(variables).length > 0 && { env: variables }),
    ...(vault.length > 0 && { secrets: vault }),
    shutdown: shutdownOf(task, everyone(task)),
    ...(volumes.length > 0 && { volumes }),
    ...(work.length > 0 && { consumers: Object.fromEntries(work) }),
    ...(sidecars.length > 0 && { sidecars: Object.fromEntries(sidecars) }),
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
