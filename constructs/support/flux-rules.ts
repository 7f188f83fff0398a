import type { TerraformResource } from "cdktf";

interface Forbidden {
  /** Of attributes at any depth, in snake_case. */
  readonly attribute: RegExp;
  /** A value that may be stated. @default none */
  readonly but?: unknown;
  readonly why: string;
}

const SECRET: Forbidden = {
  attribute: /^(configuration_protected_settings|https_\w+|ssh_private_key_base64)$/,
  why: "a state would hold it in clear text; the credential is a Secret of the cluster, from a vault",
};

const deletes = (attribute: RegExp): Forbidden => ({
  attribute,
  but: false,
  why: "Flux would delete what leaves Git, or make it again, and uninstall releases",
});

/** What is never said of Flux, by Terraform type. */
const FORBIDDEN: Readonly<Record<string, readonly Forbidden[]>> = {
  azurerm_kubernetes_cluster_extension: [
    SECRET,
    {
      attribute: /^(version|release_train)$/,
      why: "the extension would be replaced, and everything it applied with it",
    },
  ],
  azurerm_kubernetes_flux_configuration: [SECRET, deletes(/^(garbage_collection_enabled|recreating_enabled|force)$/)],
};

/** What a resource says of Flux that would show a secret, delete what runs, or replace Flux itself. */
export function faultsOfFlux(resource: TerraformResource): string[] {
  const forbidden = FORBIDDEN[resource.terraformResourceType];
  if (!forbidden) return [];
  return attributesIn(resource.toTerraform()).flatMap(([name, value]) =>
    forbidden
      .filter(({ attribute, but }) => attribute.test(name) && value !== undefined && value !== but)
      .map(({ why }) => `${resource.node.path}: must not set ${name} (${why})`),
  );
}

/** Every attribute of a block and of those within, whatever overrides have made of it. */
function attributesIn(block: unknown): [name: string, value: unknown][] {
  if (typeof block !== "object" || block === null) return [];
  return Object.entries(block).flatMap(([name, value]) => [
    ...(Array.isArray(block) ? [] : [[name, value] as [string, unknown]]),
    ...attributesIn(value),
  ]);
}
