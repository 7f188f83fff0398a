import type { TerraformResource } from "cdktf";

interface Forbidden {
  /** Of attributes at any depth, in snake_case. */
  readonly attribute: RegExp;
  /** Whether a value is refused. @default every value is */
  readonly isRefused?: (value: unknown) => boolean;
  /** What of a value is refused, in words that follow the attribute's name. @default all of it */
  readonly part?: string;
  readonly why: string;
}

const IN_STATE = "a state would hold it in clear text; the credential is a Secret of the cluster, from a vault";

const SECRET: Forbidden = {
  attribute: /^(configuration_protected_settings|https_\w+|ssh_private_key_base64)$/,
  why: IN_STATE,
};

/** Of the other sources; each takes secrets under names of its own, and nothing here reads from one. */
const OTHER_SOURCE: Forbidden = {
  attribute: /^(blob_storage|bucket)$/,
  why: "Flux reads this repository alone, and the keys of other sources would be in a state in clear text",
};

/** SSH needs the user git, who is everybody; any other userinfo may be a token, even without a colon. */
const USERINFO = /\/\/(?!git@[^@/?#]*(?:[/?#]|$))[^/?#]*@/;

const SECRET_IN_URL: Forbidden = {
  attribute: /^url$/,
  isRefused: (value) => typeof value === "string" && USERINFO.test(value),
  part: "with a user or a token in front of @",
  why: IN_STATE,
};

const deletes = (attribute: RegExp): Forbidden => ({
  attribute,
  isRefused: (value) => value !== false,
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
  azurerm_kubernetes_flux_configuration: [
    SECRET,
    OTHER_SOURCE,
    SECRET_IN_URL,
    deletes(/^(garbage_collection_enabled|recreating_enabled|force)$/),
  ],
};

/** What a resource says of Flux that would show a secret, delete what runs, or replace Flux itself. */
export function faultsOfFlux(resource: TerraformResource): string[] {
  const forbidden = FORBIDDEN[resource.terraformResourceType];
  if (!forbidden) return [];
  return attributesIn(resource.toTerraform()).flatMap(([name, value]) =>
    forbidden
      .filter(
        ({ attribute, isRefused = () => true }) => attribute.test(name) && value !== undefined && isRefused(value),
      )
      .map(({ part, why }) => `${resource.node.path}: must not set ${[name, part].filter(Boolean).join(" ")} (${why})`),
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
