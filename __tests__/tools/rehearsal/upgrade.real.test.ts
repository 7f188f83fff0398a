import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { BOOTSTRAP_RESOURCE_GROUP, namesOf, stackName } from "../../../model/naming";
import { LocalAzure } from "../../../tools/azure-simulator/server";
import { whyHopeless } from "../../../tools/deploy/hopeless-changes";
import { type SynthesizedStack, synthesize } from "../../../tools/program/stacks";
import { layOut } from "../../../tools/rehearsal/lay-out";
import { allowProviders, createSandbox, REHEARSAL_SUBSCRIPTION, type Sandbox } from "../../../tools/rehearsal/sandbox";
import { seedDatabases } from "../../../tools/rehearsal/seeds";
import { StackRun } from "../../../tools/rehearsal/stack-run";
import { plannedChanges } from "../../../tools/terraform/terraform";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { providerMirror } from "../../support/real-provider";
import { releasedStack } from "../../support/release";
import { requires } from "../../support/requires";

const LAST = "2026-11-30";
/** The one that ended phase 2's infra: production still had image pipelines of its own. */
const WITH_PIPELINES = "2026-11-23";

const open: { azure: LocalAzure; sandbox: Sandbox }[] = [];
afterAll(() => Promise.all(open.map(async ({ azure, sandbox }) => [await azure.stop(), await sandbox.remove()])));

/** A release of a stack, applied with the provider that it asks for. */
async function released(release: string, id: string, environments: readonly Environment[]) {
  const azure = await LocalAzure.start();
  azure.arm.refusesRetiredApis = false;
  const sandbox = await createSandbox(azure);
  open.push({ azure, sandbox });
  await allowProviders(sandbox, [providerMirror("azurerm 4.55.0"), providerMirror()]);
  if (id !== "bootstrap") for (const environment of environments) seedBootstrap(azure, environment);
  seedDatabases(azure.arm, environments);
  const run = new StackRun(await releasedStack(release, id, sandbox.folder), sandbox);
  await run.init();
  await run.apply();
  azure.arm.refusesRetiredApis = true;
  /** Puts today's program in its place, and says what it would change. */
  const upgrade = async (step: string, today = environments) => {
    const stack = stackOf(id, today, join(sandbox.folder, step));
    await layOut(stack, run.folder);
    const { exitCode, stderr } = await run.terraform.init();
    if (exitCode !== 0) throw new Error(stderr);
    const plan = join(run.folder, `${step}.plan`);
    const { events, errors } = await run.terraform.json(["plan", "-input=false", `-out=${plan}`]);
    expect(errors).toEqual([]);
    const { stdout } = await run.terraform.text(["show", "-json", plan]);
    const changes = plannedChanges(events).map(({ action, resource }) => `${action} ${resource.addr}`);
    return {
      changes: changes.sort(),
      hopeless: whyHopeless(id, stdout),
      run: new StackRun(stack, sandbox),
    };
  };
  return upgrade;
}

function stackOf(id: string, environments: readonly Environment[], outdir: string): SynthesizedStack {
  // Production's images come from staging.
  const withStaging = environments.some(({ name }) => name === staging.name)
    ? environments
    : [staging, ...environments];
  const found = synthesize({ outdir, environments: withStaging }).find((stack) => stack.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}

/** What bootstrap leaves for an environment. */
function seedBootstrap({ arm }: LocalAzure, environment: Environment): void {
  const { deployIdentity, planIdentity, resourceGroup } = namesOf(environment);
  const group = (name: string) => `/subscriptions/${REHEARSAL_SUBSCRIPTION}/resourceGroups/${name}`;
  for (const name of [resourceGroup, BOOTSTRAP_RESOURCE_GROUP])
    arm.store.seed(group(name), { id: group(name), name, location: environment.region });
  for (const name of [deployIdentity, planIdentity]) {
    const path = `${group(BOOTSTRAP_RESOURCE_GROUP)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
    arm.handle({
      method: "PUT",
      url: new URL(path, "https://management.azure.com"),
      body: { location: environment.region, properties: {} },
    });
  }
}

describe("an upgrade from the last release", requires("azurerm provider", "azurerm 4.55.0 provider"), () => {
  it.concurrent.for([
    ["bootstrap", [staging, production]],
    ["staging-infra", [staging]],
    ["production-infra", [production]],
  ] as const)(
    "of %s takes nothing of value away, and ends in an empty plan with the new provider",
    async ([id, environments], { expect }) => {
      const upgrade = await released(LAST, id, environments);
      const { changes, hopeless, run } = await upgrade("today");
      expect(hopeless).toBeUndefined();
      expect(changes.filter((change) => !change.startsWith("create "))).toEqual(IN_PLACE[id]);
      await run.apply();
      await run.planIsEmpty();
      await run.idsAreComputable();
    },
  );
});

/** What this release changes of what is there; whatever it makes new is no harm. */
const IN_PLACE: Readonly<Record<string, readonly string[]>> = {
  // What the deployers may give is a condition of their role, and Azure has another assignment for another condition.
  bootstrap: [
    "replace azurerm_role_assignment.environment-production_deployer-RoleBasedAccessControlAdministrator_A8E79526",
    "replace azurerm_role_assignment.environment-staging_deployer-RoleBasedAccessControlAdministrator_261AD2AC",
  ],
  "staging-infra": ["update azurerm_kubernetes_cluster.cluster"],
  "production-infra": [],
};

describe("roles that go while a lock stays", requires("azurerm provider", "azurerm 4.55.0 provider"), () => {
  it.concurrent("are seen before Azure refuses them, and go in two deployments", async ({ expect }) => {
    const upgrade = await released(WITH_PIPELINES, stackName("production", "infra"), [production]);
    const locked = await upgrade("locked");
    expect(locked.hopeless).toMatch(
      /^production-infra: Azure would refuse this plan, nothing was touched\n {2}azurerm_role_assignment\.registry_backend-ground-push_8CC11F03 would be deleted under azurerm_management_lock\.registry_lock_508D8CA1, which stays, and Azure refuses that \(ScopeLocked\): deploy with locks: false, then with locks: true\n/,
    );
    const unlocked = await upgrade("unlocked", [{ ...production, locks: false }]);
    expect(unlocked.hopeless).toBeUndefined();
    await unlocked.run.apply();
    const again = await upgrade("again");
    expect(again.hopeless).toBeUndefined();
    expect(again.changes.map((change) => change.split(".")[0])).toEqual(
      again.changes.map(() => "create azurerm_management_lock"),
    );
    await again.run.apply();
    await again.run.planIsEmpty();
  });
});
