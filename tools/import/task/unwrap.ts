import { UserError } from "../../../model/user-error";
import { At, isRecord, type Source } from "../at";
import type { Shown } from "../read-input";
import { refuse } from "./refusals";

/** What a task definition's file is, and what prints the real one. */
export const TASK_DEFINITION: Shown = {
  is: "a task definition",
  by: "aws ecs describe-task-definition --task-definition FAMILY --include TAGS",
};

/** A task definition without what it came wrapped in. */
export interface Unwrapped {
  readonly taskDefinition: At;
  /** What stood beside it: its tags, and whatever else. The ledger must read these, too. */
  readonly tags: readonly At[];
}

/**
 * The task definition in an answer of describe-task-definition, in what register-task-definition takes, or in a list of
 * containers as Terraform takes it.
 * @param file its name, for sentences
 * @param name of the source in the report, where there are several
 * @throws UserError for what is none, and for what cannot run on these nodes
 */
export function unwrap(json: unknown, file: string, name = "taskDefinition"): Unwrapped {
  const { beside, content, tags } = partsOf(json, file);
  const taskDefinition = At.root({ name, shape: "ecs.TaskDefinition" }, content);
  const told = refuse(taskDefinition);
  if (told !== undefined) throw new UserError(`${file}: ${told.sentence}; nothing was written\n  next: ${told.next}`);
  const sources: readonly (readonly [Source, unknown])[] = [
    [{ name: `${name} tags`, shape: "ecs.Tags" }, tags],
    [{ name: `${name} answer`, shape: "ecs.Answer" }, beside],
  ];
  return {
    taskDefinition,
    tags: sources.map(([source, value]) => At.root(source, value)).filter(({ isThere }) => isThere),
  };
}

interface Parts {
  readonly content: Readonly<Record<string, unknown>>;
  readonly tags: unknown;
  /** Members of an answer that nobody asked for. */
  readonly beside: Readonly<Record<string, unknown>>;
}

function partsOf(json: unknown, file: string): Parts {
  if (Array.isArray(json)) {
    if (json.length === 0 || !json.every((element) => isRecord(element) && "image" in element)) throw other(file, json);
    return { content: { containerDefinitions: json }, tags: undefined, beside: {} };
  }
  if (!isRecord(json)) throw other(file, json);
  const { taskDefinition, ...around } = json;
  const inner = isRecord(taskDefinition) ? taskDefinition : json;
  if (!Array.isArray(inner["containerDefinitions"])) throw other(file, json);
  const { tags: own, ...content } = inner;
  if (inner === json) return { content, tags: own, beside: {} };
  // What the SDK and the CLI add to every answer.
  const { $metadata: _, ResponseMetadata: __, tags = own, ...beside } = around;
  return { content, tags, beside };
}

/** What people hand over by mistake, told by what only that has. */
function other(file: string, json: unknown): UserError {
  const is = kindOf(json);
  return new UserError(
    `${file}: this is ${is}, not ${TASK_DEFINITION.is}; nothing was written\n  next: ${TASK_DEFINITION.by}`,
  );
}

function kindOf(json: unknown): string {
  if (!isRecord(json)) return Array.isArray(json) ? "a list of something else" : "a single value";
  if (typeof json["taskDefinition"] === "string") return "what run-task or create-service takes, which only names one";
  if ("taskDefinitionArns" in json || "families" in json) return "a list of names";
  if ("services" in json || "serviceName" in json) return "a service";
  if ("tasks" in json) return "a list of running tasks";
  if ("ContainerDefinitions" in json || "Resources" in json) return "CloudFormation, a template";
  return "JSON without containerDefinitions";
}
