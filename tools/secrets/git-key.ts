import { GIT_SECRETS, knownHosts, type WithGitOps } from "../../model/git-ops";
import { stackName } from "../../model/naming";
import { UserError } from "../../model/user-error";
import { commandLine } from "../shell";
import type { AppKey } from "./app-key";
import { SecretError } from "./secret-error";
import { SecretValue } from "./secret-value";
import { newSshKeyPair } from "./ssh-key";
import type { Vault, VaultSecret } from "./vault";

export interface GitKeyTask {
  readonly environment: WithGitOps;
  /** Of the credential. */
  readonly vault: Pick<Vault, "name" | "open" | "read" | "write">;
  /** Of the GitHub App, where there is one and a key was handed on. A deploy key is made here. */
  readonly appKey?: AppKey;
  readonly dryRun: boolean;
  /** Whether a key that is there gets a successor. */
  readonly rotate: boolean;
  /** Where one line of progress goes. */
  readonly tell: (line: string) => void;
}

/** Beside the private key: the half that anybody may see, so that nobody needs the other one to know which it is. */
const PUBLIC_TAG = "mmrv-public-key";

/**
 * Puts Flux's credential for Git into its vault. What goes with the key is written whenever it is another; the key itself where there
 * is none, or as a successor. The key comes last: where it is, all is.
 * @throws UserError when there is a key already, when the App's is not given, or when the vault refuses
 */
export async function writeGitKey(task: GitKeyTask): Promise<void> {
  const { appKey, dryRun, environment, rotate, tell, vault } = task;
  const keyName = keyNameOf(environment);
  await ask(task, "", () => vault.open());
  const before = await ask(task, keyName, () => vault.read(keyName));
  const isWritten = before === undefined || rotate;
  const others = await othersToWrite(task);
  if (!isWritten && (appKey !== undefined || others.length === 0)) throw isThere(task, before);
  if (isWritten && appKey === undefined && environment.gitOps.via === "gitHubApp") throw isMissing(task);
  for (const { name, now, value } of others) {
    if (!dryRun) await ask(task, name, () => vault.write(name, value, now ?? { tags: {} }));
    tell(`${name}: ${dryRun ? "would be written" : "written"} into ${vault.name}`);
  }
  if (!isWritten) return tell(`${keyName}: is there, left as it is`);
  const left = before ? "; the version before stays in the vault" : "";
  if (dryRun) return tell(`${keyName}: would be ${appKey ? "" : "made, and "}written into ${vault.name}${left}`);
  const hadKey = before !== undefined;
  const { privateKey, told, tag } = appKey ? ofApp(appKey, task, hadKey) : ofDeployKey(task, hadKey);
  await ask(task, keyName, () =>
    vault.write(keyName, privateKey, { ...before, tags: { ...before?.tags, [PUBLIC_TAG]: tag } }),
  );
  tell(`${keyName}: written into ${vault.name}${left}`);
  for (const line of told) tell(line);
}

/** The secret of the vault that nobody may see. */
const keyNameOf = ({ gitOps: { via } }: WithGitOps): string =>
  via === "deployKey" ? GIT_SECRETS[via].identity : GIT_SECRETS[via].githubAppPrivateKey;

/** What Flux needs beside the key, and is no secret; only in one place with it, because Flux reads one Secret. */
function othersOf({ gitOps }: WithGitOps): Readonly<Record<string, string>> {
  if (gitOps.via === "deployKey") return { [GIT_SECRETS.deployKey.known_hosts]: knownHosts() };
  const { githubAppID, githubAppInstallationID } = GIT_SECRETS.gitHubApp;
  return { [githubAppID]: String(gitOps.appId), [githubAppInstallationID]: String(gitOps.installationId) };
}

async function othersToWrite(task: GitKeyTask) {
  const all = Object.entries(othersOf(task.environment)).map(async ([name, text]) => {
    const value = new SecretValue(text);
    const now = await ask(task, name, () => task.vault.read(name));
    return now?.value.equals(value) ? [] : [{ name, now, value }];
  });
  return (await Promise.all(all)).flat();
}

interface NewKey {
  readonly privateKey: SecretValue;
  /** What may be seen of it. */
  readonly tag: string;
  /** What to do with it in GitHub. */
  readonly told: readonly string[];
}

/** @param hadKey whether the vault had one before, which Flux reads Git with until it has fetched the new one */
function ofDeployKey({ environment }: GitKeyTask, hadKey: boolean): NewKey {
  const { gitHub, name } = environment;
  const title = `mmrv-${name}-flux`;
  const repository = `${gitHub.owner}/${gitHub.infrastructure.repository}`;
  const gh = (...words: string[]) => commandLine("gh", "repo", "deploy-key", ...words, "--repo", repository);
  const { privateKey, publicKey } = newSshKeyPair(title);
  const told = [
    `GitHub must know its public half, for reading alone; until then Flux stays at the commit that it has:`,
    publicKey,
    `  next: ${commandLine("echo", publicKey)} | ${gh("add", "-", "--title", title)}`,
    `  or https://github.com/${repository}/settings/keys/new, without write access`,
    hadKey
      ? `  then, when Flux has fetched with it: ${gh("list")}, and take the one before away`
      : `  then npx mmrv deploy ${stackName(name, "addons")}`,
  ];
  return { privateKey, tag: publicKey, told };
}

const ofApp = ({ fingerprint, privateKey }: AppKey, { environment }: GitKeyTask, hadKey: boolean): NewKey => ({
  privateKey,
  tag: fingerprint,
  told: [
    `GitHub lists it among the App's private keys as ${fingerprint}`,
    hadKey
      ? "  next: when Flux has fetched with it, delete the one before in the App's settings; delete the file too"
      : `  next: delete the file, then npx mmrv deploy ${stackName(environment.name, "addons")}`,
  ],
});

function isThere({ environment, vault }: GitKeyTask, { tags }: Pick<VaultSecret, "tags">): UserError {
  const known = tags[PUBLIC_TAG];
  return new UserError(
    `${environment.name}: ${vault.name} has ${keyNameOf(environment)} already, and Flux reads Git with it; nothing was touched\n  next: --rotate writes a successor, and leaves this version in the vault${known ? `; its public half is ${known}` : ""}`,
  );
}

const isMissing = ({ environment, vault }: GitKeyTask): UserError =>
  new UserError(
    `${environment.name}: only GitHub makes the private key of an App, and none was handed on; nothing was written into ${vault.name}\n  next: generate one in the App's settings, then ${commandLine("npx", "mmrv", "secrets", "git-key", environment.name, "--app-key", "-")} < FILE`,
  );

/** Asks the vault; its refusal is the user's to mend. */
async function ask<T>({ environment }: GitKeyTask, name: string, of: () => Promise<T>): Promise<T> {
  return of().catch((error: unknown) => {
    if (!(error instanceof SecretError)) throw error;
    throw new UserError(`${[environment.name, name].filter(Boolean).join("/")}: ${error.message}`);
  });
}
