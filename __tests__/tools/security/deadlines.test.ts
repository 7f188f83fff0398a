import { describe, expect, it } from "vitest";
import { KUBERNETES_VERSIONS } from "../../../model/kubernetes-versions";
import { evaluateAges } from "../../../tools/security/ageing";
import { deadlines } from "../../../tools/security/deadlines";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { thirdParty } from "../../support/fixtures/environments/third-party";

const on = (version: string) => ({ ...staging, kubernetes: { ...staging.kubernetes, version } });
const pins = (chart: "envoy-gateway" | "cert-manager", version: string) => ({
  ...thirdParty,
  charts: { ...thirdParty.charts, [chart]: { ...thirdParty.charts[chart], version } },
});
const endOf = (what: RegExp, all = deadlines([staging, production], thirdParty).known) =>
  all.filter((one) => what.test(one.what)).map(({ what, until }) => `${what} until ${until}`);

describe("deadlines", () => {
  it("know the end of everything that the environments use", () => {
    expect(deadlines([staging, production], thirdParty).unknown).toEqual([]);
    expect(endOf(/Kubernetes|Envoy/)).toEqual([
      "Kubernetes 1.35 until 2027-03-31",
      "Envoy Gateway v1.9.2 until 2027-02-14",
    ]);
  });

  it("know the end of each Kubernetes that an environment may run, once for all that run it", () => {
    const environments = KUBERNETES_VERSIONS.flatMap(({ minor }) => [on(minor), on(minor)]);
    expect(endOf(/Kubernetes/, deadlines(environments, thirdParty).known)).toEqual(
      KUBERNETES_VERSIONS.map(({ minor, supportedUntil }) => `Kubernetes ${minor} until ${supportedUntil}`),
    );
  });

  it("name a version whose end nobody has looked up", () => {
    const { known, unknown } = deadlines([staging], pins("cert-manager", "v1.211.0"));
    expect(unknown).toEqual(["cert-manager v1.211.0"]);
    expect(endOf(/cert-manager/, known)).toEqual([]);
    expect(deadlines([staging], pins("envoy-gateway", "v1.10.0")).unknown).toEqual(["Envoy Gateway v1.10.0"]);
  });

  it.each([
    ["2026-12-15", []],
    ["2026-12-16", ["Envoy Gateway v1.9.2"]],
    ["2027-02-14", ["Kubernetes 1.35", "Envoy Gateway v1.9.2", "cert-manager v1.21.2"]],
  ])("are told two months ahead (%s)", (day, told) => {
    const { known } = deadlines([staging], thirdParty);
    expect(evaluateAges(known, day).soon.map(({ what }) => what)).toEqual(told);
    expect(evaluateAges(known, day).expired).toEqual([]);
  });
});
