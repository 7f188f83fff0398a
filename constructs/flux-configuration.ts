import { KubernetesFluxConfiguration } from "@cdktf/provider-azurerm/lib/kubernetes-flux-configuration";
import { Construct } from "constructs";
import type { ExistingCluster } from "./existing-cluster";
import type { FluxExtension } from "./flux-extension";

/** A repository, and how Flux logs in to it: with what a Secret beside its objects holds. */
export interface GitSource {
  /** https://… or ssh://…; source-controller takes no other form. */
  readonly url: string;
  readonly branch: string;
  /** The name of the Secret. */
  readonly secret: string;
  /** What the Secret holds: a key or a password, or what a GitHub App logs in with. */
  readonly provider: "Generic" | "GitHub";
}

/** A folder that Flux applies by itself, so that a broken one stops no other. */
export interface Kustomization {
  /** At most 30 characters. */
  readonly name: string;
  /** From the root of the repository. */
  readonly folder: string;
  /** What `${name}` in the folder becomes. None is empty: without any, Flux would leave "$$" as it is. */
  readonly substitute: Readonly<Record<string, string>>;
}

export interface FluxConfigurationProps {
  readonly cluster: ExistingCluster;
  readonly extension: FluxExtension;
  /** At most 30 characters. It is the source's name, and the beginning of the Kustomizations' names. */
  readonly name: string;
  /** Where the Secret is, and Flux's objects will be. */
  readonly namespace: string;
  readonly source: GitSource;
  /** At least one, or azurerm refuses the configuration. */
  readonly kustomizations: readonly Kustomization[];
}

/** How often Flux asks for new commits, and tries again what failed, in seconds. */
const SOON = 60;
/** How often it applies what has not changed, in seconds; the source's own timeout is the same. */
const OFTEN = 600;
/** How long applying a folder may take, in seconds. */
const APPLIED_WITHIN = 600;

/**
 * What Flux applies, and from where. Nothing that leaves Git is deleted, and nothing is made again by force: Flux would
 * uninstall a release whose object goes.
 */
export class FluxConfiguration extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, props: FluxConfigurationProps) {
    super(scope, id);
    const { cluster, extension, kustomizations, name, namespace, source } = props;
    const configuration = new KubernetesFluxConfiguration(this, "Default", {
      name,
      clusterId: cluster.id,
      namespace,
      // azurerm's own default is the namespace, in which Flux could release nothing elsewhere. All is applied as flux-applier, which
      // fluxconfig-controller makes in this namespace alone, with the rights of the scope (the page that flux-extension.ts names, "Multi-tenancy").
      scope: "cluster",
      gitRepository: {
        url: source.url,
        referenceType: "branch",
        referenceValue: source.branch,
        localAuthReference: source.secret,
        provider: source.provider,
        syncIntervalInSeconds: SOON,
        timeoutInSeconds: OFTEN,
      },
      kustomizations: kustomizations.map((one) => ({
        name: one.name,
        path: `./${one.folder}`,
        // A HelmRelease says itself how it is. Who waits for it applies no newer commit meanwhile, also not the one that mends it.
        wait: false,
        garbageCollectionEnabled: false,
        recreatingEnabled: false,
        retryIntervalInSeconds: SOON,
        syncIntervalInSeconds: OFTEN,
        timeoutInSeconds: APPLIED_WITHIN,
        postBuild: { substitute: { ...one.substitute } },
      })),
      timeouts: { create: "60m", update: "60m", delete: "60m" },
      // One operation at a time on a cluster, and at the end the configuration goes first: the extension takes its objects away.
      dependsOn: [extension.resource],
    });
    this.id = configuration.id;
  }
}
