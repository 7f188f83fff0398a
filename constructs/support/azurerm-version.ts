import type { TerraformStack } from "cdktf";
import { override } from "./override";

/**
 * The last azurerm 4.x. Up to 4.80 the provider asks Key Vault's management API 2023-02-01, which ends on 27 February
 * 2027 (learn.microsoft.com/azure/key-vault/general/access-control-default); this one asks 2026-02-01.
 */
export const AZURERM_VERSION = "4.81.0";

/** Asks for that azurerm instead of the one that the bindings were made from. */
export function pinAzurerm(stack: TerraformStack): void {
  override(
    stack,
    "terraform.required_providers.azurerm.version",
    AZURERM_VERSION,
    "the bindings pin 4.55.0 and are the last of CDKTF; goes with the move to cdktn (decision 11)",
  );
}
