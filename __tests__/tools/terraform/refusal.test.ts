import { describe, expect, it } from "vitest";
import { refusal } from "../../../tools/terraform/refusal";

const UNREACHABLE = [
  "Terraform's provider registry cannot be reached",
  "is there a network, and does HTTPS_PROXY lead out of it? Where a mirror stands in for the registry, TF_CLI_CONFIG_FILE names its configuration; then run it again",
] as const;
const NO_AZURE = [
  "nobody is logged in to Azure",
  "az login (or ARM_USE_OIDC in a pipeline), then run it again",
] as const;
const NO_BACKEND = [
  "what keeps its state cannot be reached",
  "is there a network, does HTTPS_PROXY lead out of it, and was bootstrap deployed? Then run it again",
] as const;

/** What Terraform 1.11 writes, and what a user is told. */
const SAID: [string, string, string, string][] = [
  [
    "a registry whose name leads nowhere",
    'Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider\nhashicorp/azurerm: could not connect to registry.terraform.io: failed to\nrequest discovery document: Get\n"https://registry.terraform.io/.well-known/terraform.json": dial tcp: lookup\nregistry.terraform.io on 192.0.2.53:53: no such host\n',
    ...UNREACHABLE,
  ],
  [
    "a package that does not arrive",
    'Error: Failed to install provider\n\nError while installing hashicorp/azurerm v4.81.0: could not query provider\nregistry for registry.terraform.io/hashicorp/azurerm: failed to retrieve\ncryptographic signature for provider: Get\n"https://releases.hashicorp.com/terraform-provider-azurerm/4.81.0/SHA256SUMS":\nread tcp 192.0.2.1:1->192.0.2.2:443: read: connection reset by peer\n',
    ...UNREACHABLE,
  ],
  [
    "a mirror without the version",
    "Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider\nhashicorp/azurerm: no available releases match the given constraints 4.81.0\n",
    "wherever Terraform looks for providers, there is none of the version that the program pins",
    "does a mirror or a plugin folder stand in for the registry (TF_CLI_CONFIG_FILE, ~/.terraform.d/plugins)? Put that version there, or take it away; then run it again",
  ],
  [
    "another package than the one that was recorded",
    "Error: Failed to install provider\n\nError while installing hashicorp/azurerm v4.81.0: the local package for\nregistry.terraform.io/hashicorp/azurerm 4.81.0 doesn't match any of the\nchecksums previously recorded in the dependency lock file\n",
    "a provider is not the one whose checksum was recorded, so it may have been tampered with",
    "look at what .terraform.lock.hcl in cdktf.out/stacks says and where the provider came from (a mirror, a plugin cache); only then delete cdktf.out and run it again",
  ],
  [
    "a proxy that opens TLS",
    'Error: Failed to query available provider packages\n\nCould not retrieve the list of available versions for provider\nhashicorp/azurerm: could not connect to registry.terraform.io: failed to\nrequest discovery document: Get\n"https://registry.terraform.io/.well-known/terraform.json": tls: failed to\nverify certificate: x509: certificate signed by unknown authority\n',
    "the certificate of whom it asked is not trusted here",
    "a proxy that opens TLS? SSL_CERT_FILE names what to trust; then run it again",
  ],
  [
    "no Azure CLI",
    'Error: unable to build authorizer for Storage API: could not configure AzureCli Authorizer: could not parse Azure CLI version: launching Azure CLI: exec: "az": executable file not found in $PATH\n',
    ...NO_AZURE,
  ],
  [
    "a login to Azure that has expired",
    'Error: building account: could not acquire access token to parse claims: running Azure CLI: exit status 1: ERROR: AADSTS70043: The refresh token has expired\nPlease run "az login"\n',
    ...NO_AZURE,
  ],
  [
    "no token for HCP Terraform",
    "Error: Required token could not be found\n\nRun the following command to generate a token for app.terraform.io:\n    terraform login\n",
    "nobody is logged in to where its state is",
    "for HCP Terraform: terraform login, or TF_TOKEN_app_terraform_io; for Azure: az login; then run it again",
  ],
  [
    "HCP Terraform out of reach",
    'Error: Failed to request discovery document: Get "https://app.terraform.io/.well-known/terraform.json": dial tcp: lookup app.terraform.io: no such host\n',
    ...NO_BACKEND,
  ],
  [
    "a storage account that is not there",
    'Error: Failed to get existing workspaces: listing blobs: executing request: Get "https://stmmrvstatek3m7.blob.core.windows.net/bootstrap": dial tcp: lookup stmmrvstatek3m7.blob.core.windows.net: no such host\n',
    ...NO_BACKEND,
  ],
  [
    "a storage account that takes no keys",
    "Error: unexpected status 403 (403 Forbidden) with KeyBasedAuthenticationNotPermitted: Key based authentication is not permitted\n",
    "the storage account of the states takes no keys",
    "unset ARM_ACCESS_KEY, log in with az login, then run it again",
  ],
  [
    "a container that is not there",
    "Error: unexpected status 404 (404 The specified container does not exist.) with ContainerNotFound\n",
    "the container for its state does not exist",
    'the stack bootstrap makes the container: deploy it first, on {"type":"local"} if it never was',
  ],
  [
    "a state kept elsewhere than before",
    "Error: Backend configuration changed\n\nA change in the backend configuration has been detected, which may require\nmigrating existing state.\n",
    "its state is kept elsewhere since the last run here",
    "move-state takes a local state there (README.md); for a stack that was never deployed delete cdktf.out, then run it again",
  ],
  [
    "another Terraform",
    "Error: Unsupported Terraform Core version\n\nThis configuration does not support Terraform version 1.5.7.\n",
    "this Terraform is too old or too new",
    "install Terraform 1.11 or newer, below 2 (npm start says which is found), then run it again",
  ],
];

describe("a refusal of Terraform's", () => {
  it.each(SAID)("is told in our words, then in its own: %s", (_, said, why, next) => {
    const own = said.replace(/\s+/g, " ").trim();
    expect(refusal("it", "its state cannot be read; nothing was touched", said).message).toBe(
      `it: ${why}, so its state cannot be read; nothing was touched\n  next: ${next}\n  Terraform said: ${own}`,
    );
  });

  it("is quoted from its error on, on one line, with nothing in it that acts, and not without end", () => {
    const { message } = refusal(
      "it",
      "x",
      `a warning\n╷\n│ Error: no\n│ \u001b[31m##[add-mask]${"y".repeat(700)}\n╵\n`,
    );
    expect(message.split("\n")).toEqual([
      "it: Terraform refuses, so x",
      "  next: mend what it says, then run it again",
      expect.stringMatching(/^ {2}Terraform said: Error: no \\u001b\[31m\\u0023#\[add-mask\]y{500,600}…$/),
    ]);
    expect(refusal("it", "x", "").message).toMatch(/Terraform said: nothing$/);
  });
});
