import { KubernetesClusterExtension } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-extension";
import {
  KubernetesFluxConfiguration,
  type KubernetesFluxConfigurationConfig,
  type KubernetesFluxConfigurationGitRepository,
  type KubernetesFluxConfigurationKustomizations,
} from "@cdktf/provider-azurerm/lib/kubernetes-flux-configuration";
import { describe, expect, it } from "vitest";
import { obeyHouseRules } from "../../../constructs/support/house-rules";
import { override } from "../../../constructs/support/override";
import { provider } from "../../support/provider-stack";
import { synthStack } from "../../support/synth";

interface More {
  readonly kustomization?: Partial<KubernetesFluxConfigurationKustomizations>;
  /** What else the configuration says. */
  readonly configuration?: Partial<KubernetesFluxConfigurationConfig>;
  readonly forced?: boolean;
}

/** What synthesis says of Flux that somebody made without our constructs; nothing when it passes. */
function faultsOf(
  git: Partial<KubernetesFluxConfigurationGitRepository>,
  { configuration: more, forced = false, kustomization }: More = {},
): string[] {
  return faultsIn(() =>
    synthStack((stack) => {
      provider(stack);
      const configuration = new KubernetesFluxConfiguration(stack, "flux", {
        name: "mmrv",
        clusterId: "aks",
        namespace: "gitops",
        gitRepository: { url: "https://example.com", referenceType: "branch", referenceValue: "b", ...git },
        kustomizations: [{ name: "one" }, { name: "two", ...kustomization }],
        ...more,
      });
      if (forced) override(configuration, "kustomizations.0.force", true, "a test");
      obeyHouseRules(stack);
    }),
  );
}

function faultsIn(synth: () => void): string[] {
  try {
    synth();
    return [];
  } catch (error) {
    return [...(error as Error).message.matchAll(/^ *\[test\] (.*)$/gm)].map(([, sentence = ""]) => sentence);
  }
}

const SECRET = "a state would hold it in clear text; the credential is a Secret of the cluster, from a vault";
const OTHER_SOURCE =
  "Flux reads this repository alone, and the keys of other sources would be in a state in clear text";
const DELETES = "Flux would delete what leaves Git, or make it again, and uninstall releases";

describe("what Flux is never told", () => {
  it.each([
    ["https_ca_cert_base64", { httpsCaCertBase64: "eA==" }],
    ["https_key_base64", { httpsKeyBase64: "eA==" }],
    ["https_user", { httpsUser: "x" }],
    ["ssh_private_key_base64", { sshPrivateKeyBase64: "eA==" }],
  ])("is a secret: %s", (name, git) => {
    expect(faultsOf(git)).toEqual([`test/flux: must not set ${name} (${SECRET})`]);
  });

  it.each([
    ["blob_storage", { containerId: "c", accountKey: "x" }],
    ["blob_storage", { containerId: "c", sasToken: "x" }],
    ["blob_storage", { containerId: "c", servicePrincipal: { clientId: "i", tenantId: "t", clientSecret: "x" } }],
    ["bucket", { bucketName: "b", url: "https://example.com", accessKey: "x", secretKeyBase64: "eA==" }],
    ["bucket", { bucketName: "b", url: "https://example.com" }],
  ])("is another source than Git, whose keys are secrets: %s %j", (name, source) => {
    const configuration = { [name === "bucket" ? "bucket" : "blobStorage"]: source };
    expect(faultsOf({}, { configuration })).toEqual([`test/flux: must not set ${name} (${OTHER_SOURCE})`]);
  });

  it.each([
    "https://user:token@example.com/owner/repository",
    "https://token@example.com",
    "https://git:token@example.com/owner",
    "ssh://git:token@ssh.example.com:443/owner/repository",
    "ssh://git@token@example.com/owner",
  ])("is a secret in the address of a repository: %s", (url) => {
    const what = "url with a user or a token in front of @";
    expect(faultsOf({ url })).toEqual([`test/flux: must not set ${what} (${SECRET})`]);
  });

  it.each(["ssh://git@ssh.example.com:443/owner/repository", "https://example.com/owner/a@b", "ssh://git@example.com"])(
    "lets an address without a secret pass: %s",
    (url) => {
      expect(faultsOf({ url })).toEqual([]);
    },
  );

  it.each([
    ["garbage_collection_enabled", "garbageCollectionEnabled"],
    ["recreating_enabled", "recreatingEnabled"],
  ])("is to delete what runs: %s", (name, key) => {
    expect(faultsOf({}, { kustomization: { [key]: true } })).toEqual([`test/flux: must not set ${name} (${DELETES})`]);
    expect(faultsOf({}, { kustomization: { [key]: false } })).toEqual([]);
  });

  it("is refused too where an override says it", () => {
    expect(faultsOf({}, { forced: true })).toEqual([`test/flux: must not set force (${DELETES})`]);
  });

  it.each([
    ["configuration_protected_settings", { configurationProtectedSettings: { a: "b" } }, SECRET],
    ["version", { version: "1.24.1" }, "the extension would be replaced, and everything it applied with it"],
    ["release_train", { releaseTrain: "Stable" }, "the extension would be replaced, and everything it applied with it"],
  ])("is, of the extension, %s", (name, more, why) => {
    const extension = (config: object) =>
      faultsIn(() =>
        synthStack((stack) => {
          provider(stack);
          const own = { name: "flux", clusterId: "aks", extensionType: "microsoft.flux" };
          new KubernetesClusterExtension(stack, "flux", { ...own, ...config });
          obeyHouseRules(stack);
        }),
      );
    expect(extension(more)).toEqual([`test/flux: must not set ${name} (${why})`]);
    expect(extension({ configurationSettings: { "multiTenancy.enforce": "true" } })).toEqual([]);
  });

  it("is all said at once, and of a Secret in the cluster nothing", () => {
    expect(faultsOf({ httpsUser: "x" }, { kustomization: { recreatingEnabled: true } })).toHaveLength(2);
    expect(faultsOf({ localAuthReference: "git", provider: "GitHub" })).toEqual([]);
  });
});
