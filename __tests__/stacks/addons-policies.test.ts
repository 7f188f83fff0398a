import { beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../model/environment";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES, stackName } from "../../model/naming";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { type Call, isAllowed, type Pod, type Policy, policiesOf } from "../support/network-policies";
import { alone } from "../support/provider-stack";
import { type Block, synthProgram } from "../support/synth";

const { certManagerNamespace, gatewayNamespace } = CLUSTER_NAMES;

const pod = (namespace: string, labels: Pod["labels"]): Pod => ({ namespace, labels, ports: {} });
/** As Envoy Gateway labels its proxies. */
const proxy = (gateway: string, namespace: string) =>
  pod(gatewayNamespace, {
    "app.kubernetes.io/name": "envoy",
    "app.kubernetes.io/component": "proxy",
    "app.kubernetes.io/managed-by": "envoy-gateway",
    "gateway.envoyproxy.io/owning-gateway-name": gateway,
    "gateway.envoyproxy.io/owning-gateway-namespace": namespace,
  });
/** As the chart gateway-helm labels what it runs. */
const ofGatewayHelm = (labels: Pod["labels"]) => pod(gatewayNamespace, labels);
/** As the chart cert-manager labels what it runs. */
const ofCertManager = (name: string, component = name) =>
  pod(certManagerNamespace, {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": "cert-manager",
    "app.kubernetes.io/component": component,
  });

const envoy = proxy("mmrv", APPLICATION_NAMESPACE);
const envoyOfOthers = proxy("other", "default");
const controller = ofGatewayHelm({
  "control-plane": "envoy-gateway",
  "app.kubernetes.io/name": "gateway-helm",
  "app.kubernetes.io/instance": "envoy-gateway",
});
const certgen = ofGatewayHelm({ app: "certgen" });
const strangerAtGateway = ofGatewayHelm({ app: "shell" });
const issuer = ofCertManager("cert-manager", "controller");
const webhook = ofCertManager("webhook");
const cainjector = ofCertManager("cainjector");
const check = ofCertManager("startupapicheck");
const strangerAtCertManager = pod(certManagerNamespace, { app: "shell" });
const backend = pod(APPLICATION_NAMESPACE, {
  "app.kubernetes.io/name": "backend",
  "app.kubernetes.io/part-of": "mmrv",
});
const solver = pod(APPLICATION_NAMESPACE, { "acme.cert-manager.io/http01-solver": "true" });
const shell = pod(APPLICATION_NAMESPACE, { app: "shell" });
const dns = pod("kube-system", { "k8s-app": "kube-dns" });
const prometheus = pod("kube-system", { rsName: "ama-metrics" });
const metricsServer = pod("kube-system", { "k8s-app": "metrics-server" });
const elsewhere = pod("default", { "app.kubernetes.io/part-of": "mmrv" });

const USER = "203.0.113.77";
const PUBLIC = "52.1.2.3";
const IMDS = "169.254.169.254";
const MACHINE_AGENT = "168.63.129.16";
/** Inside the address plan of staging. */
const API_SERVER = "10.40.4.4";
const NODE = "10.40.0.4";
const ENDPOINT = "10.40.5.4";
const IN_AWS = "192.0.2.9";

const synth = (environment: Environment) =>
  synthProgram({ environments: [alone(environment)] })[stackName(environment.name, "addons")]?.json as Block;

describe("the policies of the add-ons' namespaces", () => {
  let json: Block;
  let policies: Policy[];
  let withoutMetrics: Policy[];
  beforeAll(() => {
    json = synth({ ...staging, prometheus: true });
    policies = policiesOf(json);
    withoutMetrics = policiesOf(synth({ ...staging, prometheus: false }));
  });

  it("is written for an address plan that holds the addresses of this file", () => {
    expect([staging.addressPlan.apiServer, staging.addressPlan.network]).toEqual(["10.40.4.0/28", "10.40.0.0/16"]);
    expect(staging.aws.vpcCidrs).toEqual(["192.0.2.0/24"]);
  });

  it("starts from nobody, in both namespaces and both directions", () => {
    expect(policies.filter(({ metadata }) => metadata.name === "default-deny")).toEqual(
      [certManagerNamespace, gatewayNamespace].map((namespace) => ({
        metadata: { name: "default-deny", namespace },
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      })),
    );
  });

  it("stands before any pod: each release waits for the denial in its namespace, and that for the holes", () => {
    const { helm_release, kubernetes_network_policy_v1 } = json.resource;
    for (const release of ["envoy-gateway", "cert-manager"]) {
      const { depends_on, namespace } = helm_release[release];
      const of = Object.entries<Block>(kubernetes_network_policy_v1).filter(([id]) => id.startsWith(`${namespace}-`));
      const [denial] = of.find(([, { metadata }]) => metadata.name === "default-deny") ?? [];
      expect(depends_on).toContain(`kubernetes_network_policy_v1.${denial}`);
      expect(of.length).toBeGreaterThan(3);
    }
  });

  const table: readonly [string, boolean, Call][] = [
    // Users and the gateway.
    ["a user → Envoy, HTTPS", true, { from: USER, to: envoy, port: 10443 }],
    ["a user → Envoy, HTTP, which is redirected", true, { from: USER, to: envoy, port: 10080 }],
    ["the firewall's private side → Envoy", true, { from: "10.40.7.4", to: envoy, port: 10443 }],
    ["an application → Envoy, by a domain of ours", true, { from: backend, to: envoy, port: 10443 }],
    ["a user → Envoy by UDP", false, { from: USER, to: envoy, port: 10443, protocol: "UDP" }],
    ["a user → Envoy's admin interface", false, { from: USER, to: envoy, port: 19000 }],
    ["a user → Envoy's metrics", false, { from: USER, to: envoy, port: 19001 }],
    ["an application → Envoy's metrics", false, { from: backend, to: envoy, port: 19001 }],
    ["an application → what ends an Envoy", false, { from: backend, to: envoy, port: 19002 }],
    [
      "an application → Envoy's readiness, which only the kubelet asks",
      false,
      { from: backend, to: envoy, port: 19003 },
    ],
    ["managed Prometheus → Envoy's metrics", true, { from: prometheus, to: envoy, port: 19001 }],
    ["another pod of kube-system → Envoy's metrics", false, { from: metricsServer, to: envoy, port: 19001 }],
    ["a user → a gateway of others, whom nobody expects", false, { from: USER, to: envoyOfOthers, port: 10443 }],
    // Where Envoy goes.
    ["Envoy → an application, whatever its port", true, { from: envoy, to: backend, port: 3000 }],
    ["Envoy → an application by UDP", false, { from: envoy, to: backend, port: 3000, protocol: "UDP" }],
    ["Envoy → a challenge's pod", true, { from: envoy, to: solver, port: 8089 }],
    ["Envoy → a challenge's pod, another port", false, { from: envoy, to: solver, port: 8080 }],
    ["Envoy → a pod beside the applications", false, { from: envoy, to: shell, port: 8080 }],
    ["Envoy → a pod of another namespace", false, { from: envoy, to: elsewhere, port: 8080 }],
    ["Envoy → its controller, xDS", true, { from: envoy, to: controller, port: 18000 }],
    ["Envoy → its controller, wasm", false, { from: envoy, to: controller, port: 18002 }],
    ["Envoy → another Envoy", false, { from: envoy, to: envoy, port: 10443 }],
    ["Envoy → DNS by UDP", true, { from: envoy, to: dns, port: 53, protocol: "UDP" }],
    ["Envoy → DNS by TCP", true, { from: envoy, to: dns, port: 53 }],
    ["Envoy → the rest of kube-system", false, { from: envoy, to: metricsServer, port: 443 }],
    ["Envoy → the node's identity", false, { from: envoy, to: IMDS, port: 80 }],
    ["Envoy → the node's identity by HTTPS", false, { from: envoy, to: IMDS, port: 443 }],
    ["Envoy → Azure's machine agent", false, { from: envoy, to: MACHINE_AGENT, port: 80 }],
    ["Envoy → the kubelet of a node", false, { from: envoy, to: NODE, port: 10250 }],
    ["Envoy → the API server", false, { from: envoy, to: API_SERVER, port: 443 }],
    ["Envoy → the internet", false, { from: envoy, to: PUBLIC, port: 443 }],
    ["Envoy → a private endpoint", false, { from: envoy, to: ENDPOINT, port: 443 }],
    ["Envoy → cert-manager's webhook, which answers to all but it", false, { from: envoy, to: webhook, port: 10250 }],
    // The gateway's controller.
    ["the API server → the controller's webhook", true, { from: API_SERVER, to: controller, port: 9443 }],
    ["a tunnel's pod → the controller's webhook", true, { from: metricsServer, to: controller, port: 9443 }],
    ["managed Prometheus → the controller's metrics", true, { from: prometheus, to: controller, port: 19001 }],
    ["an application → the controller, xDS", false, { from: backend, to: controller, port: 18000 }],
    ["a gateway of others → the controller, xDS", false, { from: envoyOfOthers, to: controller, port: 18000 }],
    ["an application → the controller's metrics", false, { from: backend, to: controller, port: 19001 }],
    ["the controller → the API server", true, { from: controller, to: API_SERVER, port: 443 }],
    ["the controller → the API server behind its address", true, { from: controller, to: API_SERVER, port: 4443 }],
    ["the controller → DNS", true, { from: controller, to: dns, port: 53, protocol: "UDP" }],
    ["the controller → the node's identity", false, { from: controller, to: IMDS, port: 80 }],
    ["the controller → a node", false, { from: controller, to: NODE, port: 443 }],
    ["the controller → the internet", false, { from: controller, to: PUBLIC, port: 443 }],
    ["the controller → an application", false, { from: controller, to: backend, port: 8080 }],
    ["the job that makes certificates → the API server", true, { from: certgen, to: API_SERVER, port: 443 }],
    ["the job that makes certificates → the node's identity", false, { from: certgen, to: IMDS, port: 80 }],
    ["the job that makes certificates → the internet", false, { from: certgen, to: PUBLIC, port: 443 }],
    ["anybody → the job that makes certificates", false, { from: controller, to: certgen, port: 8081 }],
    // cert-manager.
    ["cert-manager → the API server", true, { from: issuer, to: API_SERVER, port: 443 }],
    ["cert-manager → DNS", true, { from: issuer, to: dns, port: 53, protocol: "UDP" }],
    ["cert-manager → Let's Encrypt, AWS", true, { from: issuer, to: PUBLIC, port: 443 }],
    ["cert-manager → a domain that it proves by HTTP", true, { from: issuer, to: PUBLIC, port: 80 }],
    ["cert-manager → such a domain, when the gateway is here", true, { from: issuer, to: envoy, port: 10080 }],
    ["cert-manager → another public port", false, { from: issuer, to: PUBLIC, port: 22 }],
    ["cert-manager → the node's identity", false, { from: issuer, to: IMDS, port: 80 }],
    ["cert-manager → the node's identity by HTTPS", false, { from: issuer, to: IMDS, port: 443 }],
    ["cert-manager → Azure's machine agent", false, { from: issuer, to: MACHINE_AGENT, port: 80 }],
    ["cert-manager → a node", false, { from: issuer, to: NODE, port: 80 }],
    ["cert-manager → a private endpoint", false, { from: issuer, to: ENDPOINT, port: 443 }],
    ["cert-manager → an AWS network that is reached privately", false, { from: issuer, to: IN_AWS, port: 443 }],
    ["cert-manager → an application", false, { from: issuer, to: backend, port: 80 }],
    ["managed Prometheus → cert-manager's metrics", true, { from: prometheus, to: issuer, port: 9402 }],
    ["an application → cert-manager's metrics", false, { from: backend, to: issuer, port: 9402 }],
    ["the API server → the webhook", true, { from: API_SERVER, to: webhook, port: 10250 }],
    ["a tunnel's pod → the webhook", true, { from: metricsServer, to: webhook, port: 10250 }],
    [
      "managed Prometheus → the webhook's metrics, which no alert reads",
      false,
      { from: prometheus, to: webhook, port: 9402 },
    ],
    ["the webhook → the API server", true, { from: webhook, to: API_SERVER, port: 443 }],
    ["the webhook → the internet", false, { from: webhook, to: PUBLIC, port: 443 }],
    ["the webhook → the node's identity", false, { from: webhook, to: IMDS, port: 80 }],
    ["the CA injector → the API server", true, { from: cainjector, to: API_SERVER, port: 443 }],
    ["the CA injector → the internet", false, { from: cainjector, to: PUBLIC, port: 443 }],
    ["the CA injector → the node's identity", false, { from: cainjector, to: IMDS, port: 80 }],
    ["the check after a release → the API server", true, { from: check, to: API_SERVER, port: 443 }],
    ["the check after a release → DNS", true, { from: check, to: dns, port: 53, protocol: "UDP" }],
    ["the check after a release → the node's identity", false, { from: check, to: IMDS, port: 80 }],
    // Whom nobody expects.
    ["a stranger at the gateway → the node's identity", false, { from: strangerAtGateway, to: IMDS, port: 80 }],
    ["a stranger at the gateway → DNS", false, { from: strangerAtGateway, to: dns, port: 53, protocol: "UDP" }],
    ["a stranger at the gateway → the API server", false, { from: strangerAtGateway, to: API_SERVER, port: 443 }],
    ["a stranger at cert-manager → the internet", false, { from: strangerAtCertManager, to: PUBLIC, port: 443 }],
    ["anybody → a stranger at cert-manager", false, { from: backend, to: strangerAtCertManager, port: 80 }],
    ["a gateway of others → an application", false, { from: envoyOfOthers, to: backend, port: 8080 }],
  ];

  it.each(table)("%s: %s", (_, allowed, call) => {
    expect(isAllowed(policies, call)).toBe(allowed);
  });

  it("lets Prometheus in only where it runs", () => {
    for (const [to, port] of [
      [envoy, 19001],
      [controller, 19001],
      [issuer, 9402],
    ] as const)
      expect(isAllowed(withoutMetrics, { from: prometheus, to, port })).toBe(false);
  });

  it("are the same in every environment but for its ranges", () => {
    const without = (environment: Environment) =>
      JSON.stringify(policiesOf(synth({ ...environment, prometheus: true }))).replace(
        /"ipBlock":\{[^}]*\}/g,
        '"ipBlock":{}',
      );
    expect(without(production)).toBe(without(staging));
  });
});
