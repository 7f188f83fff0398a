import type { At } from "../at";
import { ACCEPTED } from "../question";
import { type Container, there } from "./container";
import { DECIDED } from "./forbidden";
import type { Task } from "./task";

/** Everything about a container's rights and its surroundings. */
export function settleSecurity(task: Task, container: Container): void {
  const { ledger } = task;
  const { at } = container;
  const isInjected = task.cast.injection !== undefined && container === task.cast.main;
  for (const { at: placeIn, ...question } of DECIDED) {
    const place = placeIn(at);
    // What goes with an injected agent is asked about with it.
    if (isInjected && ["capabilities", "volumes-from"].includes(question.id)) continue;
    if (place.boolean === false) ledger.dropped(place, "pods have none");
    else if (place.isThere) ledger.ask(place, { ...question, options: [ACCEPTED] });
  }
  settleUser(task, container);
  settleInit(task, at);
  settleSharedMemory(task, at);
  settleLimits(task, at);
  settleLabels(task, at);
}

/** The user of every pod here: charts/mmrv-app. */
const USER = "10001";

function settleUser({ ledger }: Task, { at, name }: Container): void {
  const user = at.at("user");
  if (user.text === undefined || user.text.split(":").every((id) => id === USER)) {
    ledger.defaulted(user, `the user ${USER}`, "every pod runs as this one; the image's files must let it read them");
    return;
  }
  ledger.ask(user, {
    id: "user",
    risk: "does not start",
    asks: `${name} runs as ${user.text} on ECS, and as ${USER} here. May that user read its files and write its folders?`,
    options: [ACCEPTED],
    without: `it runs as ${USER}`,
  });
}

function settleInit({ ledger }: Task, at: At): void {
  const init = at.at("linuxParameters", "initProcessEnabled");
  if (init.boolean === true)
    ledger.ask(init, {
      id: "init-process",
      risk: "does not start",
      asks: "ECS gives it an init process, which passes on signals and buries children. Here the image must bring one, such as tini. Does it?",
      options: [ACCEPTED],
      without: "the application is process 1: it may ignore SIGTERM, and children that end may pile up",
    });
  else ledger.dropped(there(init), "pods have no init process either");
}

function settleSharedMemory({ inputs, ledger }: Task, at: At): void {
  const size = at.at("linuxParameters", "sharedMemorySize");
  if (!size.isThere) return;
  if (inputs.taskDefinition.at("requiresCompatibilities").words.includes("FARGATE")) {
    ledger.dropped(size, "Fargate has never had it");
    return;
  }
  ledger.ask(size, {
    id: "shared-memory",
    risk: "does not start",
    asks: `/dev/shm has ${size.text} MiB on ECS and 64 MiB here. Does the application, such as a browser, need more?`,
    options: [ACCEPTED],
    without: "it has 64 MiB",
  });
}

function settleLimits({ ledger }: Task, at: At): void {
  for (const limit of at.at("ulimits").items) {
    if (limit.at("name").text === "nofile") ledger.dropped(limit, "nodes of AKS allow more open files than tasks have");
    else
      ledger.ask(limit, {
        id: `ulimit:${limit.at("name").text}`,
        risk: "does not start",
        asks: `It has a limit of its own for ${limit.at("name").text}, which pods cannot have. Does the application need it?`,
        options: [ACCEPTED],
        without: "the node's limit holds",
      });
  }
}

/** Labels by which tools are steered. */
const STEERING = /^(traefik\.|com\.datadoghq\.|co\.elastic\.|prometheus[._]|autodiscovery)/i;

function settleLabels({ ledger }: Task, at: At): void {
  for (const option of at.at("dockerSecurityOptions").items) {
    if (/^no-new-privileges/.test(option.text ?? "")) ledger.dropped(option, "no pod gets new privileges");
    else
      ledger.ask(option, {
        id: "security-options",
        risk: "access lost",
        asks: "It has a profile of SELinux, AppArmor or credentials of its own. What does that hinder or allow?",
        options: [ACCEPTED],
        without: "the chart's restricted profile holds",
      });
  }
  for (const [key, label] of at.at("dockerLabels").entries) {
    if (!STEERING.test(key)) ledger.dropped(label, "a note for people; nothing here reads it");
    else
      ledger.ask(label, {
        id: "labels",
        risk: "unreachable",
        asks: "A tool is steered by the container's labels, such as a proxy or an agent. Is it still there, and what did it do?",
        options: [ACCEPTED],
        without: "nothing reads them",
      });
  }
}
