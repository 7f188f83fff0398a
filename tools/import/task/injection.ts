import type { At } from "../at";
import type { Ledger } from "../ledger";
import { type Container, wordsOf } from "./container";

/** Tools that other containers put into the application's, such as a security agent, which wraps its start. */
export interface Injection {
  readonly containers: readonly Container[];
  /** Variables that load what is injected; without it the application would not start. */
  readonly variables: readonly At[];
  /** The words that start the application itself. */
  readonly words: readonly string[];
}

/** Variables by which a process loads foreign code. */
const LOADERS = [
  "LD_PRELOAD",
  "JAVA_TOOL_OPTIONS",
  "NODE_OPTIONS",
  "PYTHONPATH",
  "DOTNET_STARTUP_HOOKS",
  "CORECLR_PROFILER_PATH",
];

/** What is injected into the main container: its entrypoint or a variable lies in a folder that another container fills. */
export function injectionIn(main: Container, all: readonly Container[]): Injection | undefined {
  const others = all.filter((one) => one !== main && one.image !== main.image);
  const sources = others.filter((one) => main.sees.includes(one.name) || sharesFolder(one, main));
  if (sources.length === 0) return undefined;
  const loaders = main.at.at("environment").items.filter((one) => LOADERS.includes(one.at("name").text ?? ""));
  const folders = [...sharedFolders(sources, main), ...(main.sees.length > 0 ? loaders.flatMap(firstFolder) : [])];
  const isIn = (text: string) => folders.some((folder) => text.includes(`${folder}/`));
  const entry = main.at.at("entryPoint").words;
  const variables = loaders.filter((one) => isIn(one.at("value").text ?? ""));
  if (!isIn(entry[0] ?? "") && variables.length === 0) return undefined;
  // An agent without a port that the main container waits for belongs to it, and so does one that shares its processes.
  const helpers = others.filter(
    (one) => one.ports.length === 0 && (sources.includes(one) || main.waitsFor.some(({ name }) => name === one.name)),
  );
  return { containers: helpers, variables, words: unwrapped(main, isIn(entry[0] ?? "")) };
}

/** Claims what goes with the injection: one question for all of it. */
export function settleInjection(
  { containers, variables }: Injection,
  main: Container,
  taskDefinition: At,
  ledger: Ledger,
): void {
  const names = containers.map(({ name }) => name).join(", ");
  const mounts = main.at
    .at("mountPoints")
    .items.filter((mount) => containers.some((one) => mountsOf(one).includes(volumeOf(mount))));
  const volumes = taskDefinition
    .at("volumes")
    .items.filter((volume) => mounts.some((mount) => volumeOf(mount) === volume.at("name").text));
  const places = [
    ...containers.map(({ at }) => at),
    ...variables,
    ...[main.at.at("entryPoint"), main.at.at("volumesFrom"), ...mounts, ...volumes],
    ...[taskDefinition.at("pidMode"), main.at.at("linuxParameters", "capabilities", "add")],
    ...main.waitsFor.filter(({ name }) => containers.some((one) => one.name === name)).map(({ at }) => at),
  ].filter(({ isThere }) => isThere);
  ledger.ask(places, {
    id: `container:${containers.map(({ name }) => name).join("/")}`,
    risk: "access lost",
    asks: `${names} put an agent into the application's container, which watches or guards it. Is it missed? It is left out, with the entrypoint and the variables that load it. Defender is the cluster's own.`,
    options: [{ answer: "dropped", means: "the application runs without it" }],
    without: "the application runs without it: its protection or measurements are lost",
  });
}

const volumeOf = (mount: At): string => mount.at("sourceVolume").text ?? "";
const mountsOf = ({ at }: Container): string[] => at.at("mountPoints").items.map(volumeOf);

const sharesFolder = (one: Container, main: Container): boolean =>
  mountsOf(one).some((volume) => mountsOf(main).includes(volume)) &&
  main.waitsFor.some(({ name }) => name === one.name);

/** A library that is loaded from a folder which no mount explains comes with the other container's folders. */
const firstFolder = (variable: At): string[] => /\/[^/:\s]+/.exec(variable.at("value").text ?? "")?.slice(0, 1) ?? [];

const sharedFolders = (sources: readonly Container[], main: Container): string[] => {
  const shared = new Set(sources.flatMap(mountsOf));
  return main.at
    .at("mountPoints")
    .items.filter((mount) => shared.has(volumeOf(mount)))
    .map((mount) => mount.at("containerPath").text ?? "/nowhere");
};

/** What stands behind `--` is the application's own start; else the wrapper is one word, and starts the command. */
function unwrapped(main: Container, isWrapped: boolean): string[] {
  const words = wordsOf(main);
  if (!isWrapped) return words;
  const dashes = words.indexOf("--");
  return words.slice(dashes < 0 ? 1 : dashes + 1);
}
