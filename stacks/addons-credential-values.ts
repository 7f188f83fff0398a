import type { FoundInAzure } from "../model/found-in-azure";
import { GIT_SECRETS, gitSecretOf, type WithGitOps } from "../model/git-ops";
import { namesOf } from "../model/naming";
import type { GitCredentialValues } from "../model/schema/git-credential";
import type { ThirdParty } from "../model/third-party";

/** What the chart of Flux's credential for Git is given: where it is, and never what it is. */
export const gitCredentialValues = (
  environment: WithGitOps,
  thirdParty: ThirdParty,
  { clientId, tenantId }: FoundInAzure,
): GitCredentialValues => ({
  environment: environment.name,
  image: thirdParty.image(environment, "envoy").reference,
  identity: { clientId },
  vault: { name: namesOf(environment).gitOpsVault, tenantId },
  secret: { name: gitSecretOf(environment), keys: { ...GIT_SECRETS[environment.gitOps.via] } },
});
