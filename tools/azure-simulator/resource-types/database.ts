import type { Behaviours } from "../behaviour";

/** Servers are seeded, never made; only what lets us in is. */
export const database: Behaviours = {
  // The client takes nothing but 202, because Azure always works on it for a while.
  "microsoft.dbforpostgresql/flexibleservers/firewallrules": { createdStatus: 202 },
};
