import { describe, expect, it } from "vitest";
import { checkEnvironments } from "../../model/check";
import { deliverableReleases, deliveryOf, releasesOfFlux } from "../../model/delivery";
import type { Environment } from "../../model/environment";
import { namesOf, stackKindsOf } from "../../model/naming";
import { bootstrap } from "../support/fixtures/environments/bootstrap";
import { staging } from "../support/fixtures/environments/staging";

const withFlux = (delivery: Record<string, "terraform" | "handover" | "flux">): Environment => ({
  ...staging,
  gitOps: { via: "deployKey", delivery },
});

const issuesOf = (environment: unknown): string => {
  try {
    checkEnvironments([environment as Environment], bootstrap);
    return "";
  } catch (error) {
    return String(error);
  }
};

describe("who delivers a release", () => {
  it("is Terraform without GitOps, and where nothing is said", () => {
    expect(deliveryOf(staging, "backend")).toBe("terraform");
    expect(deliveryOf(withFlux({ platform: "flux" }), "backend")).toBe("terraform");
    expect(deliveryOf(withFlux({}), "constructor")).toBe("terraform");
  });

  it("is what the environment says of it", () => {
    const environment = withFlux({ platform: "flux", backend: "handover" });
    expect(deliverableReleases(environment).map((one) => [one, deliveryOf(environment, one)])).toEqual([
      ["platform", "flux"],
      ["backend", "handover"],
      ["frontend", "terraform"],
    ]);
    expect(releasesOfFlux(environment)).toEqual(["platform", "backend"]);
  });

  it("is said of the platform and of applications alone", () => {
    expect(issuesOf(withFlux({ platform: "flux", backend: "handover" }))).toBe("");
    const got = issuesOf(withFlux({ bakend: "flux", "cert-manager": "flux" }));
    expect(got).toContain("staging.gitOps.delivery.bakend");
    expect(got).toContain("did you mean backend?");
    expect(got).toContain("staging.gitOps.delivery.cert-manager");
  });

  it("is nothing that can be said without GitOps", () => {
    const got = issuesOf({ ...staging, gitOps: { via: "none", delivery: { backend: "flux" } } });
    expect(got).toContain("staging.gitOps.delivery");
    expect(got).toContain("must be absent (without GitOps there is nothing else to say)");
  });
});

describe("the stacks of an environment with GitOps", () => {
  it("are one more, which speaks to Azure alone, and an application's speaks to Azure alone once Flux delivers it", () => {
    const stacks = stackKindsOf(withFlux({ backend: "flux", frontend: "handover" }));
    expect(stacks.map(({ hcpExecution, kind }) => [kind, hcpExecution])).toEqual([
      ["infra", "remote"],
      ["aws-access", "remote"],
      ["addons", "agent"],
      ["platform", "agent"],
      ["backend", "remote"],
      ["frontend", "agent"],
      ["gitops", "remote"],
      ["cutover", "remote"],
    ]);
  });

  it("have a vault and an identity whose names no application's are", () => {
    expect(namesOf(staging).gitOpsVault).toBe(namesOf(staging).vault("gitops"));
    expect(issuesOf({ ...staging, applications: [{ ...staging.applications[0], name: "gitops" }] })).toContain(
      "applications.0.name",
    );
  });
});
