import type { Environment } from "./environment";

/** What users depend on: private, in three zones, guarded against deletion. */
export const production: Environment = {
  name: "production",
  code: "prd",
  suffix: "k3m7",
  region: "eastus2",
  pairedRegion: "centralus",
  zones: ["1", "2", "3"],
  addressPlan: {
    network: "10.50.0.0/16",
    nodes: "10.50.0.0/22",
    apiServer: "10.50.4.0/28",
    privateEndpoints: "10.50.5.0/26",
    pods: "10.144.0.0/16",
    services: "10.51.0.0/20",
  },
  adminGroupObjectIds: ["00000000-0000-0000-0000-000000000001"],
  access: { via: "private" },
  kubernetes: { version: "1.35", upgradeChannel: "patch", tier: "Standard", costAnalysis: true },
  nodePools: [
    { name: "system1", mode: "System", vmSize: "Standard_D4ds_v5", osDiskGb: 128, minCount: 3, maxCount: 5 },
    { name: "apps1", mode: "User", vmSize: "Standard_D4ds_v5", osDiskGb: 128, minCount: 2, maxCount: 6 },
  ],
  egress: { via: "natGateway", idleTimeoutMinutes: 10 },
  registry: { tier: "Premium", untaggedRetentionDays: 15, dedicatedDataEndpoint: true, replica: true },
  vaults: { softDeleteDays: 90, purgeProtection: true },
  hostEncryption: true,
  imageCleanerHours: 168,
  logs: { retentionDays: 90, dailyCapGb: "none" },
  budget: { monthlyLimit: 1800, startDate: "2026-12-01", contactEmails: ["finance@mmrv.invalid"] },
  alertEmails: ["operations@mmrv.invalid"],
  maintenance: {
    cluster: { dayOfWeek: "Saturday", startTime: "23:00", utcOffset: "-05:00", durationHours: 6 },
    nodes: { dayOfWeek: "Sunday", startTime: "23:00", utcOffset: "-05:00", durationHours: 6 },
    freezes: [{ from: "2026-12-19", to: "2027-01-03", reason: "year-end reporting of MMRV's customers" }],
  },
  runner: { kind: "gitHub", addressPrefix: "10.50.6.0/26" },
  deletionGuard: true,
  locks: true,
  gitHub: {
    owner: "change-me",
    backend: { repository: "change-me-backend" },
    frontend: { repository: "change-me-frontend" },
  },
  domains: { backend: "api.mmrv.invalid", frontend: "app.mmrv.invalid" },
  aws: { accountId: "000000000000", region: "us-east-1", vpcCidrs: ["192.0.2.0/24"] },
};
