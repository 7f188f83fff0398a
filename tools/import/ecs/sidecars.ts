import type { Sidecar } from "./cast";
import { type Container, isSameImage, there } from "./container";
import { envOf } from "./env";
import { healthIn } from "./health-command";
import { sidecarRepository } from "./image";
import { settleProtocol } from "./port";
import { claimPace, noteOfQuirk, paceOf } from "./probes";
import { resourcesOf } from "./resources";
import { secretVariablesOf } from "./secrets";
import type { Task, Values } from "./task";
import { beginningOf } from "./words";
import { nameOf } from "./work";

type SidecarValues = NonNullable<NonNullable<Values["sidecars"]>[string]>;

/** A container that runs beside the server, in each of its pods. */
export function sidecarOf(task: Task, { container, digest }: Sidecar, secrets: Values["secrets"]): SidecarValues {
  const { cast, ledger } = task;
  const { at, ports } = container;
  const path = `sidecars.${nameOf(task, container)}.`;
  const waits = cast.main.waitsFor.filter(({ name }) => name === container.name);
  ledger.mapped(there(at.at("name"), at.at("essential")), path.slice(0, -1));
  ledger.mapped(there(at.at("image")), `${path}image`);
  ledger.mapped(
    waits.map((one) => one.at),
    `${path}startsFirst`,
  );
  for (const one of container.waitsFor)
    ledger.dropped(one.at, "containers of a pod start together, and wait for nobody");
  const mappings = at.at("portMappings").items;
  for (const mapping of mappings) settleProtocol(task, mapping);
  ledger.mapped(there(...mappings.map((mapping) => mapping.at("containerPort"))), `${path}port`);
  const port = ports.find((one) => one >= 1024);
  const resources = resourcesOf(task, container, `${path}resources`);
  const env = ownEnv(task, container);
  const probes = probesOf(task, container, path, port);
  const mounts = mountsOf(task, container, path);
  return {
    ...(!isSameImage(container, cast.main) && {
      image: { repository: sidecarRepository(container), ...(digest && { digest }) },
    }),
    ...beginningOf(task, container, path),
    ...(Object.keys(env).length > 0 && { env }),
    ...ownSecrets(task, container, secrets),
    ...(waits.length > 0 && { startsFirst: true }),
    ...(port !== undefined && { port }),
    ...(probes && { probes }),
    ...(mounts.length > 0 && { mounts }),
    ...(resources && { resources }),
  };
}

function ownEnv(task: Task, { at }: Container): Readonly<Record<string, string>> {
  const variables = at.at("environment").items.map((one) => ({
    name: one.at("name").text ?? "",
    value: one.at("value").textOrEmpty ?? "",
    places: [one.at("name"), one.at("value")],
  }));
  return envOf(task, variables).env;
}

/** Those of the application's secrets that this container reads. */
function ownSecrets(task: Task, container: Container, secrets: Values["secrets"] = []): Pick<SidecarValues, "secrets"> {
  const own = secretVariablesOf(task, [container]).map(({ env }) => env);
  const listed = secrets.flatMap(({ env, name }) => (env !== undefined && own.includes(env) ? [{ name, env }] : []));
  return listed.length > 0 ? { secrets: listed } : {};
}

function probesOf(task: Task, container: Container, path: string, port: number | undefined) {
  const command = container.at.at("healthCheck", "command");
  const health = healthIn(command.words);
  if (health.kind === "none") {
    task.ledger.defaulted(container.at.at("healthCheck"), `${path}probes`, "none, as on ECS");
    return undefined;
  }
  const isOwn = health.kind === "http" && (health.port === port || health.port === "PORT");
  const words = command.words[0] === "CMD-SHELL" ? ["/bin/sh", "-c", command.words[1] ?? ""] : command.words.slice(1);
  const asked = isOwn ? { path: health.path } : { command: words };
  claimPace(task, container, `${path}probes.`);
  noteOfQuirk(task, container);
  task.ledger.mapped(command, `${path}probes.liveness`);
  const { liveness, startup } = paceOf(container, 0);
  return { startup: { ...asked, ...startup }, liveness: { ...asked, ...liveness } };
}

/** Volumes that it shares with the application. */
function mountsOf({ cast, ledger }: Task, { at }: Container, path: string) {
  return at.at("mountPoints").items.flatMap((mount) => {
    const volume = mount.at("sourceVolume").text;
    const shared = cast.main.at.at("mountPoints").items.find((one) => one.at("sourceVolume").text === volume);
    const [own, theirs] = [mount, shared].map((one) => one?.at("containerPath").text?.replace(/(?<=.)\/+$/, ""));
    if (own === undefined || theirs === undefined) return [];
    ledger.mapped(there(mount.at("sourceVolume"), mount.at("containerPath")), `${path}mounts`);
    return [{ volume: theirs, path: own }];
  });
}
