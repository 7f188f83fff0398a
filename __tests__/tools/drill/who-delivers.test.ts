import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment } from "../../../model/environment";
import type { Delivery } from "../../../model/schema/git-ops";
import { whoDelivers } from "../../../tools/drill/who-delivers";
import { staging } from "../../support/fixtures/environments/staging";

const delivered = (delivery: Readonly<Record<string, Delivery>>): Environment => ({
  ...staging,
  gitOps: { via: "deployKey", delivery },
});

/** What is walked of an environment, and what is said of the rest. */
function walked(environment: Environment) {
  const said: string[] = [];
  return { ...whoDelivers({ environment, tell: (line) => said.push(line) }), said };
}

describe("the cluster drill, where Flux's controllers are not on the machine", () => {
  beforeEach(() => vi.stubEnv("MMRV_FLUX", "/nonexistent"));
  afterEach(() => vi.unstubAllEnvs());

  it("walks every release that Terraform delivers", () => {
    expect(walked(staging)).toEqual({ releases: ["platform", "backend", "frontend"], flux: [], said: [] });
  });

  it("leaves out what Flux delivers, and says in one line what is missing", () => {
    expect(walked(delivered({ platform: "flux", backend: "flux" }))).toEqual({
      releases: ["frontend"],
      flux: [],
      said: ["platform", "backend"].map(
        (release) =>
          `${release} is left out: Flux delivers it, and its controllers are not on this machine (source-controller 1.7.4; MMRV_FLUX is the folder that has them)`,
      ),
    });
  });

  it("leaves out what is half-way between the two", () => {
    expect(walked(delivered({ backend: "handover" }))).toEqual({
      releases: ["platform", "frontend"],
      flux: [],
      said: ["backend is left out: it is half-way from Terraform to Flux (gitOps.delivery)"],
    });
  });

  it("refuses to leave evidence of nothing", () => {
    expect(() => walked(delivered({ platform: "flux", backend: "flux", frontend: "flux" }))).toThrow(
      "drill cluster: no release of staging can be lost here, as the lines above say",
    );
  });
});
