import { describe, expect, it } from "vitest";
import type { Environment } from "../../../model/environment";
import { expectedForgets } from "../../../tools/deploy/expected-forgets";
import { MOVED, movedBy, PLACES } from "../../support/cutover-names";
import { staging } from "../../support/fixtures/environments/staging";

const delivered = (delivery: Record<string, "terraform" | "handover" | "flux">): Environment[] => [
  { ...staging, gitOps: { via: "deployKey", delivery } },
];

describe("what a stack may forget", () => {
  it("is a release while it is handed over, and the platform's namespace with it", () => {
    const environments = delivered({ platform: "handover", backend: "handover" });
    expect(expectedForgets("staging-backend", environments)).toEqual(["helm_release.release"]);
    expect(expectedForgets("staging-platform", environments)).toEqual([
      "helm_release.release",
      "kubernetes_namespace_v1.namespace",
    ]);
  });

  it("is nothing before, nothing after, and nothing of another stack", () => {
    const environments = delivered({ platform: "flux", backend: "terraform" });
    for (const stack of ["staging-platform", "staging-backend", "staging-frontend", "staging-infra", "bootstrap"])
      expect(expectedForgets(stack, environments)).toEqual([]);
    expect(expectedForgets("production-backend", delivered({ backend: "handover" }))).toEqual([]);
  });

  it("is every record that a cutover has given up, and none before", () => {
    const at = (place: string) => expectedForgets("staging-cutover", [MOVED], movedBy(PLACES[place] ?? []));
    expect(at("retired")).toEqual([]);
    expect(at("given-up").sort()).toEqual([
      "aws_route53_record.api_example_com-A-azure",
      "aws_route53_record.api_example_com-AAAA-azure",
      "aws_route53_record.example_com-A-azure",
      "aws_route53_record.www_example_com-A-azure",
    ]);
  });
});
