import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALERT_GROUPS } from "../../constructs/observability/cluster-alerts";
import { WEB_ALERTS } from "../../constructs/observability/web-alerts";
import { publicNamesOf } from "../../model/domains";
import type { Environment } from "../../model/environment";
import { APPLICATION_NAMESPACE, CLUSTER_NAMES, listenerOf } from "../../model/naming";
import { validateObject } from "../support/chart-objects";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { FURTHER, withFurtherNames } from "../support/further-names";
import { Helm } from "../support/helm";
import { requires } from "../support/requires";
import {
  CHART,
  type Changes,
  CONFIGURED,
  configuredShape,
  Rendered,
  type Shape,
  VARIANTS,
  valuesFiles,
} from "./platform-fixture";

const temporary = mkdtempSync(join(tmpdir(), "mmrv-platform-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly tls?: { readonly mode: string; readonly certificateRefs: readonly { readonly name: string }[] };
  readonly allowedRoutes: unknown;
}
interface Gateway {
  readonly spec: {
    readonly listeners: readonly Listener[];
    readonly infrastructure: { readonly parametersRef: object };
  };
}
interface Route {
  readonly spec: { readonly parentRefs: readonly object[]; readonly rules: readonly object[] };
}
interface Certificate {
  readonly spec: { readonly secretName: string; readonly dnsNames: readonly string[]; readonly renewBefore: string };
}
interface Issuer {
  readonly spec: {
    readonly acme: {
      readonly solvers: readonly {
        readonly selector: { readonly dnsNames: readonly string[] };
        readonly dns01?: { readonly route53: { readonly auth: object; readonly hostedZoneID: string } };
        readonly http01?: {
          readonly gatewayHTTPRoute: { readonly parentRefs: readonly object[]; serviceType: string };
        };
      }[];
    };
  };
}
interface PodMonitor {
  readonly spec: {
    readonly podMetricsEndpoints: readonly { readonly metricRelabelings: readonly { readonly regex: string }[] }[];
  };
}
interface Proxy {
  readonly spec: {
    readonly provider: {
      readonly kubernetes: {
        readonly envoyService: { readonly annotations: Readonly<Record<string, string>> };
        readonly envoyDeployment: { readonly container: { readonly image: string } };
        readonly envoyHpa: object;
      };
    };
  };
}

describe("charts/mmrv-platform", requires("helm"), () => {
  const rendered = new Map<string, Rendered>();
  beforeAll(async () => {
    for (const [title, shape] of Object.entries({ ...VARIANTS, ...CONFIGURED })) {
      rendered.set(title, await Rendered.of(temporary, shape));
    }
  });
  const of = (title: string): Rendered => {
    const found = rendered.get(title);
    if (!found) throw new Error(`no shape ${title}`);
    return found;
  };
  const every = (find: (chart: Rendered, shape: Shape, title: string) => unknown[]) =>
    Object.entries(VARIANTS).flatMap(([title, shape]) => find(of(title), shape, title));
  const where = (wanted: string) =>
    Object.keys(VARIANTS)
      .filter((title) => title.split(", ").includes(wanted))
      .map(of);

  it.each(Object.keys(VARIANTS))("is clean to the strictest lint and the published schemas: %s", async (title) => {
    const shape = VARIANTS[title] as Shape;
    const linted = await new Helm().lint(CHART, valuesFiles(temporary, shape));
    expect(linted.isClean, linted.says).toBe(true);
    // Nobody publishes a schema of Azure's PodMonitor on npm; the test of metrics looks at all of it.
    const evaluated = of(title).objects.filter(({ kind }) => kind !== "PodMonitor");
    expect((await Promise.all(evaluated.map(validateObject))).flat()).toEqual([]);
    expect(evaluated.length).toBeGreaterThan(20);
  });

  it("keeps to its namespace, but for what a cluster has once", () => {
    const elsewhere = every(({ objects }) =>
      objects
        .filter(({ metadata }) => metadata.namespace !== APPLICATION_NAMESPACE)
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`),
    );
    expect([...new Set(elsewhere)].sort()).toEqual([
      "ConfigMap kube-system/ama-metrics-settings-configmap",
      "GatewayClass /mmrv",
      "ValidatingAdmissionPolicy /mmrv-port-80-redirects",
      "ValidatingAdmissionPolicyBinding /mmrv-port-80-redirects",
    ]);
  });

  describe("port 80", () => {
    it("has one listener, whose only route of ours redirects whatever comes", () => {
      for (const chart of rendered.values()) {
        const listeners = chart.one<Gateway>("Gateway").spec.listeners.filter(({ port }) => port !== 443);
        expect(listeners.map(({ name, port, protocol }) => ({ name, port, protocol }))).toEqual([
          { name: "http", port: 80, protocol: "HTTP" },
        ]);
        expect(chart.one<Route>("HTTPRoute").spec).toEqual({
          parentRefs: [{ name: "mmrv", sectionName: "http" }],
          rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] }],
        });
      }
    });

    it("proves domains where that was asked for, and no port of a node is opened for it", () => {
      for (const chart of where("http01")) {
        const solvers = chart.one<Issuer>("Issuer").spec.acme.solvers.flatMap(({ http01 }) => http01 ?? []);
        expect(solvers).toEqual([
          {
            gatewayHTTPRoute: {
              parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "mmrv", sectionName: "http" }],
              serviceType: "ClusterIP",
            },
          },
        ]);
      }
      expect(JSON.stringify(where("dns01").map((chart) => chart.one("Issuer")))).not.toContain("http01");
    });

    it("refuses every other route, whatever becomes of the charts", () => {
      for (const chart of rendered.values()) {
        expect(chart.one("ValidatingAdmissionPolicy")["spec"]).toMatchObject({ failurePolicy: "Fail" });
        expect(chart.one("ValidatingAdmissionPolicyBinding")["spec"]).toMatchObject({
          validationActions: ["Deny"],
          matchResources: {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": APPLICATION_NAMESPACE } },
          },
        });
      }
    });
  });

  describe("port 443", () => {
    it("has a listener an application, for its domain and with its certificate", () => {
      for (const [title, { values }] of Object.entries(VARIANTS)) {
        const listeners = of(title)
          .one<Gateway>("Gateway")
          .spec.listeners.filter(({ name }) => name !== "http");
        const allowedRoutes = { namespaces: { from: "Same" }, kinds: [{ kind: "HTTPRoute" }] };
        expect(listeners).toEqual(
          values.applications.map(({ name, web }) => ({
            name: `https-${name}`,
            port: 443,
            protocol: "HTTPS",
            hostname: web?.host,
            tls: { mode: "Terminate", certificateRefs: [{ name: `tls-${name}` }] },
            allowedRoutes,
          })),
        );
        const certificates = of(title)
          .all<Certificate>("Certificate")
          .map(({ spec }) => spec);
        for (const { hostname, tls } of listeners) {
          const secretName = tls?.certificateRefs[0]?.name;
          expect(certificates.filter((certificate) => certificate.secretName === secretName)).toEqual([
            expect.objectContaining({
              dnsNames: [hostname],
              privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
              issuerRef: { group: "cert-manager.io", kind: "Issuer", name: of(title).one("Issuer").metadata.name },
            }),
          ]);
        }
        expect(certificates.length).toBe(listeners.length);
      }
    });

    it("proves each domain in one way, and names none that stands for many", () => {
      for (const [title, { values }] of Object.entries(VARIANTS)) {
        const { solvers } = of(title).one<Issuer>("Issuer").spec.acme;
        const proven = solvers.flatMap(({ dns01, selector }) =>
          selector.dnsNames.map((host) => ({ host, challenge: dns01 ? "dns01" : "http01" })),
        );
        const wanted = values.applications.flatMap(({ web }) => web ?? []);
        expect(proven.sort(byHost)).toEqual(wanted.sort(byHost));
      }
      const hosts = every((chart) => [
        ...chart.one<Gateway>("Gateway").spec.listeners.map(({ hostname }) => hostname ?? ""),
        ...chart.all<Certificate>("Certificate").flatMap(({ spec }) => spec.dnsNames),
      ]);
      expect(hosts.filter((host) => String(host).includes("*"))).toEqual([]);
    });

    it("renews before the alert of a certificate that was not", () => {
      const [, days = ""] = /< (\d+) \* 24/.exec(
        ALERT_GROUPS["certificate"]?.find(({ name }) => name === "CertificateExpiresSoon")?.expression ?? "",
      ) ?? [""];
      expect(Number(days)).toBe(21);
      for (const { spec } of of("production").all<Certificate>("Certificate")) {
        expect(Number.parseInt(spec.renewBefore, 10) / 24).toBeGreaterThan(Number(days) + 7);
      }
    });

    it("speaks no TLS before 1.2", () => {
      for (const chart of rendered.values()) {
        expect(chart.one("ClientTrafficPolicy")["spec"]).toMatchObject({ tls: { minVersion: "1.2" } });
      }
    });
  });

  describe("further names", () => {
    let chart: Rendered;
    beforeAll(async () => {
      chart = await Rendered.of(temporary, FURTHER_NAMES);
    });

    it("are clean to the strictest lint and the published schemas", async () => {
      const linted = await new Helm().lint(CHART, valuesFiles(temporary, FURTHER_NAMES));
      expect(linted.isClean, linted.says).toBe(true);
      const evaluated = chart.objects.filter(({ kind }) => kind !== "PodMonitor");
      expect((await Promise.all(evaluated.map(validateObject))).flat()).toEqual([]);
    });

    it("have the listener that routes ask for, with a certificate of their own that names them alone", () => {
      const listeners = chart.one<Gateway>("Gateway").spec.listeners.filter(({ port }) => port === 443);
      expect(listeners.map(({ hostname, name }) => ({ hostname, name }))).toEqual(
        publicNamesOf(FURTHER_NAMES.environment).map((name) => ({ hostname: name.host, name: listenerOf(name) })),
      );
      const secrets = listeners.map(({ hostname, tls }) => [tls?.certificateRefs[0]?.name, [hostname]]);
      const certificates = chart.all<Certificate>("Certificate");
      expect(certificates.map(({ spec }) => [spec.secretName, spec.dnsNames])).toEqual(secrets);
      const names = chart.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    });

    it("are proven as their application's host is", () => {
      const [solver, ...others] = chart.one<Issuer>("Issuer").spec.acme.solvers;
      expect(others).toEqual([]);
      expect(solver?.selector.dnsNames).toEqual(publicNamesOf(FURTHER_NAMES.environment).map(({ host }) => host));
    });

    it("are proven in a zone of their own where they have one", async () => {
      const applications = FURTHER_NAMES.values.applications.map(({ web, ...application }) => ({
        ...application,
        web: web && {
          ...web,
          also: (web.also ?? []).map((name) =>
            name.host === FURTHER.redirects ? { ...name, hostedZoneId: "Z2FDTNDATAQYW2" } : name,
          ),
        },
      }));
      const { objects } = await Rendered.of(temporary, {
        ...FURTHER_NAMES,
        values: { ...FURTHER_NAMES.values, applications },
      });
      const issuer = new Rendered(objects).one<Issuer>("Issuer");
      expect(
        issuer.spec.acme.solvers.map(({ dns01, selector }) => [dns01?.route53.hostedZoneID, selector.dnsNames]),
      ).toEqual([
        ["Z2FDTNDATAQYW2", ["example.com"]],
        ["change-me", ["api.staging.mmrv.invalid", "www.example.com", "staging.mmrv.invalid"]],
      ]);
    });

    it("redirect for good to the application's host, without a word of path and query, where they do not serve", () => {
      const routes = chart.all<Route & { spec: { hostnames?: readonly string[] } }>("HTTPRoute");
      expect(routes.map(({ metadata }) => metadata.name).sort()).toEqual([
        "redirect-backend-example.com",
        "redirect-to-https",
      ]);
      expect(routes.find(({ metadata }) => metadata.name.includes("example.com"))?.spec).toEqual({
        parentRefs: [{ name: "mmrv", sectionName: "https-backend-example.com" }],
        hostnames: ["example.com"],
        rules: [
          {
            filters: [
              {
                type: "RequestRedirect",
                requestRedirect: { scheme: "https", hostname: "api.staging.mmrv.invalid", statusCode: 301 },
              },
            ],
          },
        ],
      });
    });

    it("are hosts of one application each", async () => {
      const { applications } = FURTHER_NAMES.values;
      const twice = applications.map(({ web, ...application }) => ({
        ...application,
        web: web && { ...web, also: [{ host: FURTHER.serves, does: "serves" }] },
      }));
      const files = valuesFiles(temporary, FURTHER_NAMES, { applications: twice });
      await expect(new Helm().template(CHART, "platform", files)).rejects.toThrow(
        /got host www\.example\.com twice, must be that of one application/,
      );
    });
  });

  it("lets cert-manager ask for the token of one service account, which nothing mounts", () => {
    for (const [title, { values }] of Object.entries(CONFIGURED)) {
      const { certManager, dns01 } = values.certificates;
      const account = of(title).one("ServiceAccount");
      expect(account).toMatchObject({ metadata: { name: dns01.serviceAccount }, automountServiceAccountToken: false });
      expect(of(title).one("Role")["rules"]).toEqual([
        {
          apiGroups: [""],
          resources: ["serviceaccounts/token"],
          resourceNames: [account.metadata.name],
          verbs: ["create"],
        },
      ]);
      expect(of(title).one("RoleBinding")).toMatchObject({
        roleRef: { kind: "Role", name: of(title).one("Role").metadata.name },
        subjects: [{ kind: "ServiceAccount", name: certManager.serviceAccount, namespace: certManager.namespace }],
      });
    }
  });

  it("writes challenges where the CNAME of _acme-challenge leads, where DNS is at another provider", async () => {
    const [inRoute53] = ENVIRONMENTS;
    if (!inRoute53) throw new Error("no environment");
    const elsewhere = { ...inRoute53, dns: { via: "other" as const, challenges: "acme.example.com" } };
    const solversOf = async (environment: Environment) => {
      const chart = await Rendered.of(temporary, configuredShape(environment));
      const [issuer] = chart.all<Issuer>("Issuer");
      if (!issuer) throw new Error("no issuer");
      expect(await validateObject(issuer)).toEqual([]);
      return issuer.spec.acme.solvers.map(({ dns01 }) => dns01);
    };
    const [own, followed] = [await solversOf(inRoute53), await solversOf(elsewhere)];
    expect(own.map((solver) => Object.keys(solver ?? {}))).toEqual([["route53"]]);
    expect(followed).toEqual(own.map((solver) => ({ cnameStrategy: "Follow", ...solver })));
  });

  it("takes no other word than true for that, and only where there is one", async () => {
    const [shape] = Object.values(CONFIGURED);
    if (!shape) throw new Error("no environment");
    const { certificates } = shape.values;
    const files = valuesFiles(temporary, shape, {
      certificates: { dns01: { ...certificates.dns01, followsCname: false } },
    });
    const { isClean, says } = await new Helm().lint(CHART, files);
    expect([isClean, says]).toEqual([false, expect.stringMatching(/followsCname/)]);
  });

  it("asks AWS for nothing when no domain is proven by DNS", async () => {
    const [shape] = Object.values(CONFIGURED);
    if (!shape) throw new Error("no environment");
    const applications = shape.values.applications.map((application) => ({
      ...application,
      web: application.web && { ...application.web, challenge: "http01" },
    }));
    const files = valuesFiles(temporary, shape, { applications });
    const chart = new Rendered(await new Helm().template(CHART, "platform", files));
    expect(chart.objects.filter(({ kind }) => ["ServiceAccount", "Role", "RoleBinding"].includes(kind))).toEqual([]);
    expect(JSON.stringify(chart.one("Issuer"))).not.toContain("route53");
  });

  describe("the gateway", () => {
    const kubernetesOf = (chart: Rendered) => chart.one<Proxy>("EnvoyProxy").spec.provider.kubernetes;

    it("is what its parameters say", () => {
      for (const chart of rendered.values()) {
        const { name } = chart.one("EnvoyProxy").metadata;
        expect(chart.one<Gateway>("Gateway").spec.infrastructure.parametersRef).toEqual({
          group: "gateway.envoyproxy.io",
          kind: "EnvoyProxy",
          name,
        });
      }
    });

    it("listens on the address that the environment has for it, and keeps that of its clients", () => {
      const prefix = "service.beta.kubernetes.io/azure-";
      for (const [address, annotations] of [
        ["publicAddress", { "load-balancer-resource-group": "rg", "pip-name": "pip-gateway" }],
        [
          "privateIp",
          {
            "load-balancer-internal": "true",
            "load-balancer-internal-subnet": "snet-nodes",
            "load-balancer-ipv4": "10.50.3.250",
          },
        ],
      ] as const) {
        for (const chart of where(address)) {
          expect(kubernetesOf(chart).envoyService).toMatchObject({
            type: "LoadBalancer",
            externalTrafficPolicy: "Local",
            annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [prefix + key, value])),
          });
        }
      }
    });

    it("runs the image of the list, restricted, and survives a node and a zone", () => {
      for (const [title, { values }] of Object.entries(CONFIGURED)) {
        const { envoyDeployment, envoyHpa, ...others } = kubernetesOf(of(title));
        expect(envoyDeployment.container.image).toBe(values.gatewayImage);
        expect(envoyDeployment).toMatchObject({
          container: {
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
              runAsNonRoot: true,
              seccompProfile: { type: "RuntimeDefault" },
            },
          },
          pod: {
            topologySpreadConstraints: [
              { topologyKey: "topology.kubernetes.io/zone" },
              { topologyKey: "kubernetes.io/hostname" },
            ],
          },
        });
        expect(envoyHpa).toMatchObject({ minReplicas: title === "production" ? 3 : 2 });
        expect(others).toMatchObject({ envoyPDB: { maxUnavailable: 1 } });
      }
    });

    it("repeats no request of which an application may have seen something", () => {
      const { retry } = of("production").one<{ spec: { retry: object } }>("BackendTrafficPolicy").spec;
      expect(retry).toEqual({
        numRetries: 1,
        retryOn: { triggers: ["connect-failure", "refused-stream", "reset-before-request"] },
      });
    });

    it("leaves after the load balancer has noticed, and sends nobody to a pod that leaves", () => {
      for (const chart of rendered.values()) {
        const { healthCheckFailureDelay, minDrainDuration, drainTimeout } = chart.one<{
          spec: { shutdown: Record<string, string> };
        }>("EnvoyProxy").spec.shutdown;
        const [noticed = 0, waited = 0, drained = 0] = [healthCheckFailureDelay, minDrainDuration, drainTimeout].map(
          (duration = "") => Number.parseInt(duration, 10),
        );
        // Azure's load balancer takes two probes, 5 s apart.
        expect(noticed).toBeGreaterThan(10);
        expect(waited).toBeGreaterThan(noticed);
        expect(drained).toBeGreaterThanOrEqual(waited);
        expect(chart.one("BackendTrafficPolicy")["spec"]).toMatchObject({ healthCheck: { panicThreshold: 0 } });
      }
    });

    it("logs failures only, and never a query", () => {
      const text = JSON.stringify(of("production").one("EnvoyProxy"));
      expect(text).toContain('"matches":["response.code >= 500"]');
      expect(text).toContain("%REQ_WITHOUT_QUERY(");
      expect(text).not.toMatch(/%REQ\([^)]*:PATH|REFERER|COOKIE|AUTHORIZATION\)/i);
    });
  });

  describe("metrics", () => {
    /** What a PodMonitor keeps, by its job. */
    const kept = (chart: Rendered): Record<string, string[]> =>
      Object.fromEntries(
        chart
          .all<PodMonitor>("PodMonitor")
          .map(({ metadata, spec }) => [
            `${metadata.namespace}/${metadata.name}`,
            spec.podMetricsEndpoints.flatMap(({ metricRelabelings }) =>
              metricRelabelings.flatMap(({ regex }) => regex.split("|")),
            ),
          ]),
      );

    it("are scraped where there is somebody to scrape them", () => {
      for (const chart of where("no metrics")) {
        expect(chart.objects.filter(({ kind }) => ["PodMonitor", "ConfigMap"].includes(kind))).toEqual([]);
      }
      for (const chart of where("metrics")) {
        const monitor = (name: string, namespace: string, matchLabels: object, endpoint: object) => [
          name,
          {
            // Microsoft's template says that they must be there.
            labelLimit: 63,
            labelNameLengthLimit: 511,
            labelValueLengthLimit: 1023,
            namespaceSelector: { matchNames: [namespace] },
            selector: { matchLabels },
            podMetricsEndpoints: [
              {
                ...endpoint,
                metricRelabelings: [{ action: "keep", sourceLabels: ["__name__"], regex: expect.any(String) }],
              },
            ],
          },
        ];
        expect(chart.all<PodMonitor>("PodMonitor").map(({ metadata, spec }) => [metadata.name, spec])).toEqual([
          monitor(
            "gateway",
            CLUSTER_NAMES.gatewayNamespace,
            {
              "gateway.envoyproxy.io/owning-gateway-name": CLUSTER_NAMES.gateway,
              "gateway.envoyproxy.io/owning-gateway-namespace": APPLICATION_NAMESPACE,
            },
            { port: "metrics", path: "/stats/prometheus" },
          ),
          monitor(
            "gateway-controller",
            CLUSTER_NAMES.gatewayNamespace,
            { "control-plane": "envoy-gateway" },
            { port: "metrics", path: "/metrics" },
          ),
          monitor(
            "cert-manager",
            CLUSTER_NAMES.certManagerNamespace,
            { "app.kubernetes.io/name": "cert-manager", "app.kubernetes.io/component": "controller" },
            { port: "http-metrics", path: "/metrics", honorLabels: true },
          ),
        ]);
        // Its alerts are in prometheus-rule-data.ts.
        expect(chart.one("ConfigMap")["data"]).toMatchObject({
          "schema-version": "v1",
          "default-scrape-settings-enabled": "apiserver = true",
        });
      }
    });

    it("are those that alerts read, each from its job, and no other", () => {
      const read: Record<string, string[]> = {};
      for (const { expression } of WEB_ALERTS) {
        for (const [, metric = "", job = ""] of expression.matchAll(/(\w+)\{job="([^"]+)"/g)) {
          // Prometheus makes this one itself; the other job is no PodMonitor of ours.
          if (metric !== "up" && job !== "kube-state-metrics") read[job] = [...(read[job] ?? []), metric];
        }
      }
      read["mmrv/cert-manager"] = (ALERT_GROUPS["certificate"] ?? []).flatMap(
        ({ expression }) => expression.match(/certmanager_\w+/g) ?? [],
      );
      const unique = (of: Record<string, string[]>) =>
        Object.fromEntries(Object.entries(of).map(([job, metrics]) => [job, [...new Set(metrics)].sort()]));
      expect(unique(kept(of("production")))).toEqual(unique(read));
    });
  });

  describe("refuses", () => {
    const mistakes: readonly [string, object, string][] = [
      ["a minimum above the maximum", { gateway: { minReplicas: 11 } }, "gateway.minReplicas: got 11, must be at most"],
      [
        "a limit below its request",
        { gateway: { requestsMemory: "1Gi", limitsMemory: "512Mi" } },
        "gateway.limitsMemory: got 512Mi, must be at least gateway.requestsMemory 1Gi (Kubernetes refuses the pod)",
      ],
      [
        "the same for containers that say nothing",
        { containerDefaults: { limitsMemory: "32Mi" } },
        "containerDefaults.limitsMemory: got 32Mi, must be at least containerDefaults.requestsMemory 64Mi",
      ],
      ["a drain that ends too soon", { gateway: { drainSeconds: 5 } }, "a whole number from 20 to 600"],
      ["a quantity of its own kind", { quota: { requestsMemory: "16GB" } }, "a memory quantity such as 256Mi or 40Gi"],
      ["a key that nobody reads", { gateway: { replicas: 3 } }, "'replicas' not allowed"],
    ];

    it.each(mistakes)("%s", async (_, changes, sentence) => {
      const files = valuesFiles(temporary, production(), changes as Changes);
      await expect(new Helm().template(CHART, "platform", files)).rejects.toThrow(sentence);
      const linted = await new Helm().lint(CHART, files);
      expect([linted.isClean, linted.says]).toEqual([false, expect.stringContaining(sentence)]);
    });

    it("two applications with one domain, and says everything at once", async () => {
      const shape = production();
      const applications = shape.values.applications.map((application) => ({
        ...application,
        web: { host: "a.mmrv.invalid", challenge: "dns01" },
      }));
      const changes = { applications, gateway: { minReplicas: 11 } };
      await expect(new Helm().template(CHART, "platform", valuesFiles(temporary, shape, changes))).rejects.toThrow(
        /gateway\.minReplicas: got 11[\s\S]*got host a\.mmrv\.invalid twice/,
      );
    });
  });
});

const [FIRST] = ENVIRONMENTS;
if (!FIRST) throw new Error("no environment");
const FURTHER_NAMES = configuredShape(withFurtherNames(FIRST));

const byHost = (one: { host: string }, other: { host: string }) => one.host.localeCompare(other.host);

function production(): Shape {
  const shape = CONFIGURED["production"];
  if (!shape) throw new Error("no production");
  return shape;
}
