import { commandLine } from "../../shell";
import type { At } from "../at";
import type { EcsInputs, ServicePart } from "../ecs/inputs";
import type { Ledger } from "../ledger";
import { containersIn } from "./container";

/**
 * The service's part as far as it is of this task definition: one that runs another revision, or sends to a container that is not
 * here, is asked about.
 */
export function fittingService(
  { service, taskDefinition }: Pick<EcsInputs, "service" | "taskDefinition">,
  part: ServicePart | undefined,
  ledger: Ledger,
): ServicePart | undefined {
  if (service !== undefined) askOfRevision(service.at("taskDefinition"), taskDefinition, ledger);
  if (part?.behind === undefined) return part;
  const { behind, ...rest } = part;
  const containers = containersIn(taskDefinition);
  if (containers.some(({ name }) => name === behind.container)) return part;
  const entries = (service?.at("loadBalancers").items ?? []).map((entry) => entry.at("containerName"));
  const places = entries.filter(({ text }) => text === behind.container);
  const answer = ledger.ask(places.length > 0 ? places : containers.map(({ at }) => at.at("name")), {
    id: "load-balancer:container",
    risk: "unreachable",
    asks: `The service sends to the container ${behind.container}, port ${behind.port}, and the task definition has none of this name. Are the two of one revision? If they are, which container is meant?`,
    options: containers.map(({ name }) => ({ answer: name, means: "it is behind the load balancer, by its own port" })),
    without: "the load balancer counts for nothing here; the port is the task definition's",
  });
  const meant = containers.find(({ name }) => name === answer);
  const port = meant?.ports.includes(behind.port) === true ? behind.port : meant?.ports[0];
  return { ...rest, ...(meant && port !== undefined && { behind: { container: meant.name, port } }) };
}

/** Such as `base:7`, of an ARN or as it is. A family alone means its newest revision. */
function askOfRevision(runs: At, taskDefinition: At, ledger: Ledger): void {
  const [family, revision] = runs.text?.split("/").at(-1)?.split(":") ?? [];
  const [own, ownRevision] = [taskDefinition.at("family").text, taskDefinition.at("revision").text];
  if (family === undefined || own === undefined) return;
  const isOther = family !== own || (revision !== undefined && ownRevision !== undefined && revision !== ownRevision);
  if (!isOther) return;
  ledger.ask(runs, {
    id: "service:task-definition",
    risk: family === own ? "does not start" : "wrong secret",
    asks: `The service runs ${nameOf(family, revision)}, and the task definition is ${nameOf(own, ownRevision)}. ${commandLine("aws", "ecs", "describe-task-definition", "--task-definition", nameOf(family, revision))} prints the one that runs; give that, or say that this one is meant.`,
    options: [{ answer: "this", means: "the task definition that was given is the right one" }],
    without: "the task definition that was given is converted",
  });
}

const nameOf = (family: string, revision: string | undefined): string =>
  revision === undefined ? family : `${family}:${revision}`;
