import { describe, expect, it } from "vitest";
import {
  ecrHost,
  gitHubEnvironmentsOf,
  imageRepositoryOf,
  listenerOf,
  namesOf,
  serviceAccountSubject,
  stateAccountName,
  workspacesOf,
} from "../../model/naming";
import { staging } from "../support/fixtures/environments/staging";

describe("names are a contract between stacks, so each is written out here:", () => {
  it("those of an environment", () => {
    const names = namesOf({ name: "staging", code: "stg", suffix: "k3m7" });
    const { applicationIdentity, awsPushRole, awsRole, furtherEgressAddress, pushIdentity, vault, ...fixed } = names;
    expect(fixed).toEqual(NAMES);
    expect(furtherEgressAddress(2)).toBe("pip-mmrv-staging-egress-2");
    expect([applicationIdentity, pushIdentity, vault, awsRole, awsPushRole].map((of) => of("backend"))).toEqual([
      "id-mmrv-staging-backend-k3m7",
      "id-mmrv-staging-push-backend-k3m7",
      "kv-backend-stg-k3m7",
      "mmrv-staging-backend",
      "mmrv-staging-push-backend",
    ]);
  });

  it("those that are not made of an environment's own", () => {
    expect([
      listenerOf({ application: "backend", host: "api.example.com", isFirst: true }),
      listenerOf({ application: "backend", host: "old.example.com", isFirst: false }),
      serviceAccountSubject("backend"),
      imageRepositoryOf("frontend"),
      stateAccountName("k3m7"),
      ecrHost({ aws: { ...staging.aws, accountId: "123456789012", region: "us-east-1" } }),
    ]).toEqual([
      "https-backend",
      "https-backend-old.example.com",
      "system:serviceaccount:mmrv:backend",
      "mmrv/frontend",
      "stmmrvstatek3m7",
      "123456789012.dkr.ecr.us-east-1.amazonaws.com",
    ]);
  });

  it("those that GitHub and HCP Terraform know", () => {
    expect(gitHubEnvironmentsOf({ name: "staging" })).toEqual({
      deploy: "staging",
      plan: "staging-plan",
      promote: "staging-promote",
    });
    expect(workspacesOf(staging).map(({ kind, workspace }) => [kind, workspace])).toEqual([
      ["infra", "mmrv-staging-infra"],
      ["aws-access", "mmrv-staging-aws-access"],
      ["addons", "mmrv-staging-addons"],
      ["platform", "mmrv-staging-platform"],
      ["backend", "mmrv-staging-backend"],
      ["frontend", "mmrv-staging-frontend"],
      ["cutover", "mmrv-staging-cutover"],
    ]);
  });
});

const NAMES = {
  resourceGroup: "rg-mmrv-staging",
  nodeResourceGroup: "rg-mmrv-staging-nodes",
  network: "vnet-mmrv-staging",
  routeTable: "rt-mmrv-staging",
  firewall: "afw-mmrv-staging",
  firewallPolicy: "afwp-mmrv-staging",
  ipGroups: {
    nodes: "ipg-mmrv-staging-nodes",
    runner: "ipg-mmrv-staging-runner",
  },
  subnets: {
    nodes: "snet-nodes",
    apiServer: "snet-api-server",
    privateEndpoints: "snet-private-endpoints",
    runner: "snet-runner",
    firewall: "AzureFirewallSubnet",
  },
  natGateway: "ng-mmrv-staging",
  egressAddress: "pip-mmrv-staging-egress",
  firewallAddress: "pip-mmrv-staging-firewall",
  runnerAddress: "pip-mmrv-staging-runner",
  gatewayAddress: "pip-mmrv-staging-gateway",
  gatewayDnsLabel: "mmrv-staging-k3m7",
  gitOpsIdentity: "id-mmrv-staging-gitops-k3m7",
  gitOpsAlertsIdentity: "id-mmrv-staging-gitops-alerts-k3m7",
  gitOpsVault: "kv-gitops-stg-k3m7",
  registry: "crmmrvstgk3m7",
  registryHost: "crmmrvstgk3m7.azurecr.io",
  cluster: "aks-mmrv-staging",
  clusterDnsPrefix: "mmrv-staging",
  clusterIdentity: "id-mmrv-staging-cluster-k3m7",
  kubeletIdentity: "id-mmrv-staging-kubelet-k3m7",
  planIdentity: "id-mmrv-staging-plan-k3m7",
  deployIdentity: "id-mmrv-staging-deploy-k3m7",
  promoteIdentity: "id-mmrv-staging-promote-k3m7",
  auditArchive: "stmmrvstgk3m7",
  awsDnsRole: "mmrv-staging-dns-01",
  awsCutoverRole: "mmrv-staging-cutover",
  podSecurityPolicy: "mmrv-restricted-pods",
  workspace: "log-mmrv-staging",
  dataCollectionRule: "dcr-mmrv-staging-containers",
  monitorWorkspace: "amw-mmrv-staging",
  dataCollectionEndpoint: "dce-mmrv-staging",
  metricsRule: "dcr-mmrv-staging-metrics",
  actionGroup: "ag-mmrv-staging",
  actionGroupShort: "mmrv-stg",
  budget: "budget-mmrv-staging",
};
