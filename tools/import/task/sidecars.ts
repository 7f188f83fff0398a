import { type Container, isSameImage, type Sidecar, there } from "./container";
import { type Env, envOf, VARIABLE } from "./env";
import { fileVariables } from "./env-files";
import { healthIn } from "./health-command";
import { sidecarRepository } from "./image";
import { memoryFolders, mountedFolders } from "./mounts";
import { settleProtocol } from "./port";
import { claimPace, noteOfQuirk, paceOf } from "./probes";
import { resourcesOf } from "./resources";
import { vaultName } from "./secret-source";
import { secretVariablesOf } from "./secret-variables";
import type { Task, Values } from "./task";
import { beginningOf, hidesSecret } from "./words";
import { nameOf } from "./work";

type SidecarValues = NonNullable<NonNullable<Values["sidecars"]>[string]>;

/** A container that runs beside the server, in each of its pods. */
export function sidecarOf(task: Task, { container, digest }: Sidecar, secrets: Values["secrets"]): SidecarValues {
  const { cast, ledger } = task;
  const { at } = container;
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
  if (container.isEssential)
    ledger.note(
      `On ECS the whole task ended with ${container.name}; here it is restarted by itself, and the server goes on.`,
    );
  const port = portOf(task, container, path);
  const resources = resourcesOf(task, container, `${path}resources`);
  const { env, secrets: inPlainView } = ownEnv(task, container);
  const probes = probesOf(task, container, path, port);
  const { mounts, volumes } = foldersOf(task, container, path);
  return {
    ...(!isSameImage(container, cast.main) && {
      image: { repository: sidecarRepository(container), ...(digest && { digest }) },
    }),
    ...beginningOf(task, container, path),
    ...(Object.keys(env).length > 0 && { env }),
    ...secretsOf(task, container, secrets, inPlainView),
    ...(waits.length > 0 && { startsFirst: true }),
    ...(port !== undefined && { port }),
    ...(probes && { probes }),
    ...(volumes.length > 0 && { volumes }),
    ...(mounts.length > 0 && { mounts }),
    ...(resources && { resources }),
  };
}

/** Its own variables alone: a sidecar does not get the application's. */
function ownEnv(task: Task, container: Container): Env {
  const prefix = `env:${container.name}`;
  const variables = container.at.at("environment").items.map((one) => ({
    id: `${prefix}:${one.at("name").text}`,
    name: one.at("name").text ?? "",
    value: one.at("value").textOrEmpty ?? "",
    places: [one.at("name"), one.at("value")],
  }));
  const names = variables.map(({ name }) => name);
  const all = [...variables.filter(({ name }) => name !== ""), ...fileVariables(task, names, [container], prefix)];
  const secret = secretVariablesOf(task, [container]).map(({ env }) => env);
  return envOf(task, all, secret);
}

/**
 * Those of the application's secrets that this container reads, and its variables that become secrets: `values.ts` lists these
 * in the application's vault.
 */
function secretsOf(
  task: Task,
  container: Container,
  secrets: Values["secrets"] = [],
  inPlainView: Env["secrets"],
): Pick<SidecarValues, "secrets"> {
  const own = secretVariablesOf(task, [container]).map(({ env }) => env);
  const listed = [
    ...secrets.flatMap(({ env, name }) => (env !== undefined && own.includes(env) ? [{ name, env }] : [])),
    ...inPlainView.filter((name) => VARIABLE.test(name)).map((env) => ({ name: vaultName(container.name, env), env })),
  ];
  return listed.length > 0 ? { secrets: listed } : {};
}

function probesOf(task: Task, container: Container, path: string, port: number | undefined) {
  const command = container.at.at("healthCheck", "command");
  const health = healthIn(command.words);
  if (health.kind === "none") {
    task.ledger.defaulted(container.at.at("healthCheck"), `${path}probes`, "none, as on ECS");
    return undefined;
  }
  const isOwn = health.kind === "http" && port !== undefined && (health.port === port || health.port === "PORT");
  const words = command.words[0] === "CMD-SHELL" ? ["/bin/sh", "-c", command.words[1] ?? ""] : command.words.slice(1);
  if (!isOwn && hidesSecret(task, container, [command])) return undefined;
  const asked = isOwn ? { path: health.path } : { command: words };
  claimPace(task, container, `${path}probes.`);
  noteOfQuirk(task, container);
  task.ledger.mapped(command, `${path}probes.liveness`);
  const { liveness, startup } = paceOf(container, 0);
  return { startup: { ...asked, ...startup }, liveness: { ...asked, ...liveness } };
}

/** Where it listens, for its probes; on localhost the other containers of the pod reach every port of it. */
function portOf({ cast, ledger }: Task, { at, name }: Container, path: string): number | undefined {
  const mappings = at.at("portMappings").items;
  const places = there(...mappings.map((mapping) => mapping.at("containerPort")));
  for (const mapping of mappings) settleProtocol({ ledger }, mapping);
  const [first, ...more] = places;
  if (first === undefined) return undefined;
  ledger.mapped(first, `${path}port`);
  ledger.dropped(more, "containers of a pod reach each other on localhost");
  const port = first.number;
  if (port !== undefined && port >= 1024 && port <= 65_535 && !cast.main.ports.includes(port)) return port;
  const answer = ledger.ask(first, {
    id: `${path}port`,
    risk: "does not start",
    asks: `${name} listens on ${first.text}, which ${(port ?? 0) < 1024 ? "needs root, and pods run without" : "the application has"}. Where does it listen here?`,
    options: [
      { answer: "none", means: "nobody asks there" },
      { form: "a port such as 9100", fits: /^[1-9]\d{3,4}$/, means: "its configuration says so too" },
    ],
    without: "it has no port",
  });
  return answer === undefined || answer === "none" ? undefined : Number(answer);
}

/** A guess, as for the application's own: ECS says no size. */
const SIZE = "1Gi";

/** Volumes that it shares with the application, and folders of its own. */
function foldersOf(task: Task, container: Container, path: string) {
  const { cast, ledger } = task;
  const shared = new Map(
    cast.main.at
      .at("mountPoints")
      .items.map((one) => [one.at("sourceVolume").text, withoutSlash(one.at("containerPath").text)]),
  );
  const mounts: { volume: string; path: string }[] = [];
  const volumes: { path: string; size: string }[] = [];
  for (const mount of container.at.at("mountPoints").items) {
    const name = mount.at("sourceVolume").text;
    const [own] = mountedFolders(task, mount);
    if (own === undefined) continue;
    const theirs = shared.get(name);
    ledger.mapped(
      there(mount.at("sourceVolume"), mount.at("containerPath")),
      `${path}${theirs ? "mounts" : "volumes"}`,
    );
    if (theirs === undefined) volumes.push({ path: own, size: SIZE });
    else mounts.push({ volume: theirs, path: own });
  }
  return { mounts: once(mounts), volumes: once([...volumes, ...memoryFolders(task, container.at)]) };
}

const withoutSlash = (path: string | undefined): string | undefined => path?.replace(/(?<=.)\/+$/, "");

/** One folder has one volume. */
const once = <T extends { readonly path: string }>(all: readonly T[]): T[] =>
  all.filter(({ path }, index) => all.findIndex((one) => one.path === path) === index);
