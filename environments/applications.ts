import type { Application } from "../model/schema/application";

/**
 * The applications of MMRV, in the order in which they are deployed. A new one is an entry here, its values in
 * helm-values/, and what each environment says of it (docs/extend.md).
 */
export const applications: Application[] = [
  { name: "backend", kind: "web", from: "ecs", phase: 1, usesDatabase: true },
  { name: "frontend", kind: "web", from: "amplify", phase: 3, calls: ["backend"] },
];
