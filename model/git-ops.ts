import type { Environment } from "./environment";
import { CLUSTER_NAMES } from "./naming";
import type { GitLogin } from "./schema/git-ops";

/** An environment whose Flux reads Git. */
export type WithGitOps = Environment & { readonly gitOps: GitLogin };

export const hasGitOps = (environment: Environment): environment is WithGitOps => environment.gitOps.via !== "none";

/**
 * What Flux looks for in the Secret with its credential, and the secret of the vault that each key comes from. The first is what
 * nobody may see: fluxcd.io/flux/components/source/gitrepositories, "Secret reference" and "GitHub".
 */
export const GIT_SECRETS = {
  deployKey: { identity: "git-identity", known_hosts: "git-known-hosts" },
  gitHubApp: {
    githubAppPrivateKey: "git-app-private-key",
    githubAppID: "git-app-id",
    githubAppInstallationID: "git-app-installation-id",
  },
} as const satisfies Readonly<Record<GitLogin["via"], Readonly<Record<string, string>>>>;

/**
 * The Secret with Flux's credential for Git. One name for each kind, because their keys differ: the driver of secrets never added
 * a key to a Secret that is there (kubernetes-sigs/secrets-store-csi-driver#674).
 */
export const gitSecretOf = ({ gitOps }: { readonly gitOps: Pick<GitLogin, "via"> }): string =>
  gitOps.via === "deployKey" ? CLUSTER_NAMES.gitOpsSecret : `${CLUSTER_NAMES.gitOpsSecret}-app`;

/**
 * The keys by which GitHub's servers prove that they are GitHub's, as api.github.com/meta lists them (`ssh_keys`). Their
 * fingerprints: docs.github.com/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints. All kinds,
 * because a client that asks for one kind alone takes another for a lie (golang/go#29286).
 */
export const GITHUB_HOST_KEYS = [
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=",
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCj7ndNxQowgcQnjshcLrqPEiiphnt+VTTvDP6mHBL9j1aNUkY4Ue1gvwnGLVlOhGeYrnZaMgRK6+PKCUXaDbC7qtbW8gIkhL7aGCsOr/C56SJMy/BCZfxd1nWzAOxSDPgVsmerOBYfNqltV9/hWCqBywINIR+5dIg6JTJ72pcEpEjcYgXkE2YEFXV1JHnsKgbLWNlhScqb2UmyRkQyytRLtL+38TGxkxCflmO+5Z8CSSNY7GidjMIZ7Q4zMjA2n1nGrlTDkzwDCsw+wqFPGQA179cnfGWOWRVruj16z6XyvxvjJwbz0wQZ75XK5tKSb7FNyeIEs4TT4jk+S4dhPeAUC5y+bDYirYgM4GC7uEnztnZyaVWQ7B381AK4Qdrwt51ZqExKbQpTUNn+EjqoTwvqNj4kqx5QUCI0ThS/YkOxJCXmPUWZbhjpCg56i+2aB6CmK2JGhn57K5mj0MNdBXA4/WnwH6XoPWJzK5Nyu2zB3nAZp+S5hpQs+p1vN1/wsjk=",
] as const;

/** Where GitHub speaks SSH to those whose firewall lets out HTTPS only: docs.github.com/authentication/troubleshooting-ssh. */
export const GIT_SSH = { host: "ssh.github.com", port: 443 } as const;

/** The same keys as a file known_hosts of OpenSSH: another port than 22 stands beside the name. */
export const knownHosts = (): string =>
  GITHUB_HOST_KEYS.map((key) => `[${GIT_SSH.host}]:${GIT_SSH.port} ${key}\n`).join("");
