import { randomUUID } from "node:crypto";
import { applicationNames } from "../../model/applications";
import type { Environment } from "../../model/environment";
import { namesOf } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { seedBootstrap } from "../rehearsal/seed-ground";
import { seedDatabases } from "../rehearsal/seeds";
import { StackRun } from "../rehearsal/stack-run";
import { restoreSecret } from "../secrets/restore";
import { SecretValue } from "../secrets/secret-value";
import { plannedChanges } from "../terraform/terraform";
import { startDrillAzure } from "./local-azure";
import type { Ground, LocalDrill, Walked } from "./local-drill";
import { nowAndThen } from "./now-and-then";
import { VaultsOfDrill } from "./vaults";

/** What hangs on a vault and does not come back with it. */
const NOT_RECOVERED = ["azurerm_role_assignment", "azurerm_management_lock"];

/** Nobody's secret: made for this drill, and gone with it. */
const CANARY = "drill-canary";

/** Deletes the vaults of an environment on the local Azure, recovers them, and brings secrets back. */
export const vaultDrill: LocalDrill = {
  steps: [
    "apply the infra stack with the real provider to a local Azure, and write secrets of nobody into every application's vault",
    "delete the vaults as az keyvault delete does, and see that no secret can be read",
    "recover them as az keyvault recover does: secrets are there, and no role assignment is",
    "plan: role assignments (and locks, where there are any) are made, and nothing else; apply, and plan again: nothing",
    "overwrite a secret, and delete another; bring both back as mmrv secrets restore does",
  ],
  walk: async (ground) => {
    const { environment } = ground;
    const { azure, sandbox, stacks, stop } = await startDrillAzure(environment, ["infra"]);
    try {
      seedBootstrap(azure.arm, environment);
      seedDatabases(azure.arm, [environment]);
      const [stack] = stacks;
      if (!stack) throw new Error("no infra");
      const run = new StackRun(
        stack,
        sandbox,
        nowAndThen((line) => ground.tell(`${stack.id}: ${line}`)),
      );
      await run.init();
      ground.tell(`${stack.id}: ${await run.apply()} resources on the local Azure`);
      const names = vaultNames(environment);
      return await loseAndRecover(ground, run, new VaultsOfDrill(azure, names));
    } finally {
      await stop();
    }
  },
};

const vaultNames = (environment: Environment): string[] =>
  applicationNames(environment).map((application) => namesOf(environment).vault(application));

async function loseAndRecover({ tell }: Ground, run: StackRun, vaults: VaultsOfDrill): Promise<Walked> {
  const values = await writeCanaries(vaults);
  const [roles, locks, secrets] = [vaults.below("roleAssignments"), vaults.below("locks"), await vaults.countSecrets()];
  vaults.delete();
  const readable = await vaults.countSecrets();
  if (readable > 0) throw new UserError(`drill vault: ${readable} secrets can be read in vaults that are deleted`);
  tell(`deleted: ${vaults.names.join(", ")}`);

  vaults.recover();
  const rolesThen = vaults.below("roleAssignments");
  if (rolesThen > 0) throw new UserError(`drill vault: ${rolesThen} role assignments came back with their vaults`);
  await expectCanaries(vaults, values);
  tell(`recovered, with ${await vaults.countSecrets()} secrets and without role assignments`);

  const made = await planOnlyWhatHangsOnThem(run);
  await run.apply();
  await run.planIsEmpty();
  tell(`the next apply made ${made.join(", ")}, and the plan after it is empty`);

  const versions = await bringSecretsBack(vaults, values, tell);
  return {
    lost: [
      `${vaults.names.length} vaults with their secrets: ${vaults.names.join(", ")}`,
      `the value of ${CANARY}, overwritten in each; then the secret itself, deleted in each`,
    ],
    done: [
      "recovered the vaults, as az keyvault recover does",
      `applied the infra stack again: ${made.join(", ")}`,
      "restored the version before, and undeleted the secret, as mmrv secrets restore does",
    ],
    back: [
      "every secret with its value, in vaults as they were; role assignments by the apply, after which a plan is empty",
      "the overwritten value as a newest version, the deleted secret with all of its versions",
    ],
    counts: {
      vaults: { before: vaults.names.length, after: vaults.count() },
      secrets: { before: secrets, after: await vaults.countSecrets() },
      "role assignments on vaults": { before: roles, after: vaults.below("roleAssignments") },
      ...(locks > 0 && { "locks on vaults": { before: locks, after: vaults.below("locks") } }),
      "versions of what was deleted": versions,
    },
  };
}

/** A value of each vault's canary, which is in memory alone. */
type Values = ReadonlyMap<string, SecretValue>;

async function writeCanaries(vaults: VaultsOfDrill): Promise<Values> {
  const values = new Map<string, SecretValue>();
  for (const name of vaults.names) {
    const value = new SecretValue(randomUUID());
    await vaults.open(name).write(CANARY, value, { tags: {} });
    await vaults.open(name).write(`${CANARY}-2`, new SecretValue(randomUUID()), { tags: {} });
    values.set(name, value);
  }
  return values;
}

async function expectCanaries(vaults: VaultsOfDrill, values: Values): Promise<void> {
  for (const [name, value] of values)
    if (!(await vaults.open(name).read(CANARY))?.value.equals(value))
      throw new UserError(`drill vault: ${CANARY} in ${name} is not what was written`);
}

/** @returns how many of each type the next apply makes, in words */
async function planOnlyWhatHangsOnThem(run: StackRun): Promise<string[]> {
  const { errors, events } = await run.terraform.json(["plan", "-input=false"]);
  const changes = plannedChanges(events);
  const others = changes.filter(
    ({ action, resource }) => action !== "create" || !NOT_RECOVERED.includes(resource.resource_type),
  );
  const wrong = [...others.map(({ action, resource }) => `${action} ${resource.addr}`), ...errors];
  if (wrong.length > 0)
    throw new UserError(
      `drill vault: after the recovery more is planned than what hangs on vaults: ${wrong.join("; ")}`,
    );
  return NOT_RECOVERED.flatMap((type) => {
    const count = changes.filter(({ resource }) => resource.resource_type === type).length;
    return count === 0 ? [] : [`${count} ${type}`];
  });
}

/** Overwrites the canary of each vault and deletes it; brings both back. @returns versions before the deletion and after it */
async function bringSecretsBack(vaults: VaultsOfDrill, values: Values, tell: Ground["tell"]) {
  const counts = { before: 0, after: 0 };
  for (const name of vaults.names) {
    const vault = vaults.open(name);
    const version = (await vault.read(CANARY))?.version;
    await vault.write(CANARY, new SecretValue(randomUUID()), { tags: {} });
    const task = { vault, name: CANARY, dryRun: false, tell: (line: string) => tell(`${name}/${CANARY}: ${line}`) };
    await restoreSecret({ ...task, version });
    counts.before += (await vault.versions(CANARY)).length;
    vaults.deleteSecret(name, CANARY);
    await restoreSecret(task);
    counts.after += (await vault.versions(CANARY)).length;
  }
  await expectCanaries(vaults, values);
  return counts;
}
