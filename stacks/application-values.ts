import { webApplicationsOf } from "../model/applications";
import { awsRoleOf } from "../model/aws-roles";
import { aliasesOf, servingNamesOf } from "../model/domains";
import type { Environment } from "../model/environment";
import type { FoundInAzure } from "../model/found-in-azure";
import { CLUSTER_NAMES, imageRepositoryOf, listenerOf, namesOf } from "../model/naming";
import type { ComputedValues } from "../model/schema/workload";

/** What the environment and Azure say of an application; nobody writes it in helm-values/. */
export function applicationValues(
  environment: Environment,
  application: string,
  { clientId, tenantId }: FoundInAzure,
): ComputedValues {
  const names = namesOf(environment);
  const aliases = aliasesOf(environment);
  return {
    environment: environment.name,
    image: { repository: `${names.registryHost}/${imageRepositoryOf(application)}` },
    host: webApplicationsOf(environment).find(({ name }) => name === application)?.host,
    gateway: {
      name: CLUSTER_NAMES.gateway,
      proxyNamespace: CLUSTER_NAMES.gatewayNamespace,
      listeners: Object.fromEntries(servingNamesOf(environment).map((name) => [name.host, listenerOf(name)])),
      ...(Object.keys(aliases).length > 0 && { aliases }),
    },
    identity: { clientId },
    vault: { name: names.vault(application), tenantId },
    aws: awsRoleOf(environment, application),
  };
}
