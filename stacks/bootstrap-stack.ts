import { DataAzurermSubscription } from "@cdktf/provider-azurerm/lib/data-azurerm-subscription";
import { ResourceGroup } from "@cdktf/provider-azurerm/lib/resource-group";
import { ResourceProviderRegistration } from "@cdktf/provider-azurerm/lib/resource-provider-registration";
import { SecurityCenterSubscriptionPricing } from "@cdktf/provider-azurerm/lib/security-center-subscription-pricing";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { Budget } from "../constructs/budget";
import { LandingZone, type PlannedWorkspace } from "../constructs/landing-zone";
import { ManagedIdentity } from "../constructs/managed-identity";
import type { Principal, Scope } from "../constructs/role-assignment";
import { StateCopy } from "../constructs/state-copy";
import { type StateContainer, StateStorage } from "../constructs/state-storage";
import { lockAgainstDeletion } from "../constructs/support/deletion-lock";
import type { Environment } from "../model/environment";
import { repositoriesOf } from "../model/federation";
import { type Marker, markersOf } from "../model/markers";
import {
  BOOTSTRAP_RESOURCE_GROUP,
  gitHubEnvironmentsOf,
  namesOf,
  STATE_COPY,
  stateAccountName,
  workspacesOf,
} from "../model/naming";
import { bestReplicationOf } from "../model/regions";
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

/** Where phase 0 puts what an environment's deployment takes for granted. */
interface Ground {
  readonly resourceGroup: ResourceGroup;
  readonly states: StateStorage;
}

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
    const ground = this.createGround();
    const own = ground.states.addContainer(subscription.name);
    const containers = [own];
    const groups = new Map<string, Scope>();
    const grounds = [ground];
    for (const environment of inOrderOfPromotion(environments)) {
      const itsOwn = environment.standbyOf === undefined ? ground : this.createStandbyGround(environment);
      const state = itsOwn.states.addContainer(environment.name);
      if (itsOwn === ground) containers.push(state);
      else grounds.push(itsOwn);
      const zone = this.createLandingZone(environment, { groups, resourceGroup: itsOwn.resourceGroup, state });
      groups.set(environment.name, zone.group);
      // A deployment asks first whether this stack is there.
      own.grantRead(`${environment.name}-planner`, zone.planner);
      own.grantRead(`${environment.name}-deployer`, zone.deployer);
      this.createOutputs(environment.name, zone);
    }
    new TerraformOutput(this, "subscription-id", { value: this.azure.subscriptionId });
    new TerraformOutput(this, "tenant-id", { value: this.azure.tenantId });
    // A standby's are far away as they are.
    const copy = this.createStateCopy(ground.resourceGroup, containers, environments);
    const storages = [...grounds.map(({ states }) => states), ...(copy ? [copy] : [])];
    if (subscription.locks) for (const storage of storages) lockAgainstDeletion(storage);
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

  private createGround(): Ground {
    const { region, suffix } = this.subscription;
    const resourceGroup = new ResourceGroup(this, "group", { name: BOOTSTRAP_RESOURCE_GROUP, location: region });
    return { resourceGroup, states: this.createStateStorage("states", stateAccountName(suffix), resourceGroup) };
  }

  /** In the region of the standby, so that nothing that builds it is gone with the other one. */
  private createStandbyGround(environment: Environment): Ground {
    const { standbyBootstrapGroup, standbyStates } = namesOf(environment);
    const { name, region } = environment;
    const resourceGroup = new ResourceGroup(this, `${name}-group`, { name: standbyBootstrapGroup, location: region });
    return { resourceGroup, states: this.createStateStorage(`${name}-states`, standbyStates, resourceGroup) };
  }

  private createStateStorage(id: string, name: string, resourceGroup: ResourceGroup): StateStorage {
    const { replication, softDeleteDays } = this.subscription.state;
    return new StateStorage(this, id, {
      name,
      resourceGroup,
      replication,
      softDeleteDays,
      administrators: this.administrators(),
    });
  }

  private administrators(): Principal[] {
    return this.subscription.administratorGroupObjectIds.map((principalId) => ({
      // By the id, so that a group which is put in front of another does not take its place.
      name: `administrators-${principalId}`,
      principalId,
      type: "Group",
    }));
  }

  /** In a group and an account of its own, in another region; and who copies every night. */
  private createStateCopy(
    identityGroup: ResourceGroup,
    states: readonly StateContainer[],
    environments: readonly Environment[],
  ): StateCopy | undefined {
    const { state, suffix } = this.subscription;
    if (state.copy.to === "none") return undefined;
    const { keepDays, region, retention } = state.copy;
    const name = STATE_COPY.identity(suffix);
    const copier = new ManagedIdentity(this, "state-copier", { name, resourceGroup: identityGroup });
    for (const repository of ownRepositories(environments))
      copier.trustGitHub({ ...repository, environment: STATE_COPY.gitHubEnvironment });
    for (const container of states) container.grantRead("copier", copier);
    new TerraformOutput(this, "state-copy-client-id", { value: copier.clientId });
    return new StateCopy(this, "state-copy", {
      name: STATE_COPY.accountName(suffix),
      containerName: STATE_COPY.container,
      resourceGroup: new ResourceGroup(this, "state-copy-group", { name: STATE_COPY.resourceGroup, location: region }),
      replication: bestReplicationOf(region),
      keepDays,
      retention,
      administrators: this.administrators(),
      copier,
    });
  }

  private createLandingZone(
    environment: Environment,
    ground: {
      /** The group of each environment that is there already. */
      readonly groups: ReadonlyMap<string, Scope>;
      readonly resourceGroup: ResourceGroup;
      /** Where its states are. */
      readonly state: StateContainer;
    },
  ): LandingZone {
    const { groups, resourceGroup, state } = ground;
    const { images, name, region, registry } = environment;
    const names = namesOf(environment);
    const fromGroup = images.from === "promotion" ? groups.get(images.of) : undefined;
    return new LandingZone(this, `environment-${name}`, {
      resourceGroupName: names.resourceGroup,
      region,
      planIdentityName: names.planIdentity,
      deployIdentityName: names.deployIdentity,
      identityGroup: resourceGroup,
      state,
      subscription: { id: this.azure.id, name: "subscription" },
      gitHubEnvironments: gitHubEnvironmentsOf(environment),
      gitHubRepositories: repositoriesOf(environment, "infrastructure"),
      hcpWorkspaces: trustedWorkspaces(this.subscription, environment),
      promotion: fromGroup && { identityName: names.promoteIdentity, fromGroup },
      pullsFrom: registry.tier === "replica" ? groups.get(registry.of) : undefined,
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

/** This program's own repositories, one for all environments as a rule, each under every name that GitHub may give it. */
function ownRepositories(environments: readonly Environment[]) {
  const once = new Map<string, { readonly id: string; readonly repository: string }>();
  for (const environment of environments)
    for (const { id, repository } of repositoriesOf(environment, "infrastructure"))
      if (!once.has(repository)) once.set(repository, { id: `${environment.name}-${id}`, repository });
  return [...once.values()];
}

/** Those that build before those that take what others built; a promotion comes from an environment that builds, a standby's images from any. */
const inOrderOfPromotion = (environments: readonly Environment[]): Environment[] =>
  (["build", "promotion", "replica"] as const).flatMap((from) =>
    environments.filter(({ images }) => images.from === from),
  );

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
