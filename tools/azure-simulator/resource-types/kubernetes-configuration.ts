import { v5 as uuidv5 } from "uuid";
import { type Behaviours, type Change, type Refusal, refuse, withProperties } from "../behaviour";
import { dig, type Json, type JsonObject, list, object, type Resource, type Store, text } from "../store";
import { TENANT } from "./identity";

const EXTENSION = "microsoft.kubernetesconfiguration/extensions";
const CONFIGURATION = "microsoft.kubernetesconfiguration/fluxconfigurations";
const FLUX = "microsoft.flux";

/** What the stable train installs: github.com/MicrosoftDocs/azure-management-docs, flux-gitops-release-notes.md, August 2026. */
const CURRENT_VERSION = "1.24.1";

/** Of a configuration and of its Kustomizations: learn.microsoft.com/rest/api/kubernetesconfiguration/flux-configurations. */
const NAME = /^[a-z\d]([-a-z\d]{0,28}[a-z\d])?$/;

/** What a status says of one object of Flux, as the agent reports it (azure-rest-api-specs, GetFluxConfiguration.json). */
interface ObjectStatus extends JsonObject {
  readonly kind: "GitRepository" | "HelmRelease" | "Kustomization";
  readonly name: string;
  readonly namespace: string;
  readonly complianceState: ComplianceState;
}

type ComplianceState = "Compliant" | "Non-Compliant" | "Pending" | "Suspended" | "Unknown";

/** What the agent in the cluster reports of a configuration. */
export interface Report {
  readonly complianceState: ComplianceState;
  readonly statuses: readonly ObjectStatus[];
  /** As `<branch>/<commit>`. */
  readonly sourceSyncedCommitId?: string;
  /** As Azure writes a moment, such as 2026-12-01T10:00:00Z. */
  readonly sourceUpdatedAt?: string;
  readonly statusUpdatedAt?: string;
  readonly errorMessage?: string;
}

/** Nobody has reported yet. */
const UNREPORTED: JsonObject = {
  complianceState: "Pending",
  errorMessage: null,
  repositoryPublicKey: "",
  sourceSyncedCommitId: null,
  sourceUpdatedAt: null,
  statuses: [],
  statusUpdatedAt: null,
};

/**
 * Reports the state of what Flux applies, as its agent does every few minutes.
 * @param path the id of the configuration
 * @throws Error for a configuration that is not there
 */
export function reportFlux(store: Store, path: string, report: Report): void {
  const configuration = store.get(path);
  if (!configuration) throw new Error(`no configuration ${path}`);
  store.put(configuration.id, withProperties(configuration.body, { ...report }));
}

const kindOf = ({ body }: Resource): string => text(dig(body, "properties", "extensionType")).toLowerCase();

/** Azure gives back a train with a capital, whoever named it, and the version that runs beside the one that was asked for. */
function completeExtension({ body, existing, id }: Change): JsonObject {
  const { configurationSettings, releaseTrain, scope, version } = object(body.properties);
  const train = text(releaseTrain) || "Stable";
  const asked = text(version) || null;
  return withProperties(body, {
    aksAssignedIdentity: {
      type: "SystemAssigned",
      principalId: uuidv5(`${id.key}/principal`, uuidv5.URL),
      tenantId: TENANT,
    },
    // Never given back.
    configurationProtectedSettings: {},
    configurationSettings: configurationSettings ?? {},
    currentVersion: asked ?? dig(existing?.body, "properties", "currentVersion") ?? CURRENT_VERSION,
    isSystemExtension: false,
    releaseTrain: `${train.charAt(0).toUpperCase()}${train.slice(1).toLowerCase()}`,
    scope: scope ?? { cluster: { releaseNamespace: "flux-system" } },
    statuses: [],
    version: asked,
  });
}

function refuseExtension({ body, existing, id, store }: Change): Refusal | undefined {
  const type = text(dig(body, "properties", "extensionType")).toLowerCase();
  if (existing && kindOf(existing) !== type)
    return refuse(400, "ExtensionTypeUpdateNotAllowed", "The type of an extension cannot be changed.");
  const twin = store
    .children(id.parentKey, EXTENSION)
    .find((other) => other.id.key !== id.key && kindOf(other) === type);
  return twin && refuse(409, "ExtensionTypeAlreadyInstalled", `${type} is installed already, as ${twin.id.name}.`);
}

/** Azure takes it, and warns: without the extension nothing takes the configuration's objects out of the cluster. */
function refuseExtensionsEnd(extension: Resource, store: Store): Refusal | undefined {
  const [left] = kindOf(extension) === FLUX ? store.children(extension.id.parentKey, CONFIGURATION) : [];
  return (
    left &&
    refuse(409, "FluxConfigurationsExist", `Delete ${left.id.name} first: the extension would leave its objects.`)
  );
}

function refuseConfiguration({ body, id, store }: Change): Refusal | undefined {
  const { gitRepository, kustomizations } = object(body.properties);
  const bad = [id.name, ...Object.keys(object(kustomizations))].find((name) => !NAME.test(name));
  if (bad !== undefined)
    return refuse(400, "InvalidRequest", `'${bad}' is no name of a configuration or a Kustomization.`);
  const flux = store.children(id.parentKey, EXTENSION).find((extension) => kindOf(extension) === FLUX);
  // Azure would install one of its own choice.
  if (dig(flux?.body, "properties", "provisioningState") !== "Succeeded")
    return refuse(400, "FluxExtensionMissing", `No extension ${FLUX} has been installed on ${id.parentKey}.`);
  const secrets = Object.values(object(dig(body, "properties", "configurationProtectedSettings")));
  const { httpsUser, localAuthRef, sshKnownHosts } = object(gitRepository);
  if (localAuthRef && (secrets.length > 0 || httpsUser || sshKnownHosts))
    return refuse(
      400,
      "InvalidRequest",
      "localAuthRef names a Secret of the cluster: it cannot be given with other credentials.",
    );
  return undefined;
}

/** Reads back with every property that there is, and null for what nobody said. */
function completeConfiguration({ body, existing }: Change): JsonObject {
  const properties = object(body.properties);
  const reported = existing ? object(existing.body.properties) : UNREPORTED;
  return withProperties(body, {
    ...Object.fromEntries(Object.keys(UNREPORTED).map((key) => [key, reported[key] ?? UNREPORTED[key]])),
    azureBlob: properties.azureBlob ?? null,
    bucket: properties.bucket ?? null,
    // Never given back.
    configurationProtectedSettings: null,
    gitRepository: completeSource(properties.gitRepository),
    kustomizations: Object.fromEntries(
      Object.entries(object(properties.kustomizations)).map(([name, one]) => [name, completeKustomization(name, one)]),
    ),
    namespace: text(properties.namespace) || "default",
    scope: properties.scope ?? "cluster",
    sourceKind: properties.sourceKind ?? "GitRepository",
    suspend: properties.suspend ?? false,
  });
}

function completeSource(source: Json | undefined): JsonObject | null {
  if (!source) return null;
  const NOTHING = { httpsCACert: null, httpsUser: null, localAuthRef: null, sshKnownHosts: null };
  return {
    ...NOTHING,
    syncIntervalInSeconds: 600,
    timeoutInSeconds: 600,
    ...object(source),
    provider: text(dig(source, "provider")) || "Generic",
    repositoryRef: { branch: null, commit: null, semver: null, tag: null, ...object(dig(source, "repositoryRef")) },
  };
}

function completeKustomization(name: string, kustomization: Json | undefined): JsonObject {
  const { postBuild, ...more } = object(kustomization);
  const { substitute, substituteFrom } = object(postBuild);
  const says = Object.keys(object(substitute)).length + list(substituteFrom).length > 0;
  return {
    dependsOn: [],
    force: false,
    path: "",
    prune: false,
    retryIntervalInSeconds: null,
    syncIntervalInSeconds: 600,
    timeoutInSeconds: 600,
    wait: true,
    ...more,
    name,
    postBuild: says ? { substitute: substitute ?? null, substituteFrom: substituteFrom ?? null } : null,
  };
}

/** Extensions of a cluster, of which one may be Flux, and what that applies. */
export const kubernetesConfiguration: Behaviours = {
  [EXTENSION]: {
    refuse: refuseExtension,
    refuseDelete: refuseExtensionsEnd,
    complete: completeExtension,
    deletedStatus: 202,
    // github.com/Azure/AKS-Construction/issues/385: "Another operation is in progress".
    oneAtATime: true,
  },
  [CONFIGURATION]: {
    refuse: refuseConfiguration,
    complete: completeConfiguration,
    deletedStatus: 202,
    oneAtATime: true,
  },
};
