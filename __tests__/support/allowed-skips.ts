/** The only reasons for which a test may be skipped, and why each is one. Any other makes `npm test` fail. */
export const ALLOWED_SKIPS: Readonly<Record<string, string>> = {
  "azurerm provider": "a registry may not give it, and building it takes longer than all tests",
  "azurerm 4.55.0 provider": "the same, and of the last release",
  "helm provider": "the same",
  "kubernetes provider": "the same",
  "aws provider": "it is the largest of all, and would only validate the HCL of two stacks",
  "flux controllers": "the Go proxy refuses them; build each from its repository at its tag",
  "flux 2.6 controllers": "the same, and of the extension's release before",
  "pod sandbox": "it takes root on Linux, in a container that may mount",
  envoy: "it is published for Linux with glibc 2.31, and for macOS 15 on Arm, and for nothing older",
  "ssh-keygen": "it comes with the system; that the key signs is tested without it",
  macOS: "there Go ignores SSL_CERT_FILE, and there are no namespaces",
  Windows: "the tools are not installed there: the devcontainer and WSL are Linux",
};
