import { beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { namesOf, stackName } from "../../model/naming";
import { firewallFor } from "../../tools/program/egress";
import { thirdParty } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { isAllowed, type Pod, policiesOf } from "../support/network-policies";
import { alone } from "../support/provider-stack";
import { type Block, type Synthesized, synthProgram } from "../support/synth";

const DEPLOY_KEY: Environment["gitOps"] = { via: "deployKey", delivery: {} };
const APP: Environment["gitOps"] = { via: "gitHubApp", appId: 1234, installationId: 5678, delivery: {} };
/** Promotion would bring a pipeline's rights that the credential has none of. */
const withGitOps = (environment: Environment, gitOps: Environment["gitOps"] = DEPLOY_KEY): Environment => ({
  ...alone(environment),
  gitOps,
});
const stackOf = (environment: Environment, kind: "infra" | "addons" | "gitops"): Synthesized => {
  const stack = synthProgram({ environments: [environment] })[stackName(environment.name, kind)];
  if (!stack) throw new Error(`no ${kind}`);
  return stack;
};

/** What infra makes for an application, or for Flux, and nobody's pipeline: under names that are the same for all. */
function groundOf({ resource }: Block, owner: string): Record<string, Block> {
  const own = Object.entries<Block>(resource).flatMap(([type, all]) =>
    Object.entries<Block>(all)
      .filter(([id]) => id.startsWith(`${owner}-ground`) && !/push/.test(id))
      .map(([id, block]) => [`${type}.${id}`, block]),
  );
  const text = JSON.stringify(Object.fromEntries(own), (key, value) => (key === "//" ? undefined : value));
  // Names of role assignments are made from those of identities.
  const named = text
    .replace(/(-ground\w*(?:-\w+)*)_[0-9A-F]{8}/g, "$1")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-\w{12}/g, "UUID");
  return JSON.parse(named.replaceAll(owner, "OWNER"));
}

describe.each([staging, production])("the vault of Flux's credential in $name", (environment) => {
  const infra = stackOf(withGitOps(environment), "infra").json as Block;

  it("is what that of an application is: settings, network, lock, logs, and who reads and writes it", () => {
    const ground = groundOf(infra, "gitops");
    expect(ground).toEqual(groundOf(infra, "backend"));
    expect(Object.keys(ground).map((address) => address.split(".")[0])).toEqual(
      expect.arrayContaining(["azurerm_key_vault", "azurerm_user_assigned_identity", "azurerm_role_assignment"]),
    );
    expect(Object.keys(ground).length).toBe(environment.locks ? 7 : 5);
  });

  it("has the names that the add-ons look up", () => {
    const names = namesOf(environment);
    const addons = stackOf(withGitOps(environment), "addons").json;
    const made = [infra.resource.azurerm_key_vault, infra.resource.azurerm_user_assigned_identity].map((all) =>
      Object.entries<Block>(all).find(([id]) => id.startsWith("gitops-ground")),
    );
    expect(made.map((found) => found?.[1].name)).toEqual([names.gitOpsVault, names.gitOpsIdentity]);
    expect(Object.values<Block>(addons.data.azurerm_key_vault).map(({ name }) => name)).toEqual([names.gitOpsVault]);
    expect(Object.values<Block>(addons.data.azurerm_user_assigned_identity).map(({ name }) => name)).toEqual([
      names.gitOpsIdentity,
    ]);
  });

  it("is nowhere without GitOps", () => {
    const without = withGitOps(environment, { via: "none" });
    for (const kind of ["infra", "addons"] as const)
      expect(JSON.stringify(stackOf(without, kind).json)).not.toMatch(/gitops|git-credential/i);
  });
});

describe("the firewall", () => {
  it("lets nodes and runner call a public vault of the credential, as those of the applications", () => {
    const egress = firewallFor(staging, { tier: "Standard", routing: "active" });
    const rules = (gitOps: Environment["gitOps"]) =>
      JSON.stringify(stackOf({ ...withGitOps(staging, gitOps), egress }, "infra").json.resource);
    const host = `"${namesOf(staging).gitOpsVault}.vault.azure.net"`;
    expect(rules(DEPLOY_KEY)).toContain(host);
    expect(rules({ via: "none" })).not.toContain(host);
  });
});

describe.each([
  ["deployKey", DEPLOY_KEY, "git", { identity: "git-identity", known_hosts: "git-known-hosts" }],
  [
    "gitHubApp",
    APP,
    "git-app",
    {
      githubAppPrivateKey: "git-app-private-key",
      githubAppID: "git-app-id",
      githubAppInstallationID: "git-app-installation-id",
    },
  ],
] as const)("the add-ons with %s", (_, gitOps, secret, keys) => {
  let addons: Synthesized;
  beforeAll(() => {
    addons = stackOf(withGitOps(staging, gitOps), "addons");
  });
  const release = () => Object.entries<Block>(addons.json.resource.helm_release).find(([id]) => /^git-/.test(id))?.[1];

  it("release the chart that carries it, with names and ids alone", () => {
    expect(release()).toMatchObject({
      name: "git-credential",
      namespace: "mmrv-gitops",
      atomic: true,
      wait: true,
      chart: expect.stringMatching(/^assets\/git-credential_release_chart_/),
    });
    const [values, ...more] = release()?.values ?? [];
    expect(more).toEqual([]);
    const { gitOpsVault } = namesOf(staging);
    const pairs = Object.entries(keys).map(([key, name]) => `"${key}" = "${name}"`);
    const { digest } = thirdParty.images.envoy;
    expect(values).toContain(`"secret" = {"name" = "${secret}", "keys" = {${pairs.join(", ")}}}`);
    expect(values).toContain(`"name" = "${gitOpsVault}"`);
    expect(values).toMatch(/"clientId" = data\.azurerm_user_assigned_identity\.git-credential_identity_\w+\.client_id/);
    expect(values).toMatch(/"tenantId" = data\.azurerm_key_vault\.git-credential_vault_\w+\.tenant_id/);
    expect(values).toContain(`@${digest}"`);
  });

  it("fill the Secret that Flux is told of", () => {
    const handedOver = { ...gitOps, delivery: { backend: "handover" } } as const;
    const flux = stackOf(withGitOps(staging, handedOver), "gitops");
    expect(flux.one("azurerm_kubernetes_flux_configuration").git_repository.local_auth_reference).toBe(secret);
  });

  it("trust its service account, and nobody else's, to read its vault", () => {
    expect(addons.one("azurerm_federated_identity_credential")).toMatchObject({
      issuer: "${data.azurerm_kubernetes_cluster.cluster.oidc_issuer_url}",
      subject: "system:serviceaccount:mmrv-gitops:git-credential",
      audience: ["api://AzureADTokenExchange"],
    });
  });

  it("make its namespace like the others, in which nobody reaches anybody", () => {
    const namespaces = addons.all("kubernetes_namespace_v1").map(({ metadata }) => metadata);
    const [first] = namespaces;
    expect(namespaces).toContainEqual({ name: "mmrv-gitops", labels: first.labels });
    expect(first.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    const policies = policiesOf(addons.json);
    const pod: Pod = { namespace: "mmrv-gitops", labels: { "app.kubernetes.io/part-of": "mmrv" }, ports: {} };
    const dns: Pod = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, ports: {} };
    for (const other of [dns, "169.254.169.254", "52.1.2.3", "10.40.4.4"])
      for (const [from, to] of [
        [pod, other],
        [other, pod],
      ] as const)
        expect(isAllowed(policies, { from, to, port: 443 })).toBe(false);
  });

  it("start its pod after the trust and after the denial", () => {
    const { depends_on } = release() ?? {};
    expect(depends_on).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^azurerm_federated_identity_credential\.git-credential_identity_service-account_/),
        expect.stringMatching(/^kubernetes_network_policy_v1\.mmrv-gitops-policies_default-deny_/),
      ]),
    );
  });
});
