import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../../model/naming";
import type { ComputedPlatformValues } from "../../model/schema/platform";
import { type Call, isAllowed, type Pod, type Policy } from "../support/network-policies";
import { requires } from "../support/requires";
import { Rendered, VARIANTS } from "./platform-fixture";

const pod = (labels: Pod["labels"], ports: Pod["ports"] = {}, namespace: string = APPLICATION_NAMESPACE): Pod => ({
  namespace,
  labels,
  ports,
});
/** As charts/mmrv-app labels them. */
const application = (name: string, port: number) =>
  pod({ "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "mmrv" }, { http: port });

const PODS = {
  backend: application("backend", 8080),
  frontend: application("frontend", 3000),
  solver: pod({ "acme.cert-manager.io/http01-solver": "true" }),
  stranger: pod({ "app.kubernetes.io/name": "shell" }),
  gateway: pod(
    {
      "gateway.envoyproxy.io/owning-gateway-name": "mmrv",
      "gateway.envoyproxy.io/owning-gateway-namespace": APPLICATION_NAMESPACE,
    },
    {},
    CLUSTER_NAMES.gatewayNamespace,
  ),
  gatewayOfOthers: pod(
    {
      "gateway.envoyproxy.io/owning-gateway-name": "other",
      "gateway.envoyproxy.io/owning-gateway-namespace": "other",
    },
    {},
    CLUSTER_NAMES.gatewayNamespace,
  ),
  dns: pod({ "k8s-app": "kube-dns" }, {}, "kube-system"),
  metrics: pod({ "k8s-app": "metrics-server" }, {}, "kube-system"),
  elsewhere: pod(
    { "app.kubernetes.io/name": "backend", "app.kubernetes.io/part-of": "mmrv" },
    { http: 8080 },
    "default",
  ),
} as const;

const PUBLIC = "52.1.2.3";
const IMDS = "169.254.169.254";

describe("who may reach whom", requires("helm"), () => {
  const temporary = mkdtempSync(join(tmpdir(), "mmrv-platform-network-"));
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  const NETWORK: ComputedPlatformValues["network"] = {
    insideRanges: ["10.50.0.0/16", "10.144.0.0/16", "10.51.0.0/20", "172.16.0.0/16"],
    privateEndpoints: "10.50.5.0/26",
  };
  const render = async (network: Partial<typeof NETWORK>): Promise<Policy[]> => {
    const shape = VARIANTS["production, publicAddress, no metrics, http01"];
    if (!shape) throw new Error("no shape");
    const applications = shape.values.applications.map((one) => ({
      ...one,
      callsAws: one.name === "backend",
      database: one.name === "backend",
    }));
    const values = { ...shape.values, applications, network: { ...NETWORK, ...network } };
    return (await Rendered.of(temporary, { ...shape, values })).all<Policy>("NetworkPolicy");
  };
  const databases = {
    private: { ranges: ["10.50.5.0/26"], ports: [{ from: 5432, to: 5432 }] },
    public: { ranges: ["0.0.0.0/0"], ports: [{ from: 5432, to: 5432 }] },
    peered: { ranges: ["10.60.0.0/24"], ports: [{ from: 3306, to: 3306 }] },
  } as const;
  const policies = {} as Record<keyof typeof databases | "none", Policy[]>;
  beforeAll(async () => {
    policies.none = await render({});
    for (const [name, database] of Object.entries(databases) as [keyof typeof databases, object][]) {
      policies[name] = await render({ database: database as never });
    }
  });

  it("starts from nobody: one policy is about every pod and allows nothing", () => {
    for (const of of Object.values(policies)) {
      expect(of.filter(({ spec }) => JSON.stringify(spec.podSelector) === "{}").map(({ spec }) => spec)).toContainEqual(
        {
          podSelector: {},
          policyTypes: ["Ingress", "Egress"],
        },
      );
      expect(of.length).toBeGreaterThan(5);
    }
  });

  const { backend, dns, elsewhere, frontend, gateway, gatewayOfOthers, metrics, solver, stranger } = PODS;
  const table: readonly [string, boolean, Call][] = [
    ["frontend → backend, its HTTP port", true, { from: frontend, to: backend, port: 8080 }],
    ["frontend → backend, another port", false, { from: frontend, to: backend, port: 9229 }],
    ["frontend → backend, the same number by UDP", false, { from: frontend, to: backend, port: 8080, protocol: "UDP" }],
    ["backend → frontend", false, { from: backend, to: frontend, port: 3000 }],
    ["backend → backend", false, { from: backend, to: backend, port: 8080 }],
    ["frontend → a backend of another namespace", false, { from: frontend, to: elsewhere, port: 8080 }],
    ["another namespace → backend", false, { from: elsewhere, to: backend, port: 8080 }],
    ["a stranger → backend", false, { from: stranger, to: backend, port: 8080 }],
    ["the gateway → backend, until its release says so", false, { from: gateway, to: backend, port: 8080 }],
    ["backend → DNS by UDP", true, { from: backend, to: dns, port: 53, protocol: "UDP" }],
    ["a stranger → DNS by TCP", true, { from: stranger, to: dns, port: 53 }],
    ["backend → DNS, another port", false, { from: backend, to: dns, port: 9153 }],
    ["backend → the rest of kube-system", false, { from: backend, to: metrics, port: 53, protocol: "UDP" }],
    ["backend → AWS by HTTPS", true, { from: backend, to: PUBLIC, port: 443 }],
    ["backend → AWS by HTTP", false, { from: backend, to: PUBLIC, port: 80 }],
    ["frontend → AWS, which it has not asked for", false, { from: frontend, to: PUBLIC, port: 443 }],
    ["a stranger → AWS", false, { from: stranger, to: PUBLIC, port: 443 }],
    ["backend → the node's identity", false, { from: backend, to: IMDS, port: 80 }],
    ["backend → the node's identity by HTTPS", false, { from: backend, to: IMDS, port: 443 }],
    ["backend → Azure's machine agent", false, { from: backend, to: "168.63.129.16", port: 443 }],
    ["backend → a vault's private endpoint", true, { from: backend, to: "10.50.5.4", port: 443 }],
    ["frontend → a vault's private endpoint", false, { from: frontend, to: "10.50.5.4", port: 443 }],
    ["backend → a node", false, { from: backend, to: "10.50.0.4", port: 443 }],
    ["backend → the API server", false, { from: backend, to: "10.50.4.4", port: 443 }],
    ["backend → an AWS network that is reached privately", false, { from: backend, to: "172.16.1.1", port: 443 }],
    ["frontend → a domain of ours", true, { from: frontend, to: gateway, port: 10443 }],
    ["frontend → the gateway's metrics", false, { from: frontend, to: gateway, port: 19001 }],
    ["frontend → a gateway of others", false, { from: frontend, to: gatewayOfOthers, port: 10443 }],
    ["the gateway → a challenge's pod", true, { from: gateway, to: solver, port: 8089 }],
    ["a gateway of others → a challenge's pod", false, { from: gatewayOfOthers, to: solver, port: 8089 }],
    ["backend → a challenge's pod", false, { from: backend, to: solver, port: 8089 }],
    ["a challenge's pod → anywhere", false, { from: solver, to: PUBLIC, port: 443 }],
  ];

  it.each(table)("%s: %s", (_, allowed, call) => {
    for (const [database, of] of Object.entries(policies)) expect(isAllowed(of, call), database).toBe(allowed);
  });

  const toDatabase: readonly [string, keyof typeof policies, boolean, Call][] = [
    ["backend → a private database", "private", true, { from: backend, to: "10.50.5.9", port: 5432 }],
    ["frontend → a private database", "private", false, { from: frontend, to: "10.50.5.9", port: 5432 }],
    ["backend → the database's port elsewhere", "private", false, { from: backend, to: PUBLIC, port: 5432 }],
    ["backend → a public database", "public", true, { from: backend, to: PUBLIC, port: 5432 }],
    ["frontend → a public database", "public", false, { from: frontend, to: PUBLIC, port: 5432 }],
    [
      "backend → the port of a public database, inside",
      "public",
      false,
      { from: backend, to: "10.50.0.9", port: 5432 },
    ],
    ["backend → the port of a public database, IMDS", "public", false, { from: backend, to: IMDS, port: 5432 }],
    ["backend → a peered database", "peered", true, { from: backend, to: "10.60.0.9", port: 3306 }],
    ["backend → the network behind a peered database", "peered", false, { from: backend, to: "10.60.0.9", port: 22 }],
    ["backend → any database where there is none", "none", false, { from: backend, to: "10.50.5.9", port: 5432 }],
  ];

  it.each(toDatabase)("%s (%s): %s", (_, database, allowed, call) => {
    expect(isAllowed(policies[database], call)).toBe(allowed);
  });

  it("takes no port by name where traffic leaves: Cilium mistakes one that stands for two numbers", () => {
    const named = Object.values(policies)
      .flat()
      .flatMap(({ spec }) => spec.egress ?? [])
      .flatMap(({ ports = [] }) => ports.filter(({ port }) => typeof port === "string"));
    expect(named).toEqual([]);
  });
});
