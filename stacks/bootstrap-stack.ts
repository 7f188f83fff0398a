import { DataAzurermSubscription } from "@cdktf/provider-azurerm/lib/data-azurerm-subscription";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { ResourceProviderRegistration } from "@cdktf/provider-azurerm/lib/resource-provider-registration";
import { SecurityCenterSubscriptionPricing } from "@cdktf/provider-azurerm/lib/security-center-subscription-pricing";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { Budget } from "../constructs/budget";
import { LandingZone, type PlannedWorkspace } from "../constructs/landing-zone";
import type { Scope } from "../constructs/role-assignment";
import { StateStorage } from "../constructs/state-storage";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import type { Environment } from "../model/environment";
import { repositoriesOf } from "../model/federation";
import { type Marker, markersOf } from "../model/markers";
import {
  BOOTSTRAP_RESOURCE_GROUP,
  gitHubEnvironmentsOf,
  namesOf,
  stateAccountName,
  workspacesOf,
} from "../model/naming";
import type { Subscription } from "../model/subscription";
import { MmrvStack } from "./mmrv-stack";

/** What the stacks of every phase use; Microsoft.Compute is registered below, with its features. */
const RESOURCE_PROVIDERS = [
  "Microsoft.AlertsManagement",
  "Microsoft.Consumption",
  "Microsoft.ContainerRegistry",
  "Microsoft.ContainerService",
  "Microsoft.Insights",
  "Microsoft.KeyVault",
  "Microsoft.KubernetesConfiguration",
  "Microsoft.ManagedIdentity",
  "Microsoft.Monitor",
  "Microsoft.Network",
  "Microsoft.OperationalInsights",
  "Microsoft.OperationsManagement",
  "Microsoft.PolicyInsights",
  "Microsoft.Security",
  "Microsoft.Storage",
];

/** Scans of images, discovery without agents, the sensor: learn.microsoft.com/rest/api/defenderforcloud/pricings. */
const DEFENDER_EXTENSIONS = [
  { name: "ContainerRegistriesVulnerabilityAssessments" },
  { name: "AgentlessDiscoveryForKubernetes" },
  {
    name: "ContainerSensor",
    // The service adds them, and would find them taken away again by every deployment (Azure/terraform#498).
    additionalExtensionProperties: {
      AntiMalwareEnabled: "True",
      AutoProvisioning: "True",
      InstallationMethod: "AKSAddon",
      SecurityGatingEnabled: "True",
    },
  },
];

/** Phase 0, applied by a person with Owner: what the deployment of every environment takes for granted. */
export class BootstrapStack extends MmrvStack {
  private readonly azure: DataAzurermSubscription;

  constructor(
    scope: Construct,
    id: string,
    private readonly subscription: Subscription,
    environments: readonly Environment[],
  ) {
    const gitHubRunners = environments.some(({ runner }) => runner.kind === "gitHub") ? ["GitHub.Network"] : [];
    // Named for clusters of AKS too: learn.microsoft.com/azure/azure-arc/kubernetes/tutorial-use-gitops-flux2.
    const flux = environments.some(({ gitOps }) => gitOps.via !== "none") ? ["Microsoft.Kubernetes"] : [];
    super(scope, id, subscription, {
      registers: [...RESOURCE_PROVIDERS, ...gitHubRunners, ...flux],
      otherMarkers: trustedMarkers(environments),
    });
    this.azure = new DataAzurermSubscription(this, "azure", {});
    this.registerCompute();
    if (subscription.defenderForContainers) this.createDefender();
    this.createBudget();
    const resourceGroup = this.createGroup();
    const states = this.createStateStorage(resourceGroup);
    const own = states.addContainer(subscription.name);
    const groups = new Map<string, Scope>();
    for (const environment of inOrderOfPromotion(environments)) {
      const zone = this.createLandingZone(environment, { groups, resourceGroup, states });
      groups.set(environment.name, zone.group);
      // A deployment asks first whether this stack is there.
      own.grantRead(`${environment.name}-planner`, zone.planner);
      own.grantRead(`${environment.name}-deployer`, zone.deployer);
      this.createOutputs(environment.name, zone);
    }
    new TerraformOutput(this, "subscription-id", { value: this.azure.subscriptionId });
    new TerraformOutput(this, "tenant-id", { value: this.azure.tenantId });
    if (subscription.locks) lockAgainstDeletion(states);
  }

  private registerCompute(): void {
    new ResourceProviderRegistration(this, "compute", {
      name: "Microsoft.Compute",
      feature: this.subscription.computeFeatures.map((name) => ({ name, registered: true })),
    });
  }

  private createDefender(): void {
    new SecurityCenterSubscriptionPricing(this, "defender", {
      resourceType: "Containers",
      tier: "Standard",
      // What is not named here the provider switches off, and Azure bills it all the same.
      extension: DEFENDER_EXTENSIONS,
    });
  }

  private createBudget(): void {
    new Budget(this, "budget", { name: "budget-mmrv", subscriptionId: this.azure.id, ...this.subscription.budget });
  }

  private createGroup(): ResourceGroup {
    return new ResourceGroup(this, "group", { name: BOOTSTRAP_RESOURCE_GROUP, location: this.subscription.region });
  }

  private createStateStorage(resourceGroup: ResourceGroup): StateStorage {
    const { administratorGroupObjectIds, state, suffix } = this.subscription;
    return new StateStorage(this, "states", {
      name: stateAccountName(suffix),
      resourceGroup,
      ...state,
      administrators: administratorGroupObjectIds.map((principalId) => ({
        // By the id, so that a group which is put in front of another does not take its place.
        name: `administrators-${principalId}`,
        principalId,
        type: "Group",
      })),
    });
  }

  private createLandingZone(
    environment: Environment,
    ground: {
      /** The group of each environment that is there already. */
      readonly groups: ReadonlyMap<string, Scope>;
      readonly resourceGroup: ResourceGroup;
      readonly states: StateStorage;
    },
  ): LandingZone {
    const { groups, resourceGroup, states } = ground;
    const { images, name, region } = environment;
    const names = namesOf(environment);
    const fromGroup = images.from === "promotion" ? groups.get(images.of) : undefined;
    return new LandingZone(this, `environment-${name}`, {
      resourceGroupName: names.resourceGroup,
      region,
      planIdentityName: names.planIdentity,
      deployIdentityName: names.deployIdentity,
      identityGroup: resourceGroup,
      state: states.addContainer(name),
      subscription: { id: this.azure.id, name: "subscription" },
      gitHubEnvironments: gitHubEnvironmentsOf(environment),
      gitHubRepositories: repositoriesOf(environment, "infrastructure"),
      hcpWorkspaces: trustedWorkspaces(this.subscription, environment),
      promotion: fromGroup && { identityName: names.promoteIdentity, fromGroup },
    });
  }

  private createOutputs(environment: string, { deployer, planner, promoter }: LandingZone): void {
    new TerraformOutput(this, `${environment}-plan-client-id`, { value: planner.clientId });
    new TerraformOutput(this, `${environment}-deploy-client-id`, { value: deployer.clientId });
    if (promoter) new TerraformOutput(this, `${environment}-promote-client-id`, { value: promoter.clientId });
  }
}

/** The repositories that it would trust: one that is nobody's yet can become anybody's. */
const trustedMarkers = (environments: readonly Environment[]): Marker[] =>
  environments.flatMap((environment) =>
    markersOf(environment).filter(({ path }) => /\.gitHub\.(owner|ownerId|infrastructure)\b/.test(path)),
  );

/** Those that build before those that take what others built; a promotion comes from an environment that builds. */
const inOrderOfPromotion = (environments: readonly Environment[]): Environment[] => [
  ...environments.filter(({ images }) => images.from === "build"),
  ...environments.filter(({ images }) => images.from === "promotion"),
];

/** The workspaces whose runs are trusted with an environment. */
function trustedWorkspaces({ hcpTerraform }: Subscription, environment: Environment): PlannedWorkspace[] {
  if (hcpTerraform.use === "none") return [];
  const { organization, project } = hcpTerraform;
  return workspacesOf(environment)
    .filter(({ speaksToAzure }) => speaksToAzure)
    .map(({ hcpExecution, workspace }) => ({
      organization,
      project,
      workspace,
      plannedBy: hcpExecution === "agent" ? "deployer" : "planner",
    }));
}
