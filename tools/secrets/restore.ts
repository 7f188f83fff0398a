import { UserError } from "../../model/user-error";
import { commandLine } from "../shell";
import { secretCommand } from "./secret-command";
import { SecretError } from "./secret-error";
import { withoutSource } from "./transfer";
import type { Vault, VaultVersion } from "./vault";

export interface Restoration {
  readonly vault: Pick<Vault, "isDeleted" | "name" | "open" | "read" | "recover" | "versions" | "write">;
  /** Of the secret in the vault. */
  readonly name: string;
  /** The one that shall be current again, by Key Vault's name for it. */
  readonly version?: string;
  readonly dryRun: boolean;
  /** Where one line of progress goes. */
  readonly tell: (line: string) => void;
}

/** What became of it; `nothing` where it is already as it shall be. */
export type Restored = "made current" | "nothing" | "undeleted";

/** Of Key Vault: learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates. */
const NAME = /^[0-9a-zA-Z-]{1,127}$/;
const VERSION = /^[0-9a-f]{32}$/;

/**
 * Brings a secret back: undeletes it when it is deleted, and makes an older version current when one is named. Key Vault knows no
 * way back to a version, so its value becomes a new one; what is there stays. Can be run again at any time:
 * where it is as it shall be, nothing is written.
 * @throws UserError for a secret or version that is not there, and for what the vault refuses; no value is in it
 */
export async function restoreSecret(task: Restoration): Promise<Restored> {
  const { dryRun, name, tell, vault, version } = task;
  refuseWhatIsNone(task);
  const readable = await ask(task, () => vault.open());
  const isDeleted = vault.isDeleted(name);
  if (isDeleted && dryRun) {
    tell(`would be undeleted, with every version${version === undefined ? "" : `; then ${version} would be current`}`);
    return "undeleted";
  }
  if (isDeleted) await ask(task, () => vault.recover(name));
  const versions = await ask(task, () => vault.versions(name));
  if (versions.length === 0) throw isNowhere(task, readable);
  if (isDeleted) tell(`undeleted, with ${versions.length} ${versions.length === 1 ? "version" : "versions"}`);
  if (version !== undefined) {
    const isMade = await makeCurrent(task, versions, version);
    return isMade ? "made current" : isDeleted ? "undeleted" : "nothing";
  }
  if (isDeleted) return "undeleted";
  for (const one of versions) tell(describe(one));
  throw new UserError(
    `${said(task)} is there, and nobody said which version of it; nothing was written\n  next: again with --version and one of these`,
  );
}

/** Whether anything was written, or would be. */
async function makeCurrent(task: Restoration, versions: readonly VaultVersion[], wanted: string): Promise<boolean> {
  const { dryRun, name, tell, vault } = task;
  const found = versions.find(({ version }) => version === wanted);
  if (found === undefined)
    throw new UserError(
      `${said(task)} has no version ${wanted}; nothing was written\n  next: one of these: ${versions.map(describe).join("; ")}`,
    );
  if (!found.enabled)
    throw new UserError(
      `${said(task)}: version ${wanted} is disabled, so nobody can read it; nothing was written\n  next: ${secretCommand("set-attributes", vault.name, name)} --version ${wanted} --enabled true, then run it again`,
    );
  // One that is disabled has no value to compare with.
  const current = versions[0]?.enabled ? await ask(task, () => vault.read(name)) : undefined;
  const older = await ask(task, () => vault.read(name, wanted));
  if (older === undefined) throw new UserError(`${said(task)}: version ${wanted} has just gone; nothing was written`);
  if (current?.value.equals(older.value)) {
    tell(
      current.version === wanted
        ? `version ${wanted} is current already; nothing was written`
        : `the current version, ${current.version}, has the same value; nothing was written`,
    );
    return false;
  }
  if (dryRun) {
    tell(`would be as in version ${wanted} of ${dateOf(found)}, as a new version; none goes`);
    return true;
  }
  await ask(task, () => vault.write(name, older.value, { ...older, tags: withoutSource(older.tags) }));
  const now = await ask(task, () => vault.read(name));
  if (!now?.value.equals(older.value))
    throw new UserError(
      `${said(task)}: somebody else has written it in the same moment; look whose value it shall have`,
    );
  tell(`is as in version ${wanted} of ${dateOf(found)} again, as version ${now.version}; the others stay in the vault`);
  return true;
}

const said = ({ name, vault }: Restoration): string => `${name} in ${vault.name}`;
const dateOf = ({ created }: VaultVersion): string => created.toISOString().replace(/\.\d+/, "");
const describe = (one: VaultVersion): string => `${one.version} of ${dateOf(one)}${one.enabled ? "" : ", disabled"}`;

/** What was typed in the wrong place may be a value, so it is not repeated. */
function refuseWhatIsNone({ name, version }: Restoration): void {
  if (!NAME.test(name))
    throw new UserError(
      "a secret's name has letters, digits and hyphens, 127 at the most, and what was typed is none; nothing was touched",
    );
  if (version !== undefined && !VERSION.test(version))
    throw new UserError(
      "--version takes Key Vault's own name of a version, 32 hex digits, and what was typed is none; nothing was touched\n  next: leave it out, and the versions are listed",
    );
}

function isNowhere(task: Restoration, readable: ReadonlySet<string>): UserError {
  const there = [...readable].sort();
  return new UserError(
    `${said(task)}: there is none, deleted or not${there.length === 0 ? "; the vault is empty" : `; there are ${there.join(", ")}`}\n  next: ${commandLine("az", "keyvault", "list-deleted")}, if the vault itself was lost; or npx mmrv secrets copy, from where it came`,
  );
}

/** Asks the vault; its refusal is the user's to mend. */
async function ask<T>(task: Restoration, of: () => Promise<T>): Promise<T> {
  return of().catch((error: unknown) => {
    if (!(error instanceof SecretError)) throw error;
    throw new UserError(`${task.name}: ${error.message}`);
  });
}
