import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { established } from "../../tools/rehearsal/established";
import { definitionsOfOthers } from "../../tools/rehearsal/published-definitions";
import { APP_CHART, type AppShape, appValuesFiles } from "./chart-values";
import { HANGS } from "./hangs.mts";
import { Helm } from "./helm";

/** A real API server with the namespace of the applications, and Helm to release them into it. */
export class AppPlane {
  private constructor(
    private readonly plane: ControlPlane,
    readonly folder: string,
    readonly kubectl: Kubectl,
    readonly helm: Helm,
  ) {}

  /** @param more further objects, such as definitions of types */
  static async start(more: readonly object[] = []): Promise<AppPlane> {
    const plane = await ControlPlane.start();
    const kubectl = new Kubectl(plane.kubeconfig);
    const own = new AppPlane(
      plane,
      mkdtempSync(join(tmpdir(), "mmrv-app-plane-")),
      kubectl,
      new Helm(plane.kubeconfig),
    );
    const namespace = {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: APPLICATION_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
    };
    const { definitions, missing } = await definitionsOfOthers();
    expect(missing).toEqual([]);
    await own.apply([...definitions, namespace, ...more]);
    await established(kubectl, ["--all"]);
    const get = (kind: string, name: string) =>
      kubectl.run(["get", kind, name, "--namespace", APPLICATION_NAMESPACE, "--output", "name"]);
    await vi.waitFor(() => get("serviceaccount", "default"), { timeout: HANGS });
    await vi.waitFor(() => get("configmap", "kube-root-ca.crt"), { timeout: HANGS });
    return own;
  }

  async apply(items: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.kubectl.run(["apply", "--server-side", "--filename", "-"], list);
  }

  /** Releases an application, as Terraform's provider would. */
  async release(shape: AppShape): Promise<void> {
    const files = appValuesFiles(this.folder, shape).flatMap((file) => ["--values", file]);
    const wait = ["--wait", "--wait-for-jobs", "--timeout", "60s"];
    await this.helm.run(["upgrade", "--install", shape.application, APP_CHART, ...wait, ...files]);
  }

  async stop(): Promise<void> {
    await this.plane.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
