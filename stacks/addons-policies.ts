import type { Hole, Peer, PodTraffic } from "../constructs/namespace-policies";
import type { Environment } from "../model/environment";
import { insideRangesOf } from "../model/inside-ranges";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES } from "../model/naming";

/**
 * Who reaches the controllers of others and the Envoys, and whom they reach. Whoever takes one of these pods is left with
 * these ways: none leads to a node, or to the address that hands out the node's identity.
 *
 * They are resources of the stack, and not of charts/mmrv-platform, whose release comes later: no pod may live before its
 * policy. Ports are those of gateway-helm 1.9 and of cert-manager 1.21; docs/third-party.md says to look at them again.
 */
type Policies = Readonly<Record<string, PodTraffic>>;

const tcp = (...ports: readonly number[]): Hole["ports"] => ports.map((port) => ({ port, protocol: "TCP" }));

/** Envoys of whichever gateway: of ours there is one. What Envoy Gateway puts on each (internal/infrastructure/kubernetes/proxy). */
const PROXIES = {
  "app.kubernetes.io/managed-by": "envoy-gateway",
  "gateway.envoyproxy.io/owning-gateway-name": CLUSTER_NAMES.gateway,
  "gateway.envoyproxy.io/owning-gateway-namespace": APPLICATION_NAMESPACE,
};
const CONTROLLER = { "control-plane": "envoy-gateway" };
/** Envoy Gateway adds 10000 to a port that needs root: 80 and 443. */
const LISTENERS = { http: 10080, https: 10443 } as const;
const XDS = 18000;
/** Of Envoy and of its controller. */
const GATEWAY_METRICS = 19001;
const CERT_MANAGER_METRICS = 9402;

/** The cluster's own DNS, in the pods behind its address, to which Cilium turns before it looks at policies. */
const DNS: Hole = {
  peers: [{ namespace: "kube-system", pods: { "k8s-app": "kube-dns" } }],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

/**
 * The API server. It is projected into a subnet of ours and is no node of the cluster, so Cilium finds it by its address
 * (learn.microsoft.com/azure/aks/api-server-vnet-integration, which names both ports).
 */
const apiServer = ({ addressPlan }: Environment): Hole => ({
  peers: [{ range: addressPlan.apiServer }],
  ports: tcp(443, 4443),
});

/**
 * What the API server asks before it takes an object. From anybody, because no policy can name the API server as a sender:
 * it comes by a node, a tunnel's pod or its own address, as AKS likes. Who calls gets an opinion about an object of his own.
 */
const askedByApiServer = (port: number): Hole => ({ ports: tcp(port) });

/** Managed Prometheus (Azure/prometheus-collector, ama-metrics-deployment.yaml). */
const scraped = ({ prometheus }: Environment, port: number): Hole[] =>
  prometheus ? [{ peers: [{ namespace: "kube-system", pods: { rsName: "ama-metrics" } }], ports: tcp(port) }] : [];

/** The internet: neither our ranges, nor the services of the machine (169.254.169.254 hands out the node's identity). */
const outside = (environment: Environment): Peer => ({
  range: "0.0.0.0/0",
  except: [...insideRangesOf(environment), "169.254.0.0/16", "168.63.129.16/32"],
});

const proxies: Peer = { namespace: CLUSTER_NAMES.gatewayNamespace, pods: PROXIES };

/** Of the namespace with Envoy Gateway and the Envoys that it makes. */
export const gatewayPolicies = (environment: Environment): Policies => ({
  envoy: {
    labels: PROXIES,
    ingress: [
      // From users, by whichever load balancer or firewall, and from applications that call one another by their domains.
      { ports: tcp(LISTENERS.http, LISTENERS.https) },
      ...scraped(environment, GATEWAY_METRICS),
    ],
    egress: [
      { peers: [{ namespace: CLUSTER_NAMES.gatewayNamespace, pods: CONTROLLER }], ports: tcp(XDS) },
      // On every port, because each application's is its own: what its pods take is said by its release's policy.
      { peers: [{ namespace: APPLICATION_NAMESPACE, pods: { "app.kubernetes.io/part-of": "mmrv" } }] },
      {
        peers: [{ namespace: APPLICATION_NAMESPACE, pods: { "acme.cert-manager.io/http01-solver": "true" } }],
        ports: tcp(8089),
      },
      DNS,
    ],
  },
  controller: {
    labels: CONTROLLER,
    ingress: [
      { peers: [proxies], ports: tcp(XDS) },
      // Tells an Envoy that starts in which zone it is.
      askedByApiServer(9443),
      ...scraped(environment, GATEWAY_METRICS),
    ],
    egress: [apiServer(environment), DNS],
  },
  // Before each release: the certificates of Envoys and controller.
  certgen: { labels: { app: "certgen" }, ingress: [], egress: [apiServer(environment), DNS] },
});

const ofCertManager = (component: string) => ({
  "app.kubernetes.io/instance": "cert-manager",
  "app.kubernetes.io/component": component,
});

/** Of cert-manager's namespace. */
export const certManagerPolicies = (environment: Environment): Policies => ({
  controller: {
    labels: ofCertManager("controller"),
    ingress: scraped(environment, CERT_MANAGER_METRICS),
    egress: [
      apiServer(environment),
      DNS,
      // Let's Encrypt, AWS STS, Route 53; and before a challenge by HTTP it asks the domain itself, as Let's Encrypt will:
      // a public address, or one of our Envoys, to which Cilium turns the gateway's. Also while every domain is proven by
      // DNS: a step of the cutover changes that, and deploys the platform alone.
      { peers: [outside(environment)], ports: tcp(443, 80) },
      { peers: [proxies], ports: tcp(LISTENERS.http, LISTENERS.https) },
    ],
  },
  webhook: {
    labels: ofCertManager("webhook"),
    ingress: [askedByApiServer(10250)],
    egress: [apiServer(environment), DNS],
  },
  cainjector: { labels: ofCertManager("cainjector"), ingress: [], egress: [apiServer(environment), DNS] },
  // After the first release: whether the API server reaches the webhook.
  startupapicheck: { labels: ofCertManager("startupapicheck"), ingress: [], egress: [apiServer(environment), DNS] },
});
