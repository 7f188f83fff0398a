import { commandLine } from "../shell";

/** A command of the Azure CLI about one secret of a vault, for a person to paste. */
export const secretCommand = (verb: string, vault: string, name = "NAME"): string =>
  commandLine("az", "keyvault", "secret", verb, "--vault-name", vault, "--name", name);
