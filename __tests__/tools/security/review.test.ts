import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { chartSuppressions } from "../../../model/chart-suppressions";
import { evaluateAges } from "../../../tools/security/ageing";
import { decided, review } from "../../../tools/security/review";
import { REVIEWED_ON, suppressions } from "../../support/fixtures/environments/suppressions";

const registers = {
  suppressions: [
    {
      check: "CKV_AZURE_117",
      stack: "staging-infra",
      address: "azurerm_kubernetes_cluster.cluster",
      reason: "Disks are ephemeral and hold nothing of MMRV.",
      expires: "2027-05-31",
    },
  ],
  chartSuppressions: [
    {
      check: "CKV_K8S_11",
      chart: "mmrv-app" as const,
      resource: "Deployment <application>",
      reason: "A limit throttles the slowest requests of Node.",
      expires: "2027-07-31",
    },
  ],
  approvals: [
    {
      stack: "production-infra",
      address: "azurerm_key_vault.it",
      from: "2027-05-20",
      until: "2027-05-22",
      reason: "moved to another region",
    },
  ],
};
const SUPPRESSION = "suppression CKV_AZURE_117 staging-infra azurerm_kubernetes_cluster.cluster";
const CHART_SUPPRESSION = "suppression CKV_K8S_11 mmrv-app Deployment <application>";
const APPROVAL = "approval production-infra azurerm_key_vault.it";

describe("evaluateAges", () => {
  it.each([
    ["2027-04-21", [], []],
    ["2027-04-22", [], [APPROVAL]],
    ["2027-05-01", [], [SUPPRESSION, APPROVAL]],
    ["2027-05-22", [], [SUPPRESSION, APPROVAL]],
    ["2027-05-23", [APPROVAL], [SUPPRESSION]],
    ["2027-05-31", [APPROVAL], [SUPPRESSION]],
    ["2027-06-01", [SUPPRESSION, APPROVAL], []],
    ["2027-08-01", [SUPPRESSION, CHART_SUPPRESSION, APPROVAL], []],
  ])("on %s", (on, expired, soon) => {
    const ages = evaluateAges(decided(registers), on);
    const names = (all: typeof ages.expired) => all.map(({ what }) => what);
    expect([names(ages.expired), names(ages.soon)]).toEqual([expired, soon]);
  });

  it("says the day and the remedy", () => {
    expect(evaluateAges(decided(registers), "2027-06-01").expired).toEqual([
      { what: SUPPRESSION, until: "2027-05-31", remedy: "fix it, or renew it in environments/suppressions.ts" },
      { what: APPROVAL, until: "2027-05-22", remedy: "take it out of environments/approvals.ts" },
    ]);
  });
});

/** What others end within a year, of what the fixtures use. */
const ENDS = [
  "Kubernetes 1.35",
  "Envoy Gateway v1.9.2",
  "cert-manager v1.21.2",
  `Node.js ${readFileSync(".nvmrc", "utf8").trim()}`,
  "cdktf 0.21.0",
];

describe("review", () => {
  let printed: Record<"log" | "error", MockInstance>;
  beforeEach(() => {
    const silent = (stream: "log" | "error") => vi.spyOn(console, stream).mockImplementation(() => {});
    printed = { log: silent("log"), error: silent("error") };
  });
  afterEach(() => vi.restoreAllMocks());

  it("is content on the day of the last review", async () => {
    expect(await review({ on: REVIEWED_ON })).toBe(0);
    expect(printed.error.mock.calls).toEqual([]);
  });

  it("exits 1 a year and a day later, with one line for each suppression and each end of others", async () => {
    expect(await review({ on: "2027-11-23" })).toBe(1);
    expect(printed.error).toHaveBeenCalledTimes(suppressions.length + chartSuppressions.length + ENDS.length);
    expect(printed.error.mock.calls.flat().join("\n")).not.toContain("\n\n");
  });

  it("exits 1 when something of others has ended, and nothing of ours has expired", async () => {
    expect(await review({ on: "2027-02-15" })).toBe(1);
    expect(printed.error.mock.calls.flat().filter((line) => !line.startsWith("warning: "))).toEqual([
      "Envoy Gateway v1.9.2: expired after 2027-02-14; take the next minor, docs/third-party.md (gateway.envoyproxy.io/news/releases/matrix)",
    ]);
  });

  it("warns of what expires within 30 days", async () => {
    const last =
      suppressions
        .map(({ expires }) => expires)
        .sort()
        .at(0) ?? "";
    const daysBefore = (days: number) => new Date(Date.parse(last) - days * 86_400_000).toISOString().slice(0, 10);
    const warned = async (on: string) => {
      printed.error.mockClear();
      await review({ on });
      return printed.error.mock.calls.flat().filter((line) => line.startsWith("warning: suppression "));
    };
    expect(await warned(daysBefore(31))).toEqual([]);
    expect((await warned(daysBefore(30)))[0]).toMatch(
      new RegExp(
        `^warning: suppression .*: expires after ${last}; fix it, or renew it in environments/suppressions\\.ts$`,
      ),
    );
  });

  it("tells a program in JSON, and nothing else on standard output", async () => {
    expect(await review({ on: "2027-11-23", json: true })).toBe(1);
    expect(printed.error.mock.calls).toEqual([]);
    expect(printed.log).toHaveBeenCalledTimes(1);
    const told = JSON.parse(printed.log.mock.calls[0]?.[0]);
    expect(told).toEqual({ on: "2027-11-23", expired: expect.any(Array), soon: [], warnings: [] });
    expect(told.expired).toHaveLength(suppressions.length + chartSuppressions.length + ENDS.length);
    expect(told.expired.map(({ what }: { what: string }) => what)).toEqual(expect.arrayContaining(ENDS));
    expect(told.expired).toContainEqual({
      what: `suppression ${chartSuppressions[0]?.check} mmrv-app ${chartSuppressions[0]?.resource}`,
      until: chartSuppressions[0]?.expires,
      remedy: "fix it, or renew it in model/chart-suppressions.ts",
    });
  });

  it("refuses a day that is none", async () => {
    await expect(review({ on: "banana" })).rejects.toThrow("--on banana: must be a day such as 2026-12-01");
  });
});
