import { beforeEach, describe, expect, it, vi } from "vitest";
import { Arm } from "../../../tools/azure-simulator/arm";
import { reportFlux } from "../../../tools/azure-simulator/resource-types/kubernetes-configuration";
import type { JsonObject } from "../../../tools/azure-simulator/store";

const GROUP = "/subscriptions/5f1c0d4e-0000-4000-8000-7375626d6d76/resourceGroups/rg-test";
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`;
const EXTENSIONS = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/extensions`;
const CONFIGURATIONS = `${CLUSTER}/providers/Microsoft.KubernetesConfiguration/fluxConfigurations`;
const FLUX = `${EXTENSIONS}/flux`;
const MMRV = `${CONFIGURATIONS}/mmrv`;

let arm: Arm;
const send = (method: string, path: string, body?: JsonObject) =>
  arm.handle({ method, url: new URL(path, "https://management.azure.com"), body });
type Answer = ReturnType<typeof send>;
/** Asks how an operation ended, as a client does before it goes on. */
const end = (answer: Answer): Answer => {
  const operation = answer.headers?.["Azure-AsyncOperation"];
  if (operation !== undefined) send("GET", operation);
  return answer;
};
const put = (path: string, properties: JsonObject = {}) => end(send("PUT", path, { properties }));
const code = ({ body, status }: Answer) =>
  `${status} ${(body as { error?: { code: string } } | undefined)?.error?.code ?? "OK"}`;
const propertiesOf = ({ body }: Answer) => (body as { properties: JsonObject }).properties;

const flux = { extensionType: "microsoft.flux", configurationSettings: { "multiTenancy.enforce": "true" } };
const git = { url: "ssh://git@ssh.github.com:443/o/r.git", repositoryRef: { branch: "b" }, localAuthRef: "git" };
const mmrv = {
  namespace: "mmrv-gitops",
  scope: "cluster",
  sourceKind: "GitRepository",
  gitRepository: git,
  kustomizations: { backend: { path: "./gitops/backend", postBuild: { substitute: { a: "b" } } }, web: {} },
};

beforeEach(() => {
  arm = new Arm();
  send("PUT", GROUP, { location: "eastus2" });
  send("PUT", CLUSTER, { location: "eastus2", properties: { kubernetesVersion: "1.35", agentPoolProfiles: [] } });
});

describe("an extension", () => {
  it("is given back with the train and the version that Azure chose, and no version that was asked for", () => {
    expect(code(put(FLUX, flux))).toBe("201 OK");
    expect(propertiesOf(send("GET", FLUX))).toMatchObject({
      configurationProtectedSettings: {},
      configurationSettings: { "multiTenancy.enforce": "true" },
      currentVersion: "1.24.1",
      extensionType: "microsoft.flux",
      releaseTrain: "Stable",
      scope: { cluster: { releaseNamespace: "flux-system" } },
      version: null,
      provisioningState: "Succeeded",
    });
  });

  it("gives a train back with a capital, whoever named it", () => {
    put(FLUX, { ...flux, releaseTrain: "stable" });
    expect(propertiesOf(send("GET", FLUX))["releaseTrain"]).toBe("Stable");
  });

  it("gives back no secret", () => {
    const answer = put(FLUX, { ...flux, configurationProtectedSettings: { password: "hidden" } });
    expect(JSON.stringify([answer, send("GET", FLUX)])).not.toContain("hidden");
  });

  it("takes a setting beside the others, and keeps the version that runs", () => {
    put(FLUX, flux);
    const change = { properties: { configurationSettings: { "helm-controller.enabled": "true" } } };
    expect(code(end(send("PATCH", FLUX, change)))).toBe("200 OK");
    expect(propertiesOf(send("GET", FLUX))).toMatchObject({
      configurationSettings: { "helm-controller.enabled": "true", "multiTenancy.enforce": "true" },
      currentVersion: "1.24.1",
    });
  });

  it("is one of its type on a cluster, and stays of its type", () => {
    put(FLUX, flux);
    expect(code(put(`${EXTENSIONS}/another`, flux))).toBe("409 ExtensionTypeAlreadyInstalled");
    expect(code(put(FLUX, { extensionType: "microsoft.dapr" }))).toBe("400 ExtensionTypeUpdateNotAllowed");
  });

  it("is listed below its cluster, and in no list of the group", () => {
    put(FLUX, flux);
    const ids = (path: string) => (send("GET", path).body as { value: JsonObject[] }).value.map(({ id }) => id);
    expect(ids(EXTENSIONS)).toEqual([FLUX]);
    expect(ids(`${GROUP}/resources`)).toEqual([CLUSTER]);
  });

  it("needs its cluster, and a subscription that has registered what makes it", () => {
    expect(code(put(FLUX.replace("/aks/", "/nowhere/"), flux))).toBe("404 ParentResourceNotFound");
    arm.registrations.enforced = true;
    expect(code(put(FLUX, flux))).toBe("409 MissingSubscriptionRegistration");
    arm.registrations.register("Microsoft.KubernetesConfiguration");
    expect(code(put(FLUX, flux))).toBe("201 OK");
  });

  it("does not go before what it applies", () => {
    put(FLUX, flux);
    put(MMRV, mmrv);
    expect(code(send("DELETE", FLUX))).toBe("409 FluxConfigurationsExist");
    expect(code(end(send("DELETE", MMRV)))).toBe("202 OK");
    expect(code(end(send("DELETE", FLUX)))).toBe("202 OK");
    expect(code(send("GET", FLUX))).toBe("404 ResourceNotFound");
  });
});

describe("a second operation on the same cluster", () => {
  it("is refused until somebody has asked how the first one ended", () => {
    const first = send("PUT", FLUX, { properties: flux });
    expect(code(first)).toBe("201 OK");
    expect(code(send("PUT", MMRV, { properties: mmrv }))).toBe("409 Conflict");
    expect(code(send("DELETE", FLUX))).toBe("409 Conflict");
    end(first);
    expect(code(send("PUT", MMRV, { properties: mmrv }))).toBe("201 OK");
  });

  it("is taken in the end when whoever began the first one is gone", () => {
    vi.useFakeTimers();
    send("PUT", FLUX, { properties: flux });
    vi.advanceTimersByTime(5_001);
    expect(code(send("PUT", MMRV, { properties: mmrv }))).toBe("201 OK");
    vi.useRealTimers();
  });

  it("is nothing that another cluster minds", () => {
    const other = CLUSTER.replace("/aks", "/other");
    send("PUT", other, { location: "eastus2", properties: { agentPoolProfiles: [] } });
    send("PUT", FLUX, { properties: flux });
    expect(code(send("PUT", FLUX.replace(CLUSTER, other), { properties: flux }))).toBe("201 OK");
  });
});

describe("a configuration of Flux", () => {
  it("needs the extension, and one that works", () => {
    expect(code(put(MMRV, mmrv))).toBe("400 FluxExtensionMissing");
    arm.failsNext = true;
    put(FLUX, flux);
    expect(code(put(MMRV, mmrv))).toBe("400 FluxExtensionMissing");
    put(FLUX, flux);
    expect(code(put(MMRV, mmrv))).toBe("201 OK");
  });

  it("reads back with null for what nobody said", () => {
    put(FLUX, flux);
    put(MMRV, mmrv);
    const { gitRepository, kustomizations, ...properties } = propertiesOf(send("GET", MMRV));
    expect(gitRepository).toEqual({
      ...git,
      httpsCACert: null,
      httpsUser: null,
      provider: "Generic",
      repositoryRef: { branch: "b", commit: null, semver: null, tag: null },
      sshKnownHosts: null,
      syncIntervalInSeconds: 600,
      timeoutInSeconds: 600,
    });
    expect(kustomizations).toMatchObject({
      backend: { name: "backend", postBuild: { substitute: { a: "b" }, substituteFrom: null }, prune: false },
      web: { name: "web", postBuild: null, wait: true },
    });
    expect(properties).toMatchObject({
      complianceState: "Pending",
      configurationProtectedSettings: null,
      scope: "cluster",
      statuses: [],
      suspend: false,
    });
  });

  it.each([
    ["a name with a capital", `${CONFIGURATIONS}/Mmrv`, mmrv],
    ["a name of more than 30 letters", `${CONFIGURATIONS}/${"m".repeat(31)}`, mmrv],
    ["a Kustomization with such a name", MMRV, { ...mmrv, kustomizations: { "-backend": {} } }],
    ["a Secret of the cluster and a secret of its own", MMRV, { ...mmrv, configurationProtectedSettings: { k: "v" } }],
    ["a Secret of the cluster and a user", MMRV, { ...mmrv, gitRepository: { ...git, httpsUser: "somebody" } }],
  ])("is refused with %s", (_, path, properties) => {
    put(FLUX, flux);
    expect(code(put(path, properties))).toBe("400 InvalidRequest");
  });

  it("says what the agent has reported, and keeps it when a client sends back what it read", () => {
    put(FLUX, flux);
    put(MMRV, mmrv);
    const report = {
      complianceState: "Non-Compliant",
      statuses: [
        {
          kind: "HelmRelease",
          name: "backend",
          namespace: "mmrv-gitops",
          appliedBy: { name: "mmrv-backend", namespace: "mmrv-gitops" },
          complianceState: "Non-Compliant",
          statusConditions: [{ type: "Ready", status: "False", reason: "UpgradeFailed", message: "no render" }],
        },
      ],
      sourceSyncedCommitId: "deployed/staging/0123456",
      statusUpdatedAt: "2026-12-01T10:00:00Z",
    } as const;
    reportFlux(arm.store, MMRV, report);
    const read = propertiesOf(send("GET", MMRV));
    expect(read).toMatchObject(report);
    put(MMRV, { ...read, statuses: [], complianceState: "Compliant", suspend: true });
    expect(propertiesOf(send("GET", MMRV))).toMatchObject({ ...report, suspend: true });
  });

  it("is reported of only when it is there", () => {
    expect(() => reportFlux(arm.store, MMRV, { complianceState: "Compliant", statuses: [] })).toThrow(MMRV);
  });
});
