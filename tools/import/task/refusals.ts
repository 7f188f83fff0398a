import type { At } from "../at";

/** Why nothing is converted, and what to do instead. */
export interface Refusal {
  readonly sentence: string;
  readonly next: string;
}

/** What cannot become an application here, whatever anybody answers; undefined for what can. */
export const refuse = (taskDefinition: At): Refusal | undefined =>
  withoutContainer(taskDefinition) ??
  windows(taskDefinition) ??
  hostAgent(taskDefinition) ??
  portTwice(taskDefinition) ??
  nobodyToChoose(taskDefinition);

const containersOf = (taskDefinition: At): At[] => taskDefinition.at("containerDefinitions").items;

function withoutContainer(taskDefinition: At): Refusal | undefined {
  if (containersOf(taskDefinition).some(({ isThere }) => isThere)) return undefined;
  return {
    sentence: "containerDefinitions is empty: there is no container to run",
    next: "aws ecs describe-task-definition prints the whole of a revision; give that",
  };
}

function windows(taskDefinition: At): Refusal | undefined {
  const family = taskDefinition.at("runtimePlatform", "operatingSystemFamily").text ?? "";
  if (!family.startsWith("WINDOWS")) return undefined;
  return {
    sentence: `runtimePlatform.operatingSystemFamily is ${family}, a Windows family, and there is no Windows node pool`,
    next: "if the image is Linux, correct runtimePlatform and give the file again; if not, the application stays where it is",
  };
}

/** The root of a node, or the socket by which one steers it. */
const OF_THE_HOST = /^(\/|\/(var\/)?run\/(docker|containerd\/containerd)\.sock)$/;

/** What watches or steers its host runs as a daemon of the platform, which here are add-ons of AKS. */
function hostAgent(taskDefinition: At): Refusal | undefined {
  const ofTheHost = taskDefinition
    .at("volumes")
    .items.some((volume) => OF_THE_HOST.test(volume.at("host", "sourcePath").text ?? ""));
  const isPrivileged = containersOf(taskDefinition).some((container) => container.at("privileged").boolean === true);
  const isOnTheHost = taskDefinition.at("networkMode").text === "host" || taskDefinition.at("pidMode").text === "host";
  if (!ofTheHost && !(isPrivileged && isOnTheHost)) return undefined;
  return {
    sentence:
      "it reaches into its host (privileged, the Docker socket or the root folder): a host agent, not an application",
    next: "look for an add-on of AKS that does the same, such as Defender or Container Insights",
  };
}

/** Of one network per task a port can be mapped once; what says it twice was never registered, and nobody knows what runs. */
function portTwice(taskDefinition: At): Refusal | undefined {
  if (taskDefinition.at("networkMode").text !== "awsvpc") return undefined;
  for (const container of containersOf(taskDefinition)) {
    const ports = container
      .at("portMappings")
      .items.map((mapping) => `${mapping.at("containerPort").text}/${mapping.at("protocol").text ?? "tcp"}`);
    const twice = ports.find((port, index) => ports.indexOf(port) < index);
    if (twice !== undefined)
      return {
        sentence: `${container.at("name").text} maps ${twice} twice, which ECS registers for nobody`,
        next: "give the revision that runs: aws ecs describe-task-definition --task-definition FAMILY",
      };
  }
  return undefined;
}

/** In host mode a container listens wherever it likes and says so nowhere: a server and a worker look the same. */
function nobodyToChoose(taskDefinition: At): Refusal | undefined {
  const containers = containersOf(taskDefinition);
  const hasPort = containers.some((container) => container.at("portMappings").isThere);
  if (hasPort || taskDefinition.at("networkMode").text !== "host") return undefined;
  return {
    sentence:
      "networkMode is host and no container maps a port: nobody can say which one is the application, a server or a worker",
    next: "say portMappings for a server, or networkMode awsvpc for a worker, and give the file again",
  };
}
