import type { Behaviours } from "../behaviour";

export const resources: Behaviours = {
  "microsoft.resources/resourcegroups": { deletedStatus: 202 },
};
