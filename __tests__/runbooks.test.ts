import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ALERT_GROUPS } from "../constructs/observability/cluster-alerts";
import { LOG_ALERTS } from "../constructs/observability/log-alerts";
import { WORKBOOK_SECTIONS } from "../constructs/observability/operations-workbook";
import { WEB_ALERTS } from "../constructs/observability/web-alerts";
import { synthFluxAlerts } from "./support/flux-alerts";
import { logAlerts, prometheusRules } from "./support/operations-fixture";

describe("docs/runbooks", () => {
  const pages = Object.fromEntries(
    readdirSync("docs/runbooks").map((file) => [
      file.replace(/\.md$/, ""),
      readFileSync(`docs/runbooks/${file}`, "utf8"),
    ]),
  );
  const pageOf = (url: string) => /([a-z-]+)\.md$/.exec(url)?.[1] ?? url;
  const alerts: { name: string; page: string; severity: number }[] = [
    ...WEB_ALERTS.map(({ name, runbook, severity }) => ({ name, page: runbook, severity })),
    ...prometheusRules()
      .all("azurerm_monitor_alert_prometheus_rule_group")
      .flatMap(({ rule }) => rule)
      .filter(({ alert }) => alert)
      .map(({ alert, annotations, severity }) => ({ name: alert, page: pageOf(annotations.runbook_url), severity })),
    ...[
      ...logAlerts({ dailyCapGb: 5 }),
      ...synthFluxAlerts(["backend"]).all("azurerm_monitor_scheduled_query_rules_alert_v2"),
    ].map(({ name, action, severity }) => ({
      name,
      page: pageOf(action.custom_properties.runbook),
      severity,
    })),
  ];

  it("has a page for every alert and section, and none that nothing leads to", () => {
    const linked = [...alerts.map(({ page }) => page), ...WORKBOOK_SECTIONS.map(({ runbook }) => runbook)];
    expect(Object.keys(pages).sort()).toEqual([...new Set(linked)].sort());
  });

  it("names on each page the alerts that lead to it", () => {
    expect(alerts.length).toBeGreaterThan(Object.values(ALERT_GROUPS).flat().length + LOG_ALERTS.length);
    expect(alerts.filter(({ name, page }) => !pages[page]?.includes(name))).toEqual([]);
  });

  it("has alerts whose names differ and whose severity Azure knows", () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    expect(alerts.filter(({ severity }) => ![0, 1, 2, 3, 4].includes(severity))).toEqual([]);
  });

  it("says on each page where to look, what causes it and when to call somebody, and links to pages that exist", () => {
    for (const [page, text] of Object.entries(pages)) {
      expect(text, page).toMatch(/^# .+[\s\S]+^## Look$[\s\S]+^## Causes$[\s\S]+^## Escalate$/m);
      const targets = [...text.matchAll(/\]\(([a-z-]+)\.md\)/g)].map(([, target = ""]) => target);
      expect(Object.keys(pages), page).toEqual(expect.arrayContaining(targets));
    }
  });
});
