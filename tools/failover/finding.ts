/** What a failover needs, and whether it is there today. */
export interface Finding {
  /** The same in every run, such as registry-replica. */
  readonly name: FindingName;
  /** For people, such as: the registry's replica. */
  readonly about: string;
  readonly is: "ready" | "missing" | "unknown";
  /** What was found, or why nobody knows. */
  readonly why: string;
  /** What mends it, or lets it be known. */
  readonly next?: string;
}

/** In the order in which a failover needs them. */
export const FINDING_NAMES = [
  "markers",
  "states",
  "standby-infra",
  "registry-replica",
  "registry-endpoint",
  "images",
  "vaults",
  "escrow",
  "sizes",
  "quota",
  "database",
  "aws-roles",
  "dns",
] as const;

export type FindingName = (typeof FINDING_NAMES)[number];

type Said = Omit<Finding, "name" | "about">;

export const ready = (why: string): Said => ({ is: "ready", why });
export const missing = (why: string, next: string): Said => ({ is: "missing", why, next });
export const unknown = (why: string, next: string): Said => ({ is: "unknown", why, next });

/** What people call it. */
export const ABOUT: Readonly<Record<FindingName, string>> = {
  markers: "what only the owner knows",
  states: "the states",
  "standby-infra": "what is deployed ahead",
  "registry-replica": "the registry's replica",
  "registry-endpoint": "the way to the replica",
  images: "the images that run",
  vaults: "the standby's vaults",
  escrow: "the escrow file",
  sizes: "machine sizes in the region",
  quota: "the quota of the region",
  database: "the database",
  "aws-roles": "roles in AWS",
  dns: "the third target of DNS",
};

export const finding = (name: FindingName, said: Said): Finding => ({ name, about: ABOUT[name], ...said });
export type { Said };
