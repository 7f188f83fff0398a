import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Cutover } from "../../model/cutover/files";
import { chartFolder } from "../../model/helm-values";
import { ThirdParty } from "../../model/third-party";
import { platformValues } from "../../stacks/platform-values";
import { APP_CHART, computedValues, digestOf, OF_ECS } from "../support/chart-values";
import { HELM_VALUES, thirdParty } from "../support/fixtures/environments/all";
import { staging } from "../support/fixtures/environments/staging";
import { REPORTS_VALUES, withReports } from "../support/fixtures/reports";
import { Helm, type KubernetesObject } from "../support/helm";
import { requires } from "../support/requires";

const folder = mkdtempSync(join(tmpdir(), "mmrv-worker-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const helm = new Helm();
const filesOf = (...layers: readonly object[]) =>
  layers.map((layer) => {
    const file = join(mkdtempSync(join(folder, "values-")), "values.json");
    writeFileSync(file, JSON.stringify(layer));
    return file;
  });
const { host, ...computed } = computedValues(staging, "backend");
const image = { image: { ...computed.image, digest: digestOf("a") } };
const worker = (more: object = {}) => filesOf(REPORTS_VALUES, computed, image, more);
const namesOf = (objects: readonly KubernetesObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

describe("an application without a domain", requires("helm"), () => {
  it("is its consumers and cron jobs: no server, no Service, no route, nobody who may come in", async () => {
    const objects = await helm.template(APP_CHART, "reports", worker());
    expect(namesOf(objects)).toEqual([
      "ConfigMap reports",
      "CronJob reports-weekly",
      "Deployment reports-mail",
      "PodDisruptionBudget reports-mail",
      "ServiceAccount reports",
    ]);
    expect(JSON.stringify(objects)).not.toContain("PORT");
  });

  it("is refused with routes or sidecars, in a sentence", async () => {
    const { isClean, says } = await helm.lint(APP_CHART, worker({ routes: [{ path: "/" }] }));
    expect(isClean).toBe(false);
    expect(says).toContain("must be absent (a worker has no server: consumers and cronJobs are what it runs)");
    const beside = await helm.lint(APP_CHART, worker({ sidecars: { statsd: OF_ECS.sidecars.statsd } }));
    expect(beside.says).toContain(
      'sidecars.statsd: got "statsd", must be absent (a worker has no server: consumers and cronJobs are what it runs)',
    );
  });

  it("is what a server is not: that one is refused without a port and without what the kubelet asks", async () => {
    const { isClean, says } = await helm.lint(APP_CHART, worker({ host }));
    expect(isClean).toBe(false);
    expect(says).toContain("port: got nothing, must be a whole number from 1024 to 65535 (a port that needs no root)");
    for (const kind of ["startup", "readiness", "liveness"])
      expect(says).toContain(`probes.${kind}.path: got nothing, must be a path such as /healthz (the kubelet asks it)`);
  });
});

describe("a platform with a worker", requires("helm"), () => {
  const render = () =>
    helm.template(
      chartFolder("mmrv-platform"),
      "platform",
      [join(HELM_VALUES, "platform/values.yaml")].concat(
        filesOf(platformValues(withReports(staging), new ThirdParty(thirdParty), new Cutover())),
      ),
    );

  it("gives it no listener and no certificate", async () => {
    const objects = await render();
    const gateway = objects.find(({ kind }) => kind === "Gateway") as unknown as {
      spec: { listeners: { name: string }[] };
    };
    expect(gateway.spec.listeners.map(({ name }) => name)).toEqual(["http", "https-backend", "https-frontend"]);
    expect(namesOf(objects).filter((name) => name.startsWith("Certificate "))).toEqual([
      "Certificate backend",
      "Certificate frontend",
    ]);
  });

  it("lets each application call whom the list names, both ways of each call, and nobody else", async () => {
    const policies = (await render()).filter(({ kind }) => kind === "NetworkPolicy");
    const calls = policies
      .map(({ metadata }) => metadata.name)
      .filter((name) => /-(to|from)-(?!own|database|https)/.test(name));
    expect(calls.sort()).toEqual([
      "backend-from-frontend",
      "backend-from-reports",
      "frontend-to-backend",
      "reports-to-backend",
    ]);
    const pods = (name: string) => ({
      matchLabels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "mmrv" },
    });
    expect(policies.find(({ metadata }) => metadata.name === "reports-to-backend")?.["spec"]).toEqual({
      podSelector: pods("reports"),
      policyTypes: ["Egress"],
      egress: [{ to: [{ podSelector: pods("backend") }] }],
    });
    expect(policies.find(({ metadata }) => metadata.name === "backend-from-reports")?.["spec"]).toEqual({
      podSelector: pods("backend"),
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: pods("reports") }], ports: [{ port: "http", protocol: "TCP" }] }],
    });
  });
});
