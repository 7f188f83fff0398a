import type { TerraformResource } from "cdktf";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { ExistingCluster } from "../constructs/existing-cluster";
import { ExistingIdentity } from "../constructs/existing-identity";
import { ExistingVault } from "../constructs/existing-vault";
import { HelmRelease } from "../constructs/helm-release";
import type { WithGitOps } from "../model/git-ops";
import { chartFolder } from "../model/helm-values";
import { CLUSTER_NAMES, namesOf, serviceAccountSubject, stackName } from "../model/naming";
import type { ThirdParty } from "../model/third-party";
import { gitCredentialValues } from "./addons-credential-values";

interface GitCredentialGround {
  readonly cluster: ExistingCluster;
  /** What its pod depends on. */
  readonly ready: readonly TerraformResource[];
  readonly thirdParty: ThirdParty;
}

/**
 * Flux's read-only credential for Git, from its vault into the Secret that Flux is told of. The driver of secrets carries it inside
 * the cluster: no value comes into the program, a plan or a state.
 */
export class GitCredential extends Construct {
  constructor(scope: Construct, id: string, environment: WithGitOps, ground: GitCredentialGround) {
    super(scope, id);
    const { cluster, ready, thirdParty } = ground;
    const names = namesOf(environment);
    const place = {
      resourceGroupName: names.resourceGroup,
      madeBy: `the stack ${stackName(environment.name, "infra")}`,
    };
    const identity = new ExistingIdentity(this, "identity", { name: names.gitOpsIdentity, ...place });
    const vault = new ExistingVault(this, "vault", { name: names.gitOpsVault, ...place });
    const { gitOpsNamespace, gitOpsServiceAccount } = CLUSTER_NAMES;
    const trust = identity.trustServiceAccount(cluster, serviceAccountSubject(gitOpsServiceAccount, gitOpsNamespace));
    const found = { clientId: identity.clientId, tenantId: vault.tenantId };
    new HelmRelease(this, "release", {
      name: gitOpsServiceAccount,
      namespace: gitOpsNamespace,
      chart: { folder: chartFolder("mmrv-git-credential") },
      values: [Fn.yamlencode(gitCredentialValues(environment, thirdParty, found))],
      // A vault without the credential keeps the pod from starting: docs/gitops.md has the order.
      timeoutSeconds: 300,
      ready: [trust, ...ready],
    });
  }
}
