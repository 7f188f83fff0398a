import { type At, isRecord } from "../at";
import { ACCEPTED, type Question } from "../question";
import { partName, there } from "./container";
import { settleAccelerators } from "./resources";
import { settleRoles } from "./roles";
import type { Task } from "./task";

/** What the task says of hosts, roles and names. */
export function settlePlatform(task: Task): void {
  settleName(task);
  settleRoles(task);
  settleHosts(task);
  settleSharing(task);
  settleMesh(task);
  settleAccelerators(task);
}

function settleName({ context, inputs, ledger, template }: Task): void {
  const { taskDefinition } = inputs;
  const family = taskDefinition.at("family");
  ledger.mapped(
    there(taskDefinition.at("taskDefinitionArn"), family, taskDefinition.at("revision")),
    "the report's heading",
  );
  const isName = partName(family.text ?? "a", []) === family.text;
  if (family.isThere && !isName && !template.covers(family))
    ledger.note(
      `The family is called ${family.text}, which is no name here; the release is called ${context.application} all the same.`,
    );
  if (!family.isThere)
    ledger.ask(family, {
      id: "family",
      risk: "does not start",
      asks: `${isNothingBut(taskDefinition, "containerDefinitions") ? "These are containers alone: the family, the roles, the volumes and what the whole task may use stand elsewhere." : "The task definition has no family, which ECS gives to each: something else may have been cut off, too."} aws ecs describe-task-definition prints all of it.`,
      options: [ACCEPTED],
      without: "what the rest says is not carried over",
    });
  const status = taskDefinition.at("status");
  if (status.text !== undefined && status.text !== "ACTIVE")
    ledger.ask(status, {
      id: "status",
      risk: "does not start",
      asks: `This revision is ${status.text}. Is it the one that runs?`,
      options: [ACCEPTED],
      without: "it is taken for the one that runs",
    });
  else ledger.dropped(there(status), "it may be started");
}

const isNothingBut = (taskDefinition: At, name: string): boolean =>
  Object.keys(isRecord(taskDefinition.value) ? taskDefinition.value : {}).every(
    (member) => member === name || !taskDefinition.at(member).isThere,
  );

function settleHosts(task: Task): void {
  const { inputs, ledger } = task;
  const { taskDefinition } = inputs;
  const mode = taskDefinition.at("networkMode");
  if (/^(host|none)$/.test(mode.text ?? ""))
    ask(task, "networkMode", {
      id: "network-mode",
      risk: "unreachable",
      asks: `networkMode is ${mode.text}: ${mode.text === "host" ? "it has its host's network, ports and address" : "it has no network"}. Who counts on that? A pod has a network of its own.`,
      without: "it has the pod's network",
    });
  else ledger.dropped(there(mode), "a pod has an address of its own");
  for (const launch of taskDefinition.at("requiresCompatibilities").items) {
    if (launch.text === "FARGATE") ledger.dropped(launch, "nodes take its place");
    else
      ledger.ask(launch, {
        id: "launch-type",
        risk: "does not start",
        asks: `It runs on hosts of its own (${launch.text}). What does it find there that Fargate has not, such as folders, agents or the host's role?`,
        options: [ACCEPTED],
        without: "it runs on nodes of AKS, which have nothing of that",
      });
  }
  const cpu = taskDefinition.at("runtimePlatform", "cpuArchitecture");
  if (cpu.text !== undefined && cpu.text !== "X86_64")
    ledger.ask(cpu, {
      id: "architecture",
      risk: "does not start",
      asks: `The image is built for ${cpu.text}, and the nodes are amd64: it would end with "exec format error". Is there an image for amd64, too?`,
      options: [ACCEPTED],
      without: "the image is taken to run on amd64",
    });
  else ledger.dropped(there(cpu), "the nodes are amd64");
  ledger.dropped(there(taskDefinition.at("runtimePlatform", "operatingSystemFamily")), "the nodes run Linux");
}

function settleSharing(task: Task): void {
  const { cast } = task;
  for (const name of ["pidMode", "ipcMode"]) {
    if (name === "pidMode" && cast.injection) continue;
    ask(task, name, {
      id: name,
      risk: "does not start",
      asks: `${name} is set: containers see each other's ${name === "pidMode" ? "processes" : "memory"}. Which one looks at which? The chart's do not.`,
      without: "each container is by itself",
    });
  }
  ask(task, "placementConstraints", {
    id: "placement",
    risk: "slower",
    asks: "It runs on certain hosts alone. Why those? The chart spreads pods over zones and hosts by itself.",
    without: "it runs on any node",
  });
  ask(task, "trustedExecutionConfiguration", {
    id: "confidential",
    risk: "access lost",
    asks: "It runs as confidential computing, and may get keys that only such a host gets. Who checks that?",
    without: "it runs on an ordinary node",
  });
}

/** App Mesh ends in 2026, and nothing takes its place here; its proxy has been left out with its settings. */
function settleMesh(task: Task): void {
  const { inputs, ledger } = task;
  const mesh = inputs.taskDefinition.at("proxyConfiguration");
  ledger.dropped(there(mesh.at("properties")), "settings of a proxy that is left out");
  if (!mesh.isThere) return;
  ledger.ask(there(mesh.at("type"), mesh.at("containerName")), {
    id: "mesh",
    risk: "unreachable",
    asks: "App Mesh stood between it and others: retries, timeouts, routes and mutual TLS may have been its work. Which of these were configured?",
    options: [ACCEPTED],
    without: "the application calls and is called without a mesh",
  });
}

function ask({ inputs, ledger }: Task, field: string, question: Omit<Question, "options">): void {
  const at = inputs.taskDefinition.at(field);
  if (at.isThere) ledger.ask(at, { ...question, options: [ACCEPTED] });
}
