import type { Environment } from "../model/environment";
import { production } from "./production";

const { aws, name: standbyOf, registry: _, ...same } = production;

/**
 * What takes over when production's region is gone: the same in the paired region, with vaults, identities and a network of its
 * own, and the replica of production's registry. It is in no sum, drift or promotion until it serves (docs/failover.md).
 */
export const standby: Environment = {
  ...same,
  name: "standby",
  standbyOf,
  code: "sby",
  region: production.pairedRegion,
  pairedRegion: production.region,
  addressPlan: {
    network: "10.60.0.0/16",
    nodes: "10.60.0.0/22",
    apiServer: "10.60.4.0/28",
    privateEndpoints: "10.60.5.0/26",
    firewall: "10.60.7.0/26",
    pods: "10.160.0.0/16",
    services: "10.61.0.0/20",
  },
  registry: { tier: "replica", of: standbyOf, code: production.code, suffix: production.suffix },
  images: { from: "replica" },
  runner: { kind: "gitHub", addressPrefix: "10.60.6.0/26", label: "mmrv-standby" },
  // Terraform releases what runs there; Flux takes it over when it stays.
  gitOps: { via: "none" },
  // The server that takes over in this region: a replica that is promoted, or the name that a geo-restore is given.
  database: {
    via: "privateEndpoint",
    server: { kind: "postgresqlFlexible", resourceGroup: "change-me", name: "change-me-standby" },
    approval: "automatic",
  },
  aws: { ...aws, trustedIssuers: [], imagePush: "none" },
  budget: { monthlyLimit: 150, startDate: "2026-12-01", contactEmails: ["finance@mmrv.invalid"] },
};
