import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Environment } from "../../model/environment";
import { APPLICATION_NAMESPACE } from "../../model/naming";
import { Kubectl } from "../../tools/deploy/kubernetes/kubectl";
import { ControlPlane } from "../../tools/local-cluster/control-plane";
import { NAMESPACES } from "../../tools/rehearsal/definitions";
import { established } from "../../tools/rehearsal/established";
import { definitionsOfOthers } from "../../tools/rehearsal/published-definitions";
import { staging } from "../support/fixtures/environments/staging";
import { HANGS } from "../support/hangs.mts";
import { Helm } from "../support/helm";
import { LOCAL_CLUSTER, requires } from "../support/requires";
import { CHART, configuredShape, Rendered, type Shape, VARIANTS, valuesFiles } from "./platform-fixture";

const shapeOf = (title: string): Shape => {
  const shape = VARIANTS[title];
  if (!shape) throw new Error(`no shape ${title}`);
  return shape;
};
const FULL = shapeOf("production, publicAddress, metrics, http01");
const OTHER = shapeOf("staging, privateIp, no metrics, dns01");

describe("charts/mmrv-platform on a real API server", () => {
  describe("from its first release to none", requires("helm", ...LOCAL_CLUSTER), releases);
});

function releases(): void {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-platform-cluster-"));
  let plane: ControlPlane;
  let kubectl: Kubectl;
  let helm: Helm;
  let full: Rendered;
  let before: string[];

  /** Every object of a kind that the chart has. */
  const objects = async () => {
    const kinds = [...new Set(full.objects.map(({ apiVersion, kind }) => qualified(apiVersion, kind)))];
    const text = await kubectl.run(["get", kinds.join(","), "--all-namespaces", "--output", "name"]);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .sort();
  };
  const install = (shape: Shape) =>
    helm.run([
      ...["upgrade", "--install", "platform", CHART, "--wait", "--atomic"],
      ...valuesFiles(temporary, shape).flatMap((file) => ["--values", file]),
    ]);
  const create = (object: object) =>
    kubectl.run(["create", "--dry-run=server", "--output", "json", "--filename", "-"], JSON.stringify(object));

  beforeAll(async () => {
    plane = await ControlPlane.start({ nodes: 1 });
    kubectl = new Kubectl(plane.kubeconfig);
    helm = new Helm(plane.kubeconfig);
    full = await Rendered.of(temporary, FULL);
    const namespace = (name: string, labels = {}) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name, labels },
    });
    await apply(kubectl, [
      ...(await definitionsOfOthers()).definitions,
      ...NAMESPACES.map((name) => namespace(name)),
      namespace(APPLICATION_NAMESPACE, { "pod-security.kubernetes.io/enforce": "restricted" }),
    ]);
    await established(kubectl, ["--all"]);
    before = await objects();
  });
  afterAll(async () => {
    await plane?.stop();
    rmSync(temporary, { recursive: true, force: true });
  });

  it("has no field that Kubernetes does not know", async () => {
    const said = await apply(kubectl, full.objects, ["--dry-run=server", "--validate=strict"]);
    expect(said.match(/\(server dry run\)$/gm)).toHaveLength(full.objects.length);
  });

  it("installs", async () => {
    await install(FULL);
    expect((await objects()).length - before.length).toBe(full.objects.length);
  });

  it("lets nothing but redirects and challenges onto port 80", async () => {
    const backendRefs = [{ name: "backend", port: 80 }];
    const route = (parent: object, rule: object, labels = {}) => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "route", namespace: APPLICATION_NAMESPACE, labels },
      spec: { parentRefs: [{ name: "mmrv", ...parent }], rules: [rule] },
    });
    const solver = { "acme.cert-manager.io/http01-solver": "true" };
    const challenge = { matches: [{ path: { type: "Exact", value: "/.well-known/acme-challenge/x" } }], backendRefs };
    const redirect = (to: object) => ({ filters: [{ type: "RequestRedirect", requestRedirect: to }] });
    const refusal = "must name the listener https-<application>";

    // An API server takes a moment to heed a new policy.
    await vi.waitFor(() => expect(create(route({}, { backendRefs }))).rejects.toThrow(refusal), { timeout: HANGS });
    for (const refused of [
      route({ sectionName: "http" }, { backendRefs }),
      route({ port: 80 }, { backendRefs }),
      route({ sectionName: "http" }, redirect({ hostname: "elsewhere.invalid" })),
      route({ sectionName: "http" }, challenge),
      route({ sectionName: "http" }, { backendRefs }, solver),
    ]) {
      await expect(create(refused), JSON.stringify(refused)).rejects.toThrow(refusal);
    }
    for (const taken of [
      route({ sectionName: "https-backend" }, { backendRefs }),
      route({ sectionName: "http" }, redirect({ scheme: "https" })),
      route({ sectionName: "http" }, challenge, solver),
      route({ name: "other" }, { backendRefs }),
    ]) {
      await create(taken);
    }
  });

  it("takes as many names as synthesis does, also the longest, and not one more", async () => {
    const longest = `${"aaaaaaaaa.".repeat(19)}aaaaaa.com`;
    const dryRun = async (further: number) => {
      const names = Array.from({ length: further }, (_, index) => (index === 0 ? longest : `www${index}.example.com`));
      const domains: Environment["domains"] = {
        backend: { host: "api.example.com", also: names.map((host) => ({ host, does: "redirects" })) },
        frontend: "app.example.com",
      };
      const chart = await Rendered.of(temporary, configuredShape({ ...staging, domains }));
      const listened = chart.objects.filter(({ kind }) => ["Certificate", "Gateway", "HTTPRoute"].includes(kind));
      // What is installed is Helm's.
      const said = await apply(kubectl, listened, ["--dry-run=server", "--validate=strict", "--force-conflicts"]);
      return said.match(/\(server dry run\)$/gm)?.length === listened.length;
    };
    expect(longest).toHaveLength(200);
    expect(await dryRun(61)).toBe(true);
    await expect(dryRun(62)).rejects.toThrow(/spec\.listeners: Too many: 65: must have at most 64 items/);
    const naming = (count: number) => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "route", namespace: APPLICATION_NAMESPACE },
      spec: {
        parentRefs: [{ name: "mmrv", sectionName: "https-backend" }],
        hostnames: Array.from({ length: count }, (_, index) => `www${index}.example.com`),
      },
    });
    await create(naming(16));
    await expect(create(naming(17))).rejects.toThrow(/spec\.hostnames: Too many: 17: must have at most 16 items/);
  });

  it("gives a pod that says nothing what the quota asks for, and opens no other way in", async () => {
    const made = JSON.parse(
      await create({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "silent", namespace: APPLICATION_NAMESPACE },
        spec: {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "silent",
              image: "silent",
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      }),
    );
    expect(made.spec.containers[0].resources).toEqual({
      requests: { cpu: "50m", memory: "64Mi" },
      limits: { memory: "256Mi" },
    });
    const service = (type: string) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "door", namespace: APPLICATION_NAMESPACE },
      spec: { type, ports: [{ port: 80 }], selector: { app: "door" } },
    });
    await create(service("ClusterIP"));
    for (const type of ["NodePort", "LoadBalancer"]) {
      await expect(create(service(type)), type).rejects.toThrow("exceeded quota");
    }
  });

  it("upgrades to another address without metrics or challenges by HTTP, and back", async () => {
    await install(OTHER);
    const other = await Rendered.of(temporary, OTHER);
    expect((await objects()).length - before.length).toBe(other.objects.length);
    await install(FULL);
    expect((await objects()).length - before.length).toBe(full.objects.length);
  });

  it("leaves nothing when it goes", async () => {
    await helm.run(["uninstall", "platform", "--wait"]);
    expect(await objects()).toEqual(before);
  });
}

const qualified = (apiVersion: string, kind: string): string => {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? kind : `${kind}.${version}.${group}`;
};

async function apply(kubectl: Kubectl, items: readonly object[], more: readonly string[] = []): Promise<string> {
  const list = { apiVersion: "v1", kind: "List", items };
  return kubectl.run(["apply", "--server-side", ...more, "--filename", "-"], JSON.stringify(list));
}
