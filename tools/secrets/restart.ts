import { setTimeout as sleep } from "node:timers/promises";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { UserError } from "../../model/user-error";
import type { Kubectl } from "../deploy/kubernetes/kubectl";
import { warningsIn } from "../deploy/kubernetes/warnings";
import { commandLine } from "../shell";
import { SecretError } from "./secret-error";
import { type Lag, SyncedSecrets, type Variable } from "./synced";
import type { Vault, VaultSecret } from "./vault";

/** How long to wait for the driver, and how often to look, in milliseconds. */
export interface Patience {
  readonly atMost: number;
  readonly pause: number;
}

/**
 * The driver asks the vault when its last answer is two minutes old (secretRotationInterval in
 * constructs/kubernetes-cluster.ts) and the kubelet comes by, which it does every minute or two: twice that, or something
 * is wrong.
 */
const PATIENCE: Patience = { atMost: 8 * 60_000, pause: 5_000 };

/** As long as a release may take. */
const ROLLOUT_TIMEOUT = "15m";

export interface RestartOptions {
  readonly kubectl: Pick<Kubectl, "json" | "run">;
  readonly vault: Pick<Vault, "name" | "read">;
  readonly application: string;
  readonly dryRun: boolean;
  /** Where one line of progress goes. */
  readonly tell: (line: string) => void;
  /** @default 8 minutes, a look every 5 seconds */
  readonly patience?: Patience;
}

/**
 * Restarts an application's pods once the cluster has what the vault has: a pod reads its variables when it starts, from a
 * Secret that follows the vault only at the driver's next look. Files follow by themselves, and need no restart here.
 * @returns how many deployments were restarted
 * @throws UserError when there is nothing to restart, when the driver fetches nothing in time (nothing was restarted), or when
 * the new pods do not become ready (the old ones go on)
 */
export async function restart({ patience = PATIENCE, ...options }: RestartOptions): Promise<number> {
  const { application, dryRun, kubectl, tell } = options;
  const since = new Date();
  const synced = new SyncedSecrets(kubectl, application);
  const [deployments, variables] = await Promise.all([synced.deployments(), synced.variables()]);
  if (deployments.length === 0)
    throw new UserError(
      `${application} has no deployment in ${APPLICATION_NAMESPACE}, so no pod keeps an old value; nothing was touched`,
    );
  for (const { key, name, secret } of variables)
    tell(`${key} is ${options.vault.name}'s ${name}, by the Secret ${secret}`);
  if (variables.length === 0)
    tell("no secret is a variable, and files are read anew when a pod starts: nothing to wait for");
  else await untilSynced(synced, variables, { ...options, patience, since });
  if (dryRun) {
    tell(`would restart ${deployments.join(", ")}`);
    return 0;
  }
  const names = deployments.map((name) => `deployment/${name}`);
  const inNamespace = ["--namespace", APPLICATION_NAMESPACE];
  await kubectl.run(["rollout", "restart", ...names, ...inNamespace]);
  tell(`restarting ${deployments.join(", ")}; old pods leave when new ones are ready`);
  for (const name of names) {
    await kubectl
      .run(["rollout", "status", name, ...inNamespace, "--timeout", ROLLOUT_TIMEOUT])
      .catch(async (error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        const why = await warningsOf(options, since);
        throw new UserError(`${error.message}; its old pods go on, with the old values${why}`);
      });
    tell(`${name} runs with what the vault has`);
  }
  return names.length;
}

type Waiting = RestartOptions & { readonly patience: Patience; readonly since: Date };

async function untilSynced(synced: SyncedSecrets, variables: readonly Variable[], options: Waiting): Promise<void> {
  const { application, dryRun, patience, tell } = options;
  const end = performance.now() + patience.atMost;
  let told = "";
  for (;;) {
    // Each time: what is rotated meanwhile is waited for as well.
    const lag = await synced.lag(variables, await newestOf(variables, options));
    const what = describe(lag);
    if (what === undefined) return tell("every pod and the Secret have what the vault has");
    if (lag.of === 0)
      throw new UserError(
        `no pod of ${application} has fetched its secrets, so nobody brings what is new into the Secret; nothing was touched${await warningsOf(options, options.since)}`,
      );
    if (dryRun) return tell(`would wait for the driver: ${what}`);
    if (performance.now() + patience.pause > end)
      throw new UserError(
        `${application}: the driver has not brought in ${Math.round(patience.atMost / 60_000)} minutes what the vault has: ${what}; nothing was restarted${await warningsOf(options, options.since)}\n  next: docs/runbooks/vault.md says why a pod cannot fetch; then run it again`,
      );
    if (what !== told) tell(`waiting for the driver, which looks every two minutes: ${what}`);
    told = what;
    await sleep(patience.pause);
  }
}

/** What is still old, without a value; undefined when nothing is. */
function describe({ of, pods, variables }: Lag): string | undefined {
  const parts = [
    pods.length > 0 ? `${pods.length} of ${of} pods with another version (${pods.join(", ")})` : "",
    variables.length > 0 ? `another value in the Secret for ${variables.join(", ")}` : "",
  ].filter(Boolean);
  return parts.length === 0 ? undefined : parts.join("; ");
}

async function newestOf(
  variables: readonly Variable[],
  { application, vault }: Pick<RestartOptions, "application" | "vault">,
): Promise<ReadonlyMap<string, VaultSecret>> {
  const names = [...new Set(variables.map(({ name }) => name))];
  const found = names.map(async (name) => {
    const secret = await vault.read(name).catch((error: unknown) => {
      if (!(error instanceof SecretError)) throw error;
      throw new UserError(`${application}/${name}: ${error.message}; nothing was restarted`);
    });
    if (secret) return [name, secret] as const;
    throw new UserError(
      `${application}/${name}: it is not in ${vault.name}, so no new pod could start; nothing was restarted\n  next: ${commandLine("az", "keyvault", "secret", "set", "--vault-name", vault.name, "--name", name)} --file FILE`,
    );
  });
  return new Map(await Promise.all(found));
}

/** What the cluster says against it, for the end of a sentence. */
async function warningsOf({ application, kubectl }: Pick<RestartOptions, "application" | "kubectl">, since: Date) {
  const warnings = await warningsIn(kubectl, APPLICATION_NAMESPACE, { of: [application], since });
  return warnings.map((line) => `\n  ${line}`).join("");
}
