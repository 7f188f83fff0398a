/** A stack as synthesized: the parts of cdk.tf.json that the tools read. */
export interface StackJson {
  readonly terraform?: { readonly required_providers?: Readonly<Record<string, { source: string; version: string }>> };
  readonly provider?: {
    readonly azurerm?: readonly { readonly subscription_id?: string }[];
    readonly helm?: readonly object[];
    readonly kubernetes?: readonly object[];
  };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Whether a stack speaks to the API server of a cluster, and not to Azure alone: whether a provider is told the way. One that
 * forgets a release names the provider without it.
 */
export const speaksToCluster = ({ json: { provider = {} } }: { readonly json: StackJson }): boolean =>
  provider.helm !== undefined || provider.kubernetes !== undefined;

/** Whether a stack speaks to Azure; what moves users does not. */
export const speaksToAzure = ({ json }: { readonly json: StackJson }): boolean =>
  "azurerm" in (json.terraform?.required_providers ?? {});

/** Whether a stack speaks to AWS too. */
export const speaksToAws = ({ json }: { readonly json: StackJson }): boolean =>
  "aws" in (json.terraform?.required_providers ?? {});

interface ResourceNode {
  readonly type: string;
  readonly body: unknown;
  /** The addresses of managed resources that it refers to or depends on. */
  readonly needs: readonly string[];
}

/** Every managed resource of a stack, by address. */
export function resourceGraph({ resource = {} }: StackJson): Map<string, ResourceNode> {
  const graph = new Map<string, ResourceNode>();
  for (const [type, byName] of Object.entries(resource)) {
    for (const [name, body] of Object.entries(byName)) {
      const references = JSON.stringify(body).matchAll(/(?<![\w.])(azurerm_\w+)\.([\w-]+)/g);
      const needs = [...new Set([...references].map(([address]) => address))];
      graph.set(`${type}.${name}`, { type, body, needs });
    }
  }
  return graph;
}
