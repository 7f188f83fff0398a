import { ACCEPTED } from "../question";
import { type Container, there } from "./container";
import { warnOfHeap } from "./heap";
import { cpuQuantity, mebibytesIn, unitsIn } from "./quantities";
import type { Task, Values } from "./task";

/** ECS takes no less, in MiB. */
const LEAST_MEBIBYTES = 6;

type Resources = NonNullable<Values["resources"]>;

/** What the containers that go on get of the task: each what it says, and the application what they leave. */
export function resourcesOf(task: Task, container: Container, path: string): Resources | undefined {
  const cpu = cpuOf(task, container, path);
  const memory = memoryOf(task, container, path);
  if (cpu === undefined && memory === undefined) return undefined;
  return {
    requests: { ...(cpu && { cpu }), ...(memory && { memory: memory.request }) },
    limits: { ...(memory && { memory: memory.limit }) },
  };
}

/** Those that run at the same time, in one task. */
const running = ({ cast }: Task): Container[] => [
  cast.main,
  ...cast.consumers,
  ...cast.sidecars.map(({ container }) => container),
];

function cpuOf(task: Task, container: Container, path: string): string | undefined {
  const { inputs, ledger, template } = task;
  const at = container.at.at("cpu");
  const whole = inputs.taskDefinition.at("cpu");
  // Docker makes two of one, the least there is: both say that nobody counted.
  const own = (at.number ?? 0) > 1 ? (at.number ?? 0) : 0;
  const to = `${path}.requests.cpu`;
  if (own > 0) {
    ledger.mapped(at, to);
    ledger.dropped(there(whole), "a limit of the whole task; each container says its own share");
    return cpuQuantity(own);
  }
  if (at.isThere) ledger.mapped(at, `${to}: ${at.text} is no share of its own`);
  const units = unitsIn(whole.text);
  const left = units === undefined ? 0 : units - sum(running(task), container, (one) => one.at.at("cpu").number);
  if (left > 0) {
    ledger.mapped(whole, to);
    return cpuQuantity(left);
  }
  if (template.covers(whole) || template.covers(at)) return undefined;
  return ledger.ask(whole, {
    id: `${path}:cpu`,
    risk: "slower",
    asks: `How much CPU does ${container.name} need? Neither it nor the task says.`,
    options: [{ form: "a quantity such as 250m", fits: /^([1-9]\d*m|[1-9]\d?)$/, means: "is kept free for it" }],
    without: "there is no request, and the chart wants one",
  });
}

interface Memory {
  readonly request: string;
  readonly limit: string;
}

function memoryOf(task: Task, container: Container, path: string): Memory | undefined {
  const { inputs, ledger } = task;
  const [at, reserved] = [container.at.at("memory"), container.at.at("memoryReservation")];
  const whole = inputs.taskDefinition.at("memory");
  const asked = Math.round(reserved.number ?? 0);
  const own = Math.round(at.number ?? 0);
  const left = own > 0 ? own : memoryLeft(task, container);
  if (left === undefined || left < LEAST_MEBIBYTES) return askMemory(task, container, path, left);
  if (own > 0) {
    ledger.mapped(at, `${path}.limits.memory`);
    ledger.dropped(there(whole), "a limit of the whole task; each container says its own");
  } else ledger.mapped(whole, `${path}.limits.memory, less what other containers have`);
  warnOfHeap(container, left, ledger);
  const limit = `${left}Mi`;
  if (asked > 0 && asked <= left) {
    ledger.mapped(reserved, `${path}.requests.memory`);
    return { request: `${asked}Mi`, limit };
  }
  ledger.defaulted(reserved, `${path}.requests.memory`, "what it may use is kept free for it, as on ECS");
  return { request: limit, limit };
}

function memoryLeft(task: Task, container: Container): number | undefined {
  const whole = mebibytesIn(task.inputs.taskDefinition.at("memory").text);
  if (whole === undefined) return undefined;
  return whole - sum(running(task), container, ({ at }) => at.at("memory").number ?? at.at("memoryReservation").number);
}

function askMemory(task: Task, container: Container, path: string, got: number | undefined): Memory | undefined {
  const { inputs, ledger, template } = task;
  const [at, whole] = [container.at.at("memory"), inputs.taskDefinition.at("memory")];
  const reserved = container.at.at("memoryReservation");
  const places = [at, whole, reserved].filter(({ isThere }) => isThere);
  if (places.some((place) => template.covers(place))) return undefined;
  const why =
    got === undefined
      ? "neither it nor the task says"
      : `the task leaves it ${got} MiB, and ECS takes no less than ${LEAST_MEBIBYTES}`;
  const answer = ledger.ask(places.length > 0 ? places : at, {
    id: `${path}:memory`,
    risk: "does not start",
    asks: `How much memory does ${container.name} need? ${why[0]?.toUpperCase()}${why.slice(1)}.`,
    options: [
      { form: "a quantity such as 512Mi", fits: /^[1-9]\d*(Mi|Gi)$/, means: "above it the container is killed" },
    ],
    without: "there is no limit, and the chart wants one",
  });
  return answer === undefined ? undefined : { request: answer, limit: answer };
}

const sum = (all: readonly Container[], but: Container, of: (one: Container) => number | undefined): number =>
  all.filter((one) => one !== but).reduce((total, one) => total + (of(one) ?? 0), 0);

/** GPUs and the like, of the task. */
export function settleAccelerators({ inputs, ledger }: Task): void {
  const at = inputs.taskDefinition.at("inferenceAccelerators");
  if (!at.isThere) return;
  ledger.ask(at, {
    id: "accelerators",
    risk: "does not start",
    asks: "It wants an inference accelerator. Which nodes have one? No pool of ours has.",
    options: [ACCEPTED],
    without: "it runs without one",
  });
}
