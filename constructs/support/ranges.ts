/**
 * A range as Azure reads it back: a single address gets its prefix. AKS, Container Registry and Key Vault all do this, and
 * what was sent without one would be planned at every run (hashicorp/terraform-provider-azurerm#4842).
 */
export const withPrefix = (range: string): string => (range.includes("/") ? range : `${range}/32`);
