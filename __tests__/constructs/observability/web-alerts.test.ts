import { describe, expect, it } from "vitest";
import { WEB_ALERTS } from "../../../constructs/observability/web-alerts";
import { unbalanced } from "../../support/operations-fixture";

const expressionOf = (alert: string) => WEB_ALERTS.find(({ name }) => name === alert)?.expression ?? "";

describe("WEB_ALERTS", () => {
  it("wake somebody when users see errors or reach nobody, and wait for the morning otherwise", () => {
    const severities = Object.fromEntries(WEB_ALERTS.map(({ name, severity }) => [name, severity]));
    expect(severities).toEqual({
      ApplicationFailing: 1,
      ApplicationSlow: 2,
      GatewayFindsNoPod: 1,
      GatewayDown: 1,
      GatewayCutOff: 2,
      GatewayConfigurationRejected: 2,
      GatewayControllerFailing: 2,
    });
  });

  it("close what they open, and hold nothing that Terraform would take for a template", () => {
    expect(WEB_ALERTS.map(({ expression }) => unbalanced(expression)).filter((fault) => fault !== "")).toEqual([]);
    expect(WEB_ALERTS.filter(({ expression }) => /[$%]\{/.test(expression))).toEqual([]);
  });

  it("read the gateway, its controller, and one series of the cluster, each by its job", () => {
    const jobs = WEB_ALERTS.flatMap(({ expression }) =>
      [...expression.matchAll(/job="([^"]+)"/g)].map(([, job]) => job),
    );
    expect([...new Set(jobs)].sort()).toEqual(["kube-state-metrics", "mmrv/gateway", "mmrv/gateway-controller"]);
    // No selector of Envoy without its job, which another gateway in the cluster would answer.
    const selectors = WEB_ALERTS.flatMap(({ expression }) => [...expression.matchAll(/\benvoy_\w+\{([^}]*)\}/g)]);
    expect(selectors.length).toBeGreaterThan(5);
    expect(selectors.filter(([, matchers = ""]) => !matchers.startsWith('job="mmrv/gateway"'))).toEqual([]);
  });

  it("keep the labels that the summary names", () => {
    const lost = WEB_ALERTS.flatMap(({ expression, name, summary }) => {
      const named = [...summary.matchAll(/\{\{ \$labels\.(\w+) \}\}/g)].map(([, label = ""]) => label);
      const kept = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, labels = ""]) => labels.split(", "));
      return named.filter((label) => !kept.includes(label)).map((label) => `${name}: ${label}`);
    });
    expect(lost).toEqual([]);
  });

  it("say nothing of an application that hardly anybody calls, when one failure is all of the requests", () => {
    for (const alert of ["ApplicationFailing", "ApplicationSlow"]) expect(expressionOf(alert)).toMatch(/ > 0\.1$/);
    expect(expressionOf("ApplicationFailing")).toContain(" > 0.05 and ");
    expect(expressionOf("ApplicationSlow")).toContain(" > 1000 and on (cluster, application) ");
  });

  it("count what users see on port 443, and leave out what the application itself failed at", () => {
    const expression = expressionOf("GatewayFindsNoPod");
    expect(expression).toContain('envoy_http_conn_manager_prefix=~"https-.*"');
    expect(expression).toContain("or 0 * ");
    expect(expression).toMatch(/ > 0\.01$/);
  });

  it("are silent where no gateway was ever installed", () => {
    expect(expressionOf("GatewayDown")).toMatch(
      /^max by \(cluster\) \(kube_deployment_spec_replicas\{.*\}\) > 0 unless /,
    );
  });
});
