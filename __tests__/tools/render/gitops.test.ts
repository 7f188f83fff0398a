import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { podSecurityLabels } from "../../../constructs/support/pod-security-labels";
import { Cutovers } from "../../../model/cutover/files";
import type { Environment } from "../../../model/environment";
import { gitOpsIssues } from "../../../model/gitops/rules";
import { HelmValues } from "../../../model/helm-values";
import type { Delivery } from "../../../model/schema/git-ops";
import { ThirdParty } from "../../../model/third-party";
import { gitOpsFiles } from "../../../tools/render/gitops";
import { cutoverAt } from "../../support/cutover";
import { HELM_VALUES, thirdParty } from "../../support/fixtures/environments/all";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { REPORTS, withReports } from "../../support/fixtures/reports";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-gitops-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const sources = {
  cutovers: new Cutovers({}),
  helmValues: new HelmValues(HELM_VALUES),
  thirdParty: new ThirdParty(thirdParty),
};
const withFlux = (delivery: Record<string, Delivery>, environment: Environment = staging): Environment => ({
  ...environment,
  gitOps: { via: "deployKey", delivery },
});
const filesOf = (environments: readonly Environment[], more: Partial<typeof sources> = {}) =>
  gitOpsFiles(root, environments, { ...sources, ...more });
/** A file as YAML. */
function rendered(file: string, environments: readonly Environment[] = [staging], more: Partial<typeof sources> = {}) {
  const found = filesOf(environments, more).find((one) => one.file === file);
  return parse(found?.text ?? "null", { version: "1.1" });
}
function leave(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe("what Flux applies", () => {
  it("is a folder for each release that can be handed over, of the platform with the namespace", () => {
    const of = (environment: string) => [
      `gitops/${environment}/probe/kustomization.yaml`,
      ...["kustomization", "namespace", "release"].map((name) => `gitops/${environment}/platform/${name}.yaml`),
      ...["backend", "frontend"].flatMap((release) =>
        ["kustomization", "release"].map((name) => `gitops/${environment}/${release}/${name}.yaml`),
      ),
    ];
    expect(filesOf([staging, production]).map(({ file }) => file)).toEqual([...of("staging"), ...of("production")]);
  });

  it("has a probe, which says where it is", () => {
    expect(rendered("gitops/staging/probe/kustomization.yaml", [staging])).toMatchObject({
      kind: "Kustomization",
      configMapGenerator: [{ name: "probe", namespace: "mmrv-gitops", literals: ["environment=staging"] }],
    });
  });

  it("is a release in Flux's words, as Terraform has it", () => {
    expect(rendered("gitops/staging/backend/release.yaml", [withFlux({ backend: "flux" })])).toEqual({
      apiVersion: "helm.toolkit.fluxcd.io/v2",
      kind: "HelmRelease",
      metadata: {
        name: "backend",
        namespace: "mmrv-gitops",
        annotations: { "mmrv/delivery": "flux", "kustomize.toolkit.fluxcd.io/prune": "disabled" },
      },
      spec: {
        interval: "10m",
        timeout: "900s",
        releaseName: "backend",
        targetNamespace: "mmrv",
        storageNamespace: "mmrv",
        maxHistory: 10,
        chart: {
          spec: {
            chart: "./charts/mmrv-app",
            reconcileStrategy: "ChartVersion",
            sourceRef: { kind: "GitRepository", name: "mmrv" },
          },
        },
        install: { crds: "Skip" },
        upgrade: { crds: "Skip", cleanupOnFail: true, remediation: { retries: 0, remediateLastFailure: true } },
        driftDetection: { mode: "enabled" },
        valuesFrom: ["values.yaml", "staging.yaml"].map((valuesKey) => ({
          kind: "ConfigMap",
          name: "backend-values",
          valuesKey,
        })),
        values: {
          environment: "staging",
          image: { repository: "crmmrvstgk3m7.azurecr.io/mmrv/backend" },
          host: "api.staging.mmrv.invalid",
          gateway: {
            name: "mmrv",
            proxyNamespace: "envoy-gateway-system",
            listeners: { "api.staging.mmrv.invalid": "https-backend", "staging.mmrv.invalid": "https-frontend" },
          },
          identity: { clientId: "${client_id}" },
          vault: { name: "kv-backend-stg-k3m7", tenantId: "${tenant_id}" },
        },
      },
    });
  });

  it("is put together without a namespace of kustomize's, from files under a name that stays", () => {
    expect(rendered("gitops/production/platform/kustomization.yaml", [production])).toEqual({
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      resources: ["namespace.yaml", "release.yaml"],
      configMapGenerator: [
        {
          name: "platform-values",
          namespace: "mmrv-gitops",
          files: ["values", "production"].map((name) => `../../../helm-values/platform/${name}.yaml`),
          options: {
            disableNameSuffixHash: true,
            annotations: { "kustomize.toolkit.fluxcd.io/substitute": "disabled" },
            labels: { "reconcile.fluxcd.io/watch": "Enabled" },
          },
        },
      ],
    });
  });

  it("has the namespace of the applications as Terraform makes it, and never takes it away", () => {
    expect(rendered("gitops/staging/platform/namespace.yaml")).toEqual({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: "mmrv",
        labels: podSecurityLabels(staging.kubernetes.version),
        annotations: { "kustomize.toolkit.fluxcd.io/prune": "disabled" },
      },
    });
  });

  it("is suspended until Flux delivers, and then says nothing of it: a suspension by hand must last", () => {
    const specOf = (delivery?: Delivery) =>
      rendered("gitops/staging/platform/release.yaml", [delivery ? withFlux({ platform: delivery }) : staging]);
    const seen = [undefined, "terraform", "handover", "flux"].map((delivery) => {
      const { metadata, spec } = specOf(delivery as Delivery | undefined);
      return [metadata.annotations["mmrv/delivery"], "suspend" in spec ? spec.suspend : "nothing", spec.driftDetection];
    });
    expect(seen).toEqual([
      ["terraform", true, { mode: "warn" }],
      ["terraform", true, { mode: "warn" }],
      ["handover", true, { mode: "warn" }],
      ["flux", "nothing", { mode: "enabled" }],
    ]);
  });

  it("leaves the number of pods to an autoscaler, where there is one, and to nobody else", () => {
    const flux = (environment: Environment, release: string) =>
      rendered(`gitops/${environment.name}/${release}/release.yaml`, [
        withFlux({ platform: "flux", backend: "flux", [REPORTS.name]: "flux" }, environment),
      ]).spec.driftDetection;
    expect(flux(production, "backend")).toEqual({
      mode: "enabled",
      ignore: [{ paths: ["/spec/replicas"], target: { kind: "Deployment", name: "backend" } }],
    });
    expect(flux(staging, "backend")).toEqual({ mode: "enabled" });
    expect(flux(production, "platform")).toEqual({ mode: "enabled" });
    expect(flux(withReports(production), REPORTS.name)).toEqual({ mode: "enabled" });
  });

  it("leaves out a file of values without values, and all of them where none has any", () => {
    const folder = join(root, "helm-values");
    leave("helm-values/backend/values.yaml", "replicas: 2\n");
    leave("helm-values/backend/staging.yaml", "# What differs in staging.\n");
    leave("helm-values/frontend/values.yaml", "# Nothing yet.\n");
    const more = { helmValues: new HelmValues(folder) };
    const kustomization = rendered("gitops/staging/backend/kustomization.yaml", [staging], more);
    expect(kustomization.configMapGenerator[0].files).toEqual(["../../../helm-values/backend/values.yaml"]);
    const { valuesFrom } = rendered("gitops/staging/backend/release.yaml", [staging], more).spec;
    expect(valuesFrom.map(({ valuesKey }: { valuesKey: string }) => valuesKey)).toEqual(["values.yaml"]);
    expect(rendered("gitops/staging/frontend/kustomization.yaml", [staging], more)).not.toHaveProperty(
      "configMapGenerator",
    );
    expect(rendered("gitops/staging/frontend/release.yaml", [staging], more).spec).not.toHaveProperty("valuesFrom");
  });

  it("has texts in quotes, and every dollar twice but for what Flux fills in", () => {
    const priced: Environment = { ...staging, aws: { ...staging.aws, hostedZoneId: "Z${X}$$" } };
    const texts = Object.fromEntries(filesOf([priced]).map(({ file, text }) => [file, text ?? ""]));
    expect(texts["gitops/staging/platform/release.yaml"]).toContain('hostedZoneId: "Z$${X}$$$$"');
    expect(texts["gitops/staging/backend/release.yaml"]).toContain('clientId: "${client_id}"');
    expect(texts["gitops/staging/platform/release.yaml"]).toContain('"on": "publicAddress"');
  });

  it("is the same whether an image is named or not: a pipeline that names one renders nothing", () => {
    const folder = join(root, "helm-values");
    leave("helm-values/backend/staging.yaml", "replicas: 2\n");
    const before = filesOf([staging], { helmValues: new HelmValues(folder) });
    leave("helm-values/backend/staging.yaml", `replicas: 2\nimage: { digest: "sha256:${"a".repeat(64)}" }\n`);
    expect(filesOf([staging], { helmValues: new HelmValues(folder) })).toEqual(before);
  });

  it("follows the cutover: another proof of a domain when nobody is left on AWS", () => {
    const challenges = (cutovers: Cutovers) =>
      rendered("gitops/staging/platform/release.yaml", [staging], { cutovers }).spec.values.applications.map(
        ({ web }: { web: { challenge: string } }) => web.challenge,
      );
    expect(challenges(new Cutovers({}))).toEqual(["dns01", "dns01"]);
    expect(challenges(cutoverAt(staging, { backend: "retired", frontend: "full" }))).toEqual(["http01", "dns01"]);
  });

  it("keeps the house rules, whoever delivers", () => {
    for (const delivery of ["terraform", "handover", "flux"] as const) {
      const environments = [staging, production].map((one) =>
        withFlux({ platform: delivery, backend: delivery, frontend: delivery }, one),
      );
      const objects = filesOf(environments).map(({ file, text }) => ({ file, object: parse(text ?? "") }));
      expect(gitOpsIssues(objects)).toEqual([]);
      expect(objects).toHaveLength(16);
    }
  });

  it("is removed where nobody renders it any more, and a file of somebody else's is not", () => {
    leave("gitops/gone/backend/release.yaml", "# Written by `npx mmrv render` once\n");
    leave("gitops/gone/backend/notes.md", "mine\n");
    leave("gitops/staging/backend/extra.yaml", "a: 1\n");
    expect(filesOf([staging]).filter(({ text }) => text === undefined)).toEqual([
      {
        file: "gitops/gone/backend/release.yaml",
        path: join(root, "gitops/gone/backend/release.yaml"),
        text: undefined,
      },
    ]);
  });
});
