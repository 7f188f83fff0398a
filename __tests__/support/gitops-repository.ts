import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Delivery } from "../../model/schema/git-ops";

/** What a commit has of a release. */
export interface StoredRelease {
  readonly delivery: Delivery;
  /** Of helm-values/<release>/values.yaml. @default `replicas: 2` */
  readonly values?: string;
  /** What the program computes, as it stands in the HelmRelease. */
  readonly computed?: string;
}

/** A remote of bare Git, a working copy of it, and commits in the shape that `mmrv render` gives to gitops/. */
export class GitOpsRepository {
  private readonly root = mkdtempSync(join(tmpdir(), "mmrv-gitops-test-"));
  readonly folder = join(this.root, "copy");
  readonly remote = join(this.root, "remote.git");

  constructor() {
    mkdirSync(this.folder);
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", this.remote]);
    this.git("init", "--quiet", "--initial-branch=main");
    this.git("remote", "add", "origin", this.remote);
    this.write("charts/small/Chart.yaml", "apiVersion: v2\nname: small\nversion: 0.1.0\n");
    this.write("charts/small/templates/all.yaml", TEMPLATE);
    this.write("gitops/staging/probe/kustomization.yaml", PROBE_FILE);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  git(...args: string[]): string {
    const who = ["-c", "user.name=Ops", "-c", "user.email=ops@example.com"];
    return execFileSync("git", [...who, ...args], { cwd: this.folder, encoding: "utf8", stdio: "pipe" }).trim();
  }

  write(file: string, text: string): void {
    const path = join(this.folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Commits all that is there. */
  commit(): string {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "a change");
    return this.git("rev-parse", "HEAD");
  }

  /** Commits it as what was merged. */
  merge(): string {
    const commit = this.commit();
    this.git("push", "--quiet", "--force", "origin", "HEAD:main");
    return commit;
  }

  /** Writes what staging says of its releases. */
  releases(releases: Readonly<Record<string, StoredRelease>>): void {
    for (const [release, { computed = "{}", delivery, values = "replicas: 2\n" }] of Object.entries(releases)) {
      const folder = `gitops/staging/${release}`;
      this.write(`helm-values/${release}/values.yaml`, values);
      this.write(`${folder}/kustomization.yaml`, kustomization(release));
      this.write(`${folder}/release.yaml`, helmRelease(release, delivery, computed));
    }
  }

  /** The commit that the remote has of a branch; undefined where there is none. */
  at(branch: string): string | undefined {
    const [line = ""] = this.git("ls-remote", "origin", `refs/heads/${branch}`).split("\t");
    return line === "" ? undefined : line;
  }
}

const TEMPLATE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  host: {{ .Values.host | default "none" | quote }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
`;

const OPTIONS = `    options:
      disableNameSuffixHash: true
      annotations:
        kustomize.toolkit.fluxcd.io/substitute: disabled
      labels:
        reconcile.fluxcd.io/watch: Enabled
`;

/** What Flux applies of an environment that delivers nothing by Flux yet. */
export const PROBE_FILE = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
configMapGenerator:
  - name: probe
    namespace: mmrv-gitops
    literals:
      - environment=staging
${OPTIONS}`;

const kustomization = (release: string) => `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - release.yaml
configMapGenerator:
  - name: ${release}-values
    namespace: mmrv-gitops
    files:
      - ../../../helm-values/${release}/values.yaml
${OPTIONS}`;

const helmRelease = (release: string, delivery: Delivery, computed: string) => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: ${release}
  namespace: mmrv-gitops
  annotations:
    mmrv/delivery: ${delivery}
spec:
  interval: 10m
${delivery === "flux" ? "" : "  suspend: true\n"}  releaseName: ${release}
  targetNamespace: mmrv
  storageNamespace: mmrv
  chart:
    spec:
      chart: ./charts/small
      sourceRef: { kind: GitRepository, name: mmrv }
  valuesFrom:
    - { kind: ConfigMap, name: ${release}-values, valuesKey: values.yaml }
  values: ${computed}
`;
