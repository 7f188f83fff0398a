import type { At } from "../at";
import type { Ledger } from "../ledger";
import type { Option, Question } from "../question";
import { type Container, isSameImage, type Sidecar, volumesOnlyOf, wordsOf } from "./container";

/** Programs that keep data: each replica of a task had its own. */
const STATEFUL =
  /(^|[/_-])(redis|valkey|memcached|postgres|mysql|mariadb|mongo|rabbitmq|kafka|zookeeper|elasticsearch|opensearch|minio|consul|etcd|nats)([:@_-]|$)/;
export const isStateful = ({ image }: Container): boolean => STATEFUL.test(image);

/** Log routers, and the proxy of App Mesh: what they did is done by the platform. */
export const lostContainers = (all: readonly Container[], taskDefinition: At): Container[] =>
  all.filter((one) => isLogRouter(one) || isMeshProxy(one, taskDefinition));

export const isLogRouter = ({ at }: Container): boolean => at.at("firelensConfiguration").isThere;

export const isMeshProxy = ({ name }: Container, taskDefinition: At): boolean =>
  taskDefinition.at("proxyConfiguration", "containerName").text === name;

/** What the others are seen from. */
interface Beside {
  readonly main: Container;
  readonly isServer: boolean;
  readonly taskDefinition: At;
}

interface Sorted {
  readonly consumers: readonly Container[];
  readonly sidecars: readonly Sidecar[];
  readonly lost: readonly Container[];
}

/** What becomes of the containers beside the application's: work by the same image, sidecars, or a question. */
export function sortOut(rest: readonly Container[], beside: Beside, ledger: Ledger): Sorted {
  const consumers: Container[] = [];
  const sidecars: Sidecar[] = [];
  const lost: Container[] = [];
  for (const one of rest) {
    const part = partOf(one, beside, ledger);
    if (part === "consumer") consumers.push(one);
    else if (part === "lost") lost.push(one);
    else sidecars.push({ container: one, digest: part.digest });
  }
  return { consumers, sidecars, lost };
}

type Part = "consumer" | "lost" | { readonly digest: string | undefined };

function partOf(one: Container, { isServer, main, taskDefinition }: Beside, ledger: Ledger): Part {
  const isOther = wordsOf(one).join("\n") !== wordsOf(main).join("\n");
  if (isSameImage(one, main) && one.ports.length === 0 && wordsOf(one).length > 0 && isOther) return "consumer";
  const question: Question = {
    id: `container:${one.name}`,
    risk: isStateful(one) ? "data" : "does not start",
    asks: `What becomes of the container ${one.name}? ${why(one, main, isServer)}`,
    options: optionsOf(one, main, isServer),
    without: "it is left out",
  };
  const answer = ledger.ask(one.at.at("image"), question);
  if (answer === "consumer") return "consumer";
  if (answer === "sidecar") return { digest: undefined };
  if (answer !== undefined && answer !== "dropped") return { digest: answer };
  // What is left out is left out as a whole, with the volumes that nobody else has.
  ledger.ask([one.at, ...volumesOnlyOf(one, taskDefinition)], question);
  return "lost";
}

const isFront = (one: Container, main: Container): boolean =>
  one.waitsFor.some(({ condition, name }) => name === main.name && condition === "HEALTHY") ||
  one.sees.includes(main.name);

const isInit = ({ name }: Container, main: Container): boolean =>
  main.waitsFor.some((one) => one.name === name && /^(SUCCESS|COMPLETE)$/.test(one.condition));

function why(one: Container, main: Container, isServer: boolean): string {
  if (isStateful(one))
    return "It keeps data, and every replica of the task had its own: was that so meant, or is there one for all?";
  if (isFront(one, main))
    return "It stands in front of the application. If it only passes requests on, leave it out; if it serves files, the application must, or its image must have both.";
  if (isInit(one, main))
    return "It prepares something before the application starts, with another image, for which the chart has no word.";
  if (isSameImage(one, main))
    return "It runs the application's image with a port of its own, a second server in the task.";
  if (!isServer) return "The chart lets containers run beside a server alone: work from a queue has pods of its own.";
  return "It runs beside the application if its image is copied to the environment's registry; say its digest there.";
}

const DROPPED: Option = { answer: "dropped", means: "it is left out: it is not needed, or it is seen to elsewhere" };

function optionsOf(one: Container, main: Container, isServer: boolean): Option[] {
  if (isSameImage(one, main)) return [...ownImage(one, main, isServer), DROPPED];
  if (isInit(one, main) || one.image === "" || !isServer) return [DROPPED];
  return [
    {
      form: "a digest such as sha256:0123…",
      fits: /^sha256:[0-9a-f]{64}$/,
      means: "it runs beside the server in each pod, by this image in the environment's registry",
    },
    DROPPED,
  ];
}

/** Without words it would be the application again, and two containers of a pod cannot listen on one port. */
function ownImage(one: Container, main: Container, isServer: boolean): Option[] {
  if (wordsOf(one).length === 0) return [];
  const isFree = isServer && one.ports.every((port) => !main.ports.includes(port));
  return [
    ...(isFree
      ? [{ answer: "sidecar", means: "it runs beside the server in each pod, and nobody outside reaches its port" }]
      : []),
    { answer: "consumer", means: "it runs in pods of its own, without a port" },
  ];
}
