import { AMPLIFY_TABLES } from "../amplify/tables";
import type { Fields } from "../fields";
import { ecsTags, ecsTaskDefinition } from "./ecs-task-definition";
import { SERVICE_TABLES } from "./service-tables";

/** What is known of the fields of each shape. */
export const TABLES: Readonly<Record<string, Fields>> = {
  "ecs.TaskDefinition": ecsTaskDefinition,
  "ecs.Tags": ecsTags,
  // What an answer has beside what was asked for: nothing is known of it.
  "ecs.Answer": {},
  ...SERVICE_TABLES,
  ...AMPLIFY_TABLES,
};
