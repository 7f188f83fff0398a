import { v5 as uuidv5 } from "uuid";
import { type Behaviours, withProperties } from "../behaviour";

export const monitor: Behaviours = {
  "microsoft.consumption/budgets": { deletedStatus: 200 },
  "microsoft.operationalinsights/workspaces": {
    complete: ({ id, body }) => withProperties(body, { customerId: uuidv5(id.key, uuidv5.URL) }),
    // Not keys of anything; with local authentication off the real ones open nothing either.
    actions: { sharedkeys: () => ({ primarySharedKey: "rehearsal", secondarySharedKey: "rehearsal" }) },
  },
  "microsoft.insights/diagnosticsettings": { createdStatus: 200 },
  "microsoft.insights/datacollectionrules": {
    complete: ({ id, body }) =>
      withProperties(body, { immutableId: `dcr-${uuidv5(id.key, uuidv5.URL).replaceAll("-", "")}` }),
  },
};
