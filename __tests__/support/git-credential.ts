import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../model/environment";
import type { WithGitOps } from "../../model/git-ops";
import { chartFolder } from "../../model/helm-values";
import type { GitCredentialValues } from "../../model/schema/git-credential";
import { ThirdParty } from "../../model/third-party";
import { gitCredentialValues } from "../../stacks/addons-credential-values";
import { thirdParty } from "./fixtures/environments/all";
import { staging } from "./fixtures/environments/staging";

export const CREDENTIAL_CHART = chartFolder("mmrv-git-credential");

/** Both ways in which Flux may log in to GitHub. */
export const GIT_LOGINS = {
  deployKey: { via: "deployKey", delivery: {} },
  gitHubApp: { via: "gitHubApp", appId: 1234, installationId: 5678, delivery: {} },
} as const satisfies Readonly<Record<WithGitOps["gitOps"]["via"], Environment["gitOps"]>>;

/** What a stack would give the chart. */
export const credentialValues = (
  via: keyof typeof GIT_LOGINS,
  more: Partial<GitCredentialValues> = {},
): GitCredentialValues => ({
  ...gitCredentialValues({ ...staging, gitOps: GIT_LOGINS[via] }, new ThirdParty(thirdParty), {
    clientId: "5f1c0d4e-0000-4000-8000-000000000003",
    tenantId: "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76",
  }),
  ...more,
});

/** The same as a file below a folder. */
export function credentialFile(folder: string, values: object): string {
  const file = join(mkdtempSync(join(folder, "values-")), "values.json");
  writeFileSync(file, JSON.stringify(values));
  return file;
}
