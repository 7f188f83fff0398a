import type { Environment } from "../model/environment";
import { applications } from "./applications";

/** Where changes are tried first: cheap, reachable from the office, easy to tear down. */
export const staging: Environment = {
  name: "staging",
  code: "stg",
  suffix: "k3m7",
  applications,
  region: "eastus2",
  pairedRegion: "centralus",
  zones: ["1", "2", "3"],
  addressPlan: {
    network: "10.40.0.0/16",
    nodes: "10.40.0.0/22",
    apiServer: "10.40.4.0/28",
    privateEndpoints: "10.40.5.0/26",
    firewall: "10.40.7.0/26",
    pods: "10.128.0.0/16",
    services: "10.41.0.0/20",
  },
  adminGroupObjectIds: ["00000000-0000-0000-0000-000000000001"],
  access: { via: "authorizedRanges", ranges: ["203.0.113.0/29"] },
  kubernetes: { version: "1.35", upgradeChannel: "patch", tier: "Free", costAnalysis: false },
  nodePools: [
    { name: "system1", mode: "System", vmSize: "Standard_D2ds_v5", osDiskGb: 60, minCount: 1, maxCount: 2 },
    { name: "apps1", mode: "User", vmSize: "Standard_D2ds_v5", osDiskGb: 60, minCount: 1, maxCount: 3 },
  ],
  egress: { via: "loadBalancer", address: "own" },
  registry: { tier: "Standard" },
  images: { from: "build" },
  thirdPartyFrom: "upstream",
  certificateAuthority: "letsEncrypt",
  // Without purge protection a torn-down environment can be rebuilt under the same names.
  vaults: { softDeleteDays: 7, purgeProtection: false },
  podSecurity: "Audit",
  defender: false,
  prometheus: false,
  hostEncryption: true,
  imageCleanerHours: 48,
  logs: {
    retentionDays: 30,
    dailyCapGb: 1,
    controlPlane: ["kube-audit-admin", "guard", "cluster-autoscaler"],
    auditArchive: { to: "none" },
    warnAtGbPerDay: 0.8,
  },
  budget: { monthlyLimit: 400, startDate: "2026-12-01", contactEmails: ["finance@mmrv.invalid"] },
  alertEmails: ["operations@mmrv.invalid"],
  maintenance: {
    // Earlier in the week than production, so that a bad patch is seen here first.
    cluster: { dayOfWeek: "Tuesday", startTime: "02:00", utcOffset: "-05:00", durationHours: 4 },
    nodes: { dayOfWeek: "Wednesday", startTime: "02:00", utcOffset: "-05:00", durationHours: 4 },
    freezes: [],
  },
  runner: { kind: "none" },
  deletionGuard: false,
  locks: false,
  gitHub: {
    owner: "change-me",
    infrastructure: { repository: "change-me-infrastructure" },
    applications: {
      backend: { repository: "change-me-backend" },
      frontend: { repository: "change-me-frontend" },
    },
  },
  // Phase 5 gives it another: docs/gitops.md.
  gitOps: { via: "none" },
  database: {
    via: "firewallRule",
    server: { kind: "postgresqlFlexible", resourceGroup: "change-me", name: "change-me-staging" },
  },
  dns: { via: "route53" },
  domains: { backend: "api.staging.mmrv.invalid", frontend: "staging.mmrv.invalid" },
  aws: {
    accountId: "000000000000",
    region: "us-east-1",
    vpcCidrs: ["192.0.2.0/24"],
    endpoints: ["sts.us-east-1.amazonaws.com"],
    hostedZoneId: "change-me",
    // The statements of the ECS task roles; without any an application gets no role.
    permissions: {},
    trustedIssuers: [],
    ecr: { backend: { repository: "change-me-backend", newest: 20 } },
    cutover: { gitHub: true, onCallRoles: ["change-me-on-call"] },
    imagePush: "ownProvider",
    secrets: {
      backend: [{ from: "secretsManager", name: "change-me-database", key: "url", to: "database-url" }],
      frontend: [{ from: "parameterStore", name: "change-me-actions-key", to: "next-server-actions-encryption-key" }],
    },
  },
};
