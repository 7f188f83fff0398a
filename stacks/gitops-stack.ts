import { DataAzurermClientConfig } from "@cdktf/provider-azurerm/lib/data-azurerm-client-config";
import type { Construct } from "constructs";
import { ExistingCluster } from "../constructs/existing-cluster";
import { ExistingGroup } from "../constructs/existing-group";
import { ExistingIdentity } from "../constructs/existing-identity";
import { ExistingVault } from "../constructs/existing-vault";
import { FluxConfiguration, type GitSource } from "../constructs/flux-configuration";
import { FluxExtension } from "../constructs/flux-extension";
import { FluxAlerts } from "../constructs/observability/flux-alerts";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import {
  deliveryOf,
  deployedBranch,
  gitOpsFolder,
  PLATFORM,
  PROBE,
  releasesOfFlux,
  SUBSTITUTES,
} from "../model/delivery";
import { runbooksUrl } from "../model/federation";
import { GIT_SSH, gitSecretOf, type WithGitOps } from "../model/git-ops";
import { CLUSTER_NAMES, namesOf, stackName } from "../model/naming";
import { MmrvStack } from "./mmrv-stack";

/** Flux, and what it delivers. It speaks to Azure alone, whose agent in the cluster does the rest. */
export class GitOpsStack extends MmrvStack {
  constructor(
    scope: Construct,
    id: string,
    private readonly environment: WithGitOps,
  ) {
    super(scope, id, environment);
    const cluster = new ExistingCluster(this, "cluster", { name: this.names.cluster, ...this.place });
    const extension = new FluxExtension(this, "extension", { cluster });
    if (environment.locks) lockAgainstDeletion(extension);
    const releases = releasesOfFlux(environment);
    const configuration = new FluxConfiguration(this, "configuration", {
      cluster,
      extension,
      name: CLUSTER_NAMES.gitOpsConfiguration,
      namespace: CLUSTER_NAMES.gitOpsNamespace,
      source: sourceOf(environment),
      kustomizations: [PROBE, ...releases].map((name) => ({
        name,
        folder: gitOpsFolder(environment, name),
        substitute: {
          [SUBSTITUTES.environment]: environment.name,
          ...([PROBE, PLATFORM].includes(name) ? {} : this.findInAzure(name)),
        },
      })),
    });
    if (environment.locks) lockAgainstDeletion(configuration);
    this.watch(releases.filter((release) => deliveryOf(environment, release) === "flux"));
  }

  /** Tells whom infra tells, of what it keeps in its workspace; both have the ids that follow from their names. */
  private watch(releases: readonly string[]): void {
    const { subscriptionId } = new DataAzurermClientConfig(this, "azure", {});
    const group = new ExistingGroup(this, "group", {
      name: this.names.resourceGroup,
      location: this.environment.region,
      subscription: `/subscriptions/${subscriptionId}`,
    });
    new FluxAlerts(this, "alerts", {
      group,
      actionGroup: { id: `${group.id}/providers/Microsoft.Insights/actionGroups/${this.names.actionGroup}` },
      workspace: { id: `${group.id}/providers/Microsoft.OperationalInsights/workspaces/${this.names.workspace}` },
      runbooks: runbooksUrl(this.environment),
      identityName: this.names.gitOpsAlertsIdentity,
      flux: {
        configuration: CLUSTER_NAMES.gitOpsConfiguration,
        namespace: CLUSTER_NAMES.gitOpsNamespace,
        releases,
      },
    });
  }

  private get names() {
    return namesOf(this.environment);
  }

  private get place() {
    return {
      resourceGroupName: this.names.resourceGroup,
      madeBy: `the stack ${stackName(this.environment.name, "infra")}`,
    };
  }

  /** What only Azure knows of an application. */
  private findInAzure(application: string): Readonly<Record<string, string>> {
    const identity = new ExistingIdentity(this, `${application}-identity`, {
      name: this.names.applicationIdentity(application),
      ...this.place,
    });
    const vault = new ExistingVault(this, `${application}-vault`, {
      name: this.names.vault(application),
      ...this.place,
    });
    return { [SUBSTITUTES.clientId]: identity.clientId, [SUBSTITUTES.tenantId]: vault.tenantId };
  }
}

/** This program's repository at what has been approved for the environment, as its credential reaches it. */
function sourceOf(environment: WithGitOps): GitSource {
  const { gitHub, gitOps } = environment;
  const path = `${gitHub.owner}/${gitHub.infrastructure.repository}.git`;
  const common = { branch: deployedBranch(environment), secret: gitSecretOf(environment) };
  return gitOps.via === "gitHubApp"
    ? { ...common, url: `https://github.com/${path}`, provider: "GitHub" }
    : { ...common, url: `ssh://git@${GIT_SSH.host}:${GIT_SSH.port}/${path}`, provider: "Generic" };
}
