import { Fn, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { ClusterAccess } from "../constructs/cluster-access";
import { ExistingCluster } from "../constructs/existing-cluster";
import { ExistingIdentity } from "../constructs/existing-identity";
import { ExistingVault } from "../constructs/existing-vault";
import { HelmRelease } from "../constructs/helm-release";
import { forget, pinForgotten } from "../constructs/support/forget";
import { literal } from "../constructs/support/literal";
import { deliveryOf } from "../model/delivery";
import type { Environment } from "../model/environment";
import { addressesInCluster, handedOverSentence, IN_CLUSTER } from "../model/handed-over";
import { chartFolder, type ReleaseValues, valuesTexts } from "../model/helm-values";
import { APPLICATION_NAMESPACE, namesOf, serviceAccountSubject, stackName } from "../model/naming";
import { ownRelease } from "../model/releases";
import type { Application } from "../model/schema/application";
import type { Workload } from "../model/schema/workload";
import { applicationValues } from "./application-values";
import { MmrvStack } from "./mmrv-stack";

/**
 * One application on the cluster, as the identity that `infra` lets read its own vault. Once it is handed over only what is
 * Azure's is left, and nothing here speaks to the cluster.
 */
export class ApplicationStack extends MmrvStack {
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    { name: application }: Application,
    values: ReleaseValues,
  ) {
    super(scope, id, environment);
    const names = namesOf(environment);
    const place = {
      resourceGroupName: names.resourceGroup,
      madeBy: `the stack ${stackName(environment.name, "infra")}`,
    };
    const cluster = new ExistingCluster(this, "cluster", { name: names.cluster, ...place });
    const delivery = deliveryOf(environment, application);
    if (delivery === "terraform") new ClusterAccess(this, "cluster-access", cluster);
    const identity = new ExistingIdentity(this, "identity", {
      name: names.applicationIdentity(application),
      ...place,
    });
    const vault = new ExistingVault(this, "vault", { name: names.vault(application), ...place });
    const trust = identity.trustServiceAccount(cluster, serviceAccountSubject(application));

    if (delivery !== "terraform") {
      const forgotten = addressesInCluster(application);
      // In `flux` as in `handover`: a state that still has the release, because a step was jumped, is told to forget it and
      // never to delete it.
      forget(this, forgotten);
      if (delivery === "handover") pinForgotten(this, forgotten);
      new TerraformOutput(this, "release", { value: handedOverSentence(environment, application) });
      return;
    }
    const { digest } = (values.merged as Workload).image;
    if (digest === undefined) {
      const reason = `no release of ${application} yet: helm-values/${application}/${environment.name}.yaml has no image.digest; push an image and write its digest there`;
      this.leaveOut(reason);
      new TerraformOutput(this, "release", { value: reason });
      return;
    }
    const computed = applicationValues(environment, application, {
      clientId: identity.clientId,
      tenantId: vault.tenantId,
    });
    const { chart, timeoutSeconds } = ownRelease(application);
    new HelmRelease(this, IN_CLUSTER.release, {
      name: application,
      namespace: APPLICATION_NAMESPACE,
      chart: { folder: chartFolder(chart) },
      values: [...valuesTexts(values).map(literal), Fn.yamlencode(computed)],
      timeoutSeconds,
      ready: [trust],
    });
    new TerraformOutput(this, "image", { value: `${computed.image.repository}@${digest}` });
  }
}
