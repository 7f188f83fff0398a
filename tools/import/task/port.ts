import type { At } from "../at";
import { ACCEPTED } from "../question";
import { there } from "./container";
import type { Task } from "./task";
import type { Variable } from "./variables";

export interface Port {
  /** Where the application listens here. */
  readonly port: number | undefined;
  /** Where it listens on ECS. */
  readonly was: number | undefined;
}

/** Below it a port needs root, which Pod Security refuses. */
const LEAST = 1024;

const isPort = (port: number): boolean => Number.isInteger(port) && port >= LEAST && port <= 65_535;

/** Where the server listens; nothing for one that is none. */
export function portOf(task: Task, variables: readonly Variable[]): Port {
  const { cast, ledger, service } = task;
  const mappings = cast.main.at.at("portMappings").items;
  for (const mapping of mappings) settleProtocol(task, mapping);
  const variable = variables.find(({ name }) => name === "PORT");
  if (!cast.isServer && cast.main.ports.length === 0) return { port: withoutServer(task, variable), was: undefined };
  const { ports } = cast.main;
  const behind = service?.behind?.port;
  const places = mappings.map((mapping) => mapping.at("containerPort"));
  ledger.mapped(there(...places), "port");
  const was = behind ?? (ports.length === 1 ? ports[0] : undefined);
  const chosen = was ?? askWhich(task, places);
  const port = chosen !== undefined && !isPort(chosen) ? askAbove(task, places, chosen) : chosen;
  if (behind !== undefined && ports.length > 1) askOthers(task, places, behind);
  return { port: settleVariable(task, variable, port), was: chosen };
}

/** PORT is the chart's: it says where the application listens. */
function settleVariable(
  { ledger }: Task,
  variable: Variable | undefined,
  port: number | undefined,
): number | undefined {
  if (variable === undefined) return port;
  const said = [
    ...new Set(variable.places.filter((at) => at.pattern.endsWith(".value")).map(({ text }) => text ?? "")),
  ];
  if (said.length === 1 && said[0] === String(port)) {
    ledger.mapped(variable.places, "port");
    return port;
  }
  const ports = [...new Set([...(port === undefined ? [] : [String(port)]), ...said])].filter((one) =>
    /^\d{4,5}$/.test(one),
  );
  const answer = ledger.ask(variable.places, {
    id: "env:PORT",
    risk: "unreachable",
    asks: `PORT says ${said.join(" and ")}, and the container's port is ${port ?? "another"}. The chart sets PORT to port. Where does the application listen?`,
    options: ports.length === 0 ? [ABOVE] : ports.map((one) => ({ answer: one, means: `it listens on ${one}` })),
    without: port === undefined ? "there is no port" : `${port} is taken`,
  });
  return answer === undefined ? port : Number(answer);
}

/** Work has no port; a container that says neither what it starts nor where it listens could be a server, too. */
function withoutServer({ ledger }: Task, variable: Variable | undefined): undefined {
  if (variable === undefined) return undefined;
  ledger.ask(variable.places, {
    id: "env:PORT",
    risk: "unreachable",
    asks: "PORT is set, and no port is mapped. Does it listen, and who asks there?",
    options: [ACCEPTED],
    without: "it is left out",
  });
}

function askWhich({ cast, ledger, template }: Task, places: readonly At[]): number | undefined {
  const { ports } = cast.main;
  if (ports.length === 0 && places.some((at) => template.covers(at))) return undefined;
  const answer = ledger.ask(places.length > 0 ? places : cast.main.at.at("portMappings"), {
    id: "port",
    risk: "unreachable",
    asks: `${cast.main.name} listens on ${ports.length === 0 ? "no port that it says" : `${ports.join(" and ")}`}. Which one is for users? The chart has one.`,
    options:
      ports.length === 0
        ? [ABOVE]
        : ports.map((port) => ({ answer: String(port), means: "users are sent there; nobody reaches the others" })),
    without: "there is no port, and the chart wants one",
  });
  return answer === undefined ? undefined : Number(answer);
}

const ABOVE = {
  form: "a port such as 8080",
  fits: /^(10(2[4-9]|[3-9]\d)|1[1-9]\d\d|[2-9]\d{3}|[1-5]\d{4}|6[0-4]\d{3})$/,
  means: "the image listens there",
};

function askAbove({ cast, ledger }: Task, places: readonly At[], port: number): number | undefined {
  const answer = ledger.ask(places, {
    id: "port",
    risk: "does not start",
    asks: `${cast.main.name} listens on ${port}, which needs root, and pods run without. Where does it listen as another user? The image's configuration must say so too.`,
    options: [ABOVE],
    without: "there is no port, and the chart wants one of 1024 or above",
  });
  return answer === undefined ? undefined : Number(answer);
}

function askOthers({ cast, ledger }: Task, places: readonly At[], behind: number): void {
  const others = places.filter((at) => at.number !== behind);
  ledger.ask(others, {
    id: "port:others",
    risk: "unreachable",
    asks: `${cast.main.name} listens on ${others.map(({ text }) => text).join(", ")} too. Who asks there? The chart has one port, ${behind}.`,
    options: [ACCEPTED],
    without: "nobody reaches them",
  });
}

/** Only HTTP/1.1 by TCP is routed. */
export function settleProtocol({ ledger }: Pick<Task, "ledger">, mapping: At): void {
  const [protocol, application] = [mapping.at("protocol"), mapping.at("appProtocol")];
  if (protocol.text === "udp")
    ledger.ask(protocol, {
      id: "port:udp",
      risk: "unreachable",
      asks: `The port ${mapping.at("containerPort").text} is UDP's. Who sends there? The gateway routes HTTP alone.`,
      options: [ACCEPTED],
      without: "nobody reaches it",
    });
  else ledger.dropped(there(protocol), "TCP is what pods have");
  if (/^(grpc|http2)$/.test(application.text ?? ""))
    ledger.ask(application, {
      id: "port:protocol",
      risk: "unreachable",
      asks: `The port ${mapping.at("containerPort").text} speaks ${application.text}, and the gateway speaks HTTP/1.1 to pods. Who asks there?`,
      options: [ACCEPTED],
      without: "it is asked by HTTP/1.1",
    });
  else ledger.dropped(there(application), "HTTP is what is routed");
}
