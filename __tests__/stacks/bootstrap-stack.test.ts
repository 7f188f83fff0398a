import { describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import type { Subscription } from "../../model/subscription";
import { resourceGraph } from "../../tools/terraform/stack-json";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { addressOf, isAfter } from "../support/order";
import { type Block, reviewed, type Synthesized, synthBootstrap, synthProgram } from "../support/synth";

const made = (more: Partial<Subscription> = {}, environments: readonly Environment[] = [staging, production]) =>
  synthBootstrap({ ...bootstrap, ...more }, environments);
const shipped = synthProgram()["bootstrap"] as Synthesized;
const SUBSCRIPTION = "${data.azurerm_subscription.azure.id}";

/** The Terraform address of the identity of a name. */
const identityOf = ({ json }: Synthesized, name: string) => {
  const found = Object.entries<Block>(json.resource.azurerm_user_assigned_identity).find(
    ([, one]) => one.name === name,
  );
  if (!found) throw new Error(`no identity ${name}`);
  return `azurerm_user_assigned_identity.${found[0]}`;
};
const registered = ({ json }: Synthesized): string[] => json.provider.azurerm[0].resource_providers_to_register;

describe("bootstrap", () => {
  it("synthesizes as reviewed", async () => {
    await expect(reviewed(shipped)).toMatchFileSnapshot("__snapshots__/bootstrap.json");
  });

  it("comes before every other stack", () => {
    const stacks = synthProgram();
    expect(Object.keys(stacks)[0]).toBe("bootstrap");
  });
});

describe("the subscription", () => {
  it("has the resource providers that later phases use, and nothing registered twice", () => {
    expect(registered(shipped)).toEqual(
      expect.arrayContaining([
        "Microsoft.AlertsManagement",
        "Microsoft.ContainerRegistry",
        "Microsoft.ContainerService",
        "Microsoft.KeyVault",
        "Microsoft.KubernetesConfiguration",
        "Microsoft.ManagedIdentity",
        "Microsoft.Monitor",
        "Microsoft.Network",
        "Microsoft.OperationalInsights",
        "Microsoft.PolicyInsights",
        "Microsoft.Security",
        "Microsoft.Storage",
      ]),
    );
    expect(new Set(registered(shipped)).size).toBe(registered(shipped).length);
    // A registration with features is a resource; the provider would fail on one that it made itself.
    expect(registered(shipped)).not.toContain("Microsoft.Compute");
    expect(shipped.json.provider.azurerm[0].resource_provider_registrations).toBe("none");
  });

  it("has every resource provider of what any stack makes", () => {
    const NAMESPACES: Record<string, string> = {
      application_insights: "Microsoft.Insights",
      consumption: "Microsoft.Consumption",
      container_registry: "Microsoft.ContainerRegistry",
      key_vault: "Microsoft.KeyVault",
      kubernetes_cluster: "Microsoft.ContainerService",
      log_analytics: "Microsoft.OperationalInsights",
      monitor_alert_prometheus: "Microsoft.AlertsManagement",
      monitor_workspace: "Microsoft.Monitor",
      monitor: "Microsoft.Insights",
      security_center: "Microsoft.Security",
      storage: "Microsoft.Storage",
      user_assigned_identity: "Microsoft.ManagedIdentity",
      virtual_network: "Microsoft.Network",
    };
    const types = Object.values(synthProgram()).flatMap(({ json }) => Object.keys(json.resource ?? {}));
    const used = types.flatMap((type) => {
      const family = Object.keys(NAMESPACES).find((prefix) => type.startsWith(`azurerm_${prefix}`));
      return family === undefined ? [] : [NAMESPACES[family]];
    });
    expect(new Set(used).size).toBeGreaterThan(10);
    expect(registered(shipped)).toEqual(expect.arrayContaining([...new Set(used)]));
  });

  it("has GitHub's own resource provider only where its runners are injected", () => {
    expect(registered(shipped)).toContain("GitHub.Network");
    expect(registered(made({}, [staging]))).not.toContain("GitHub.Network");
  });

  it("has the provider of Kubernetes elsewhere only where there is Flux, which asks for it", () => {
    expect(registered(shipped)).not.toContain("Microsoft.Kubernetes");
    const withFlux: Environment = { ...staging, gitOps: { via: "deployKey", delivery: {} } };
    expect(registered(made({}, [withFlux]))).toContain("Microsoft.Kubernetes");
  });

  it.each([
    [["EncryptionAtHost"], [{ name: "EncryptionAtHost", registered: true }]],
    [
      ["EncryptionAtHost", "Another"],
      [
        { name: "EncryptionAtHost", registered: true },
        { name: "Another", registered: true },
      ],
    ],
  ])("has the features of Microsoft.Compute that are named: %j", (computeFeatures, feature) => {
    expect(made({ computeFeatures }).one("azurerm_resource_provider_registration")).toMatchObject({
      name: "Microsoft.Compute",
      feature,
    });
  });

  it.each([
    [true, [{ resource_type: "Containers", tier: "Standard" }]],
    [false, []],
  ])("has Defender's plan for containers when asked: %s", (defenderForContainers, plans) => {
    const stack = made({ defenderForContainers }, [staging]);
    expect(stack.all("azurerm_security_center_subscription_pricing")).toMatchObject(plans);
    expect(stack.all("azurerm_security_center_subscription_pricing")).toHaveLength(plans.length);
  });

  it("names what the plan comes with, properties and all, because the provider takes away what it does not find named", () => {
    const { extension } = shipped.one("azurerm_security_center_subscription_pricing");
    expect(extension).toEqual([
      { name: "ContainerRegistriesVulnerabilityAssessments" },
      { name: "AgentlessDiscoveryForKubernetes" },
      {
        name: "ContainerSensor",
        additional_extension_properties: {
          AntiMalwareEnabled: "True",
          AutoProvisioning: "True",
          InstallationMethod: "AKSAddon",
          SecurityGatingEnabled: "True",
        },
      },
    ]);
  });

  it("has a budget that counts everything", () => {
    const budget = shipped.one("azurerm_consumption_budget_subscription");
    expect(budget).toMatchObject({
      amount: bootstrap.budget.monthlyLimit,
      subscription_id: SUBSCRIPTION,
      time_period: { start_date: `${bootstrap.budget.startDate}T00:00:00Z` },
    });
    expect(budget).not.toHaveProperty("filter");
  });
});

describe("the storage of the states", () => {
  it("is opened by Entra alone, keeps versions, and is guarded and locked last", () => {
    expect(shipped.one("azurerm_storage_account")).toMatchObject({
      name: "stmmrvstatek3m7",
      resource_group_name: "${azurerm_resource_group.group.name}",
      account_replication_type: "GZRS",
      shared_access_key_enabled: false,
      blob_properties: { versioning_enabled: true, delete_retention_policy: { days: 30 } },
      lifecycle: { prevent_destroy: true },
    });
    expect(shipped.json.provider.azurerm[0]).toMatchObject({ storage_use_azuread: true });
    expect(shipped.one("azurerm_management_lock")).toMatchObject({
      lock_level: "CanNotDelete",
      scope: "${azurerm_storage_account.states.id}",
    });
    const lock = addressOf(shipped, "azurerm_management_lock");
    const containers = Object.keys(shipped.json.resource.azurerm_storage_container);
    expect(containers.length).toBe(3);
    for (const container of containers)
      expect(isAfter(shipped, lock, `azurerm_storage_container.${container}`)).toBe(true);
  });

  it("has a container for itself and one for each environment", () => {
    expect(
      shipped
        .all("azurerm_storage_container")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["bootstrap", "production", "staging"]);
  });

  it("holds each state where its stack looks for it, in a container that its own identities reach", () => {
    const subscriptionId = "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11";
    const stacks = synthProgram({
      state: { type: "azurerm" },
      bootstrap: { ...bootstrap, suffix: "x9y8", subscriptionId },
      environments: [staging],
    });
    const containers = stacks.bootstrap?.all("azurerm_storage_container").map(({ name }) => name);
    expect(Object.keys(stacks).length).toBeGreaterThan(5);
    for (const [name, { json }] of Object.entries(stacks)) {
      const container = name === "bootstrap" ? "bootstrap" : "staging";
      expect(json.terraform.backend.azurerm).toEqual({
        resource_group_name: "rg-mmrv-bootstrap",
        storage_account_name: stacks.bootstrap?.one("azurerm_storage_account").name,
        subscription_id: subscriptionId,
        container_name: container,
        key: `${name}.tfstate`,
        use_azuread_auth: true,
      });
      expect(containers).toContain(container);
    }
  });

  it("has neither guard nor lock without them", () => {
    const bare = made({ deletionGuard: false, locks: false });
    expect(JSON.stringify(bare.json)).not.toContain("prevent_destroy");
    expect(bare.all("azurerm_management_lock")).toEqual([]);
  });

  it("is read and written by each group of administrators", () => {
    const groups = ["3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d11", "3f6c1f0a-52a1-4b1e-9c53-6b6b7a0c9d12"];
    const roles = made({ administratorGroupObjectIds: groups })
      .all("azurerm_role_assignment")
      .filter(({ principal_type }) => principal_type === "Group");
    expect(roles.map(({ principal_id }) => principal_id).sort()).toEqual(groups);
    for (const role of roles)
      expect(role).toMatchObject({
        role_definition_name: "Storage Blob Data Contributor",
        scope: "${azurerm_storage_account.states.id}",
      });
  });
});

describe.each([
  ["staging", staging],
  ["production", production],
])("the ground of %s", (name, environment) => {
  const names = namesOf(environment);
  const rolesOf = (identity: string) =>
    shipped
      .all("azurerm_role_assignment")
      .filter(({ principal_id }) => principal_id === `\${${identityOf(shipped, identity)}.principal_id}`);

  it("is a group in its region, with both identities outside of it", () => {
    expect(shipped.all("azurerm_resource_group")).toContainEqual(
      expect.objectContaining({ name: names.resourceGroup, location: environment.region }),
    );
    for (const identity of [names.planIdentity, names.deployIdentity])
      expect(shipped.all("azurerm_user_assigned_identity")).toContainEqual(
        expect.objectContaining({ name: identity, resource_group_name: "${azurerm_resource_group.group.name}" }),
      );
  });

  it.each([
    [names.planIdentity, `${name}-plan`],
    [names.deployIdentity, name],
  ])("trusts the jobs of this repository for %s, and no branch", (identity, gitHubEnvironment) => {
    const { owner, infrastructure } = environment.gitHub;
    const trusted = shipped
      .all("azurerm_federated_identity_credential")
      .filter(
        ({ user_assigned_identity_id }) => user_assigned_identity_id === `\${${identityOf(shipped, identity)}.id}`,
      );
    expect(trusted).toMatchObject([
      {
        subject: `repo:${owner}/${infrastructure.repository}:environment:${gitHubEnvironment}`,
        issuer: "https://token.actions.githubusercontent.com",
      },
    ]);
  });

  it("lets the planner read states, its own and the bootstrap's, and write nothing", () => {
    expect(
      rolesOf(names.planIdentity)
        .map(({ role_definition_name }) => role_definition_name)
        .sort(),
    ).toEqual(["Reader", "Storage Blob Data Reader", "Storage Blob Data Reader"]);
  });

  it("lets the deployer write its own states and read the bootstrap's", () => {
    const states = rolesOf(names.deployIdentity).filter(({ scope }) => scope.includes("azurerm_storage_container"));
    const containerOf = (scope: string) =>
      shipped.json.resource.azurerm_storage_container[/container\.([\w-]+)\./.exec(scope)?.[1] ?? ""].name;
    expect(states.map(({ role_definition_name, scope }) => [role_definition_name, containerOf(scope)]).sort()).toEqual([
      ["Storage Blob Data Contributor", name],
      ["Storage Blob Data Reader", "bootstrap"],
    ]);
  });

  it("tells the workflows which identity is which", () => {
    for (const [output, identity] of [
      [`${name}-plan-client-id`, names.planIdentity],
      [`${name}-deploy-client-id`, names.deployIdentity],
    ] as const)
      expect(shipped.json.output[output]).toEqual({ value: `\${${identityOf(shipped, identity)}.client_id}` });
  });
});

describe("promotion", () => {
  const names = namesOf(production);
  const promoter = identityOf(shipped, names.promoteIdentity);

  it("is trusted to the jobs of one GitHub environment, where reviewers stand", () => {
    const { owner, infrastructure } = production.gitHub;
    const subjects = shipped
      .all("azurerm_federated_identity_credential")
      .filter(({ user_assigned_identity_id }) => user_assigned_identity_id === `\${${promoter}.id}`)
      .map(({ subject }) => subject);
    expect(subjects).toEqual([`repo:${owner}/${infrastructure.repository}:environment:production-promote`]);
    expect(shipped.json.output["production-promote-client-id"]).toEqual({ value: `\${${promoter}.client_id}` });
  });

  it("pulls where images are built, pushes where they run, and does nothing else", () => {
    const groupOf = (scope: string) =>
      shipped.json.resource.azurerm_resource_group[/resource_group\.([\w-]+)\.id/.exec(scope)?.[1] ?? ""].name;
    const roles = shipped
      .all("azurerm_role_assignment")
      .filter(({ principal_id }) => principal_id === `\${${promoter}.principal_id}`)
      .map(({ role_definition_name, scope }) => [role_definition_name, groupOf(scope)]);
    expect(roles).toEqual([
      ["AcrPull", "rg-mmrv-staging"],
      ["AcrPush", "rg-mmrv-production"],
    ]);
  });

  it("is nobody's where images are built", () => {
    expect(JSON.stringify(shipped.json)).not.toContain(namesOf(staging).promoteIdentity);
  });

  it("finds the environment that builds wherever it stands in the list", () => {
    const { bootstrap } = synthProgram({ environments: [production, staging] });
    expect(bootstrap?.json.output["production-promote-client-id"]).toBeDefined();
  });
});

describe("roles on the subscription", () => {
  it("are reading and budgets; nobody is Owner or Contributor", () => {
    const onSubscription = shipped
      .all("azurerm_role_assignment")
      .filter(({ scope }) => scope === SUBSCRIPTION)
      .map(({ role_definition_name }) => role_definition_name);
    expect(onSubscription).toHaveLength(6);
    expect(new Set(onSubscription)).toEqual(new Set(["Reader", "Cost Management Contributor"]));
  });

  it("have names that differ, because they are unique in the tenant", () => {
    const names = shipped.all("azurerm_role_assignment").map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(15);
  });
});

describe("HCP Terraform", () => {
  const hcpTerraform = { use: "workspaces", organization: "mmrv", project: "Azure" } as const;

  it("logs in for each stack of each environment, to plan as one identity and to apply as another", () => {
    const hcp = made({ hcpTerraform });
    const subjects = (identity: string) =>
      hcp
        .all("azurerm_federated_identity_credential")
        .filter(
          ({ issuer, user_assigned_identity_id }) =>
            issuer === "https://app.terraform.io" &&
            user_assigned_identity_id === `\${${identityOf(hcp, identity)}.id}`,
        )
        .map(({ subject }) => subject);
    const stacks = Object.keys(synthProgram());
    for (const environment of [staging, production]) {
      // What moves users speaks to AWS alone.
      const workspaces = stacks.filter((stack) => stack.startsWith(environment.name) && !stack.endsWith("-cutover"));
      expect(workspaces.length).toBeGreaterThan(0);
      const phase = (run: string, of = workspaces) =>
        of.map((stack) => `organization:mmrv:project:Azure:workspace:mmrv-${stack}:run_phase:${run}`);
      const inCluster = workspaces.filter((stack) => /-(addons|platform|backend|frontend)$/.test(stack));
      const outside = workspaces.filter((stack) => !inCluster.includes(stack));
      expect(subjects(namesOf(environment).planIdentity).sort()).toEqual(phase("plan", outside).sort());
      expect(subjects(namesOf(environment).deployIdentity).sort()).toEqual(
        [...phase("apply"), ...phase("plan", inCluster)].sort(),
      );
      // Azure takes 20 credentials an identity, GitHub's two among them.
      expect(workspaces.length + inCluster.length + 2).toBeLessThanOrEqual(20);
    }
  });

  it("does not log in where nobody uses it", () => {
    expect(JSON.stringify(shipped.json)).not.toContain("app.terraform.io");
  });
});

describe("what is in the stack", () => {
  it("carries tags where Azure takes them", () => {
    const tagged = [...resourceGraph(shipped.json).values()].filter(({ body }) => (body as Block).tags !== undefined);
    expect(new Set(tagged.map(({ type }) => type))).toEqual(
      new Set(["azurerm_resource_group", "azurerm_storage_account", "azurerm_user_assigned_identity"]),
    );
    for (const { body } of tagged)
      expect((body as Block).tags).toMatchObject({ application: "mmrv", environment: "bootstrap", stack: "bootstrap" });
  });
});
