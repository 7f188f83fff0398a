import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLUSTER_NAMES, namesOf } from "../../model/naming";
import { scanChart } from "../support/chart-checkov";
import { podsOf, validateObject } from "../support/chart-objects";
import { thirdParty } from "../support/fixtures/environments/all";
import { staging } from "../support/fixtures/environments/staging";
import { CREDENTIAL_CHART, credentialFile, credentialValues } from "../support/git-credential";
import { Helm, type KubernetesObject } from "../support/helm";
import { requires } from "../support/requires";

const folder = mkdtempSync(join(tmpdir(), "mmrv-git-credential-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { gitOpsNamespace: NAMESPACE, gitOpsServiceAccount: NAME } = CLUSTER_NAMES;
const helm = new Helm(undefined, NAMESPACE);
const render = (...[via, more]: Parameters<typeof credentialValues>) =>
  helm.template(CREDENTIAL_CHART, NAME, [credentialFile(folder, credentialValues(via, more))]);
const find = (objects: readonly KubernetesObject[], kind: string): KubernetesObject => {
  const found = objects.find((object) => object.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};
const PARAMETERS = {
  clientID: "5f1c0d4e-0000-4000-8000-000000000003",
  keyvaultName: namesOf(staging).gitOpsVault,
  tenantId: "5f1c0d4e-0000-4000-8000-7e6e5f6d6d76",
};
const objectsOf = (...names: readonly string[]) =>
  `array:\n${names.map((name) => `  - |\n    objectName: "${name}"\n    objectType: secret\n`).join("")}`;

describe("charts/mmrv-git-credential", requires("helm"), () => {
  it.each(["deployKey", "gitHubApp"] as const)("is clean to the strictest lint and the schemas: %s", async (via) => {
    const linted = await helm.lint(CREDENTIAL_CHART, [credentialFile(folder, credentialValues(via))]);
    expect(linted.isClean, linted.says).toBe(true);
    const objects = await render(via);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).sort()).toEqual([
      "Deployment mmrv-gitops/git-credential",
      "NetworkPolicy mmrv-gitops/git-credential",
      `SecretProviderClass mmrv-gitops/${via === "deployKey" ? "git" : "git-app"}`,
      "ServiceAccount mmrv-gitops/git-credential",
    ]);
    const ours = objects.filter(({ apiVersion }) => !/csi/.test(apiVersion));
    expect((await Promise.all(ours.map(validateObject))).flat()).toEqual([]);
  });

  it("makes of a deploy key the Secret that Flux reads over SSH", async () => {
    expect(find(await render("deployKey"), "SecretProviderClass")["spec"]).toEqual({
      provider: "azure",
      parameters: { ...PARAMETERS, objects: objectsOf("git-identity", "git-known-hosts") },
      secretObjects: [
        {
          secretName: "git",
          type: "Opaque",
          data: [
            { objectName: "git-identity", key: "identity" },
            { objectName: "git-known-hosts", key: "known_hosts" },
          ],
        },
      ],
    });
  });

  it("makes of a GitHub App another Secret, with the keys of an App", async () => {
    expect(find(await render("gitHubApp"), "SecretProviderClass")["spec"]).toEqual({
      provider: "azure",
      parameters: {
        ...PARAMETERS,
        objects: objectsOf("git-app-id", "git-app-installation-id", "git-app-private-key"),
      },
      secretObjects: [
        {
          secretName: "git-app",
          type: "Opaque",
          data: [
            { objectName: "git-app-id", key: "githubAppID" },
            { objectName: "git-app-installation-id", key: "githubAppInstallationID" },
            { objectName: "git-app-private-key", key: "githubAppPrivateKey" },
          ],
        },
      ],
    });
  });

  it("has one pod, which mounts it, gets no token, and is replaced before it goes", async () => {
    const objects = await render("deployKey");
    const { automountServiceAccountToken, metadata } = find(objects, "ServiceAccount");
    expect([automountServiceAccountToken, metadata.annotations]).toEqual([
      false,
      { "azure.workload.identity/client-id": PARAMETERS.clientID },
    ]);
    const deployment = find(objects, "Deployment");
    expect(deployment["spec"]).toMatchObject({
      replicas: 1,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    const pods = podsOf(deployment);
    expect(pods?.metadata.labels).not.toHaveProperty("azure.workload.identity/use");
    expect(pods?.spec).toMatchObject({ serviceAccountName: NAME, automountServiceAccountToken: false });
    expect(pods?.spec.volumes).toEqual([
      {
        name: "credential",
        csi: {
          driver: "secrets-store.csi.k8s.io",
          readOnly: true,
          volumeAttributes: { secretProviderClass: "git" },
        },
      },
    ]);
    expect(pods?.spec.containers.map(({ env, envFrom, image }) => [env, envFrom, image])).toEqual([
      [undefined, undefined, expect.stringMatching(`@${thirdParty.images.envoy.digest}$`)],
    ]);
  });

  it("starts another pod when something else is fetched, and not when the chart or the environment is another", async () => {
    const template = async (...of: Parameters<typeof credentialValues>) =>
      podsOf(find(await render(...of), "Deployment"));
    const first = await template("deployKey");
    expect(await template("deployKey", { environment: "other" })).toEqual(first);
    const other = await template("deployKey", { identity: { clientId: "5f1c0d4e-0000-4000-8000-000000000009" } });
    expect(other?.metadata.annotations).not.toEqual(first?.metadata.annotations);
    expect(JSON.stringify(first)).not.toContain("helm.sh/chart");
  });

  it("takes nothing that it does not know, such as a key itself", async () => {
    const values = { ...credentialValues("deployKey"), key: "hush" };
    const { isClean } = await helm.lint(CREDENTIAL_CHART, [credentialFile(folder, values)]);
    expect(isClean).toBe(false);
  });
});

describe("checkov on charts/mmrv-git-credential", requires("checkov", "helm"), () => {
  it.each(["deployKey", "gitHubApp"] as const)("finds nothing: %s", async (via) => {
    const file = credentialFile(folder, credentialValues(via));
    const { evaluated, failed } = await scanChart("checkov", CREDENTIAL_CHART, [file]);
    expect(failed).toEqual([]);
    // What Helm cannot render, checkov passes.
    expect([...evaluated]).toContain("Deployment <application>");
  });
});

describe("what keeps the pod up", requires("envoy", "helm"), () => {
  let words: readonly string[];
  let port: number;
  beforeAll(async () => {
    const [container] = podsOf(find(await render("deployKey"), "Deployment"))?.spec.containers ?? [];
    port = await freePort();
    const here = (word: string) =>
      word.replace("0.0.0.0", "127.0.0.1").replace('"port_value":8080', `"port_value":${port}`);
    words = [...(container?.command ?? []), ...(container?.args ?? []).map(here)];
  });

  it("is an Envoy that the kubelet reaches, that answers nobody, and that ends when it is told to", async () => {
    const [command = "", ...args] = words;
    expect(args.join(" ")).toContain(`"port_value":${port}`);
    const envoy = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    envoy.stderr.on("data", (data) => {
      said += data;
    });
    const ended = once(envoy, "exit");
    try {
      expect(await answerAt(port)).toBe("");
    } finally {
      envoy.kill("SIGTERM");
    }
    expect([await ended, said]).toEqual([[0, null], ""]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

/** What is sent to whoever connects, as soon as somebody listens. */
async function answerAt(port: number): Promise<string> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await new Promise<string | undefined>((done) => {
      let heard = "";
      connect(port, "127.0.0.1")
        .on("data", (data) => {
          heard += data;
        })
        .once("end", () => done(heard))
        .once("error", () => done(undefined));
    });
    if (answer !== undefined) return answer;
    await sleep(50);
  }
  throw new Error("nobody listens");
}
