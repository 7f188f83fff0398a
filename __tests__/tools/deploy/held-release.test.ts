import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment } from "../../../model/environment";
import type { Delivery } from "../../../model/schema/git-ops";
import { evaluateDrift } from "../../../tools/deploy/drift";
import { refuseHeldRelease, releasedElsewhere, releaseOf, whoDelivers } from "../../../tools/deploy/held-release";
import { planStack } from "../../../tools/deploy/plan-stack";
import { releasesToUnlock } from "../../../tools/deploy/unlock";
import type { Terraform } from "../../../tools/terraform/terraform";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { staging } from "../../support/fixtures/environments/staging";
import { answered, stackInfo } from "../../support/small-stack";

/** A stack of an environment in which somebody delivers its release. */
const stackOf = (release: string, delivery: Delivery) => {
  const settings: Environment = {
    ...answered(staging),
    gitOps: { via: "deployKey", delivery: { [release]: delivery } },
  };
  return stackInfo(`staging-${release}`, { settings });
};

/** Terraform with these addresses in its state, which can do nothing else. */
const holding = (...addresses: readonly string[]) => {
  const asked: string[] = [];
  const terraform = {
    init: async () => {
      asked.push("init");
      return { exitCode: 0, stdout: "", stderr: "" };
    },
    stateList: async () => {
      asked.push("state list");
      return [...addresses];
    },
  } as Partial<Terraform> as Terraform;
  return { asked, of: () => terraform };
};

const HELD = ["data.azurerm_key_vault.vault", "helm_release.release"];
const SENTENCE =
  "staging-backend: Flux shall deliver backend, and Terraform still has it (helm_release.release): a step was jumped, nothing was touched\n  next: set gitOps.delivery.backend to handover in environments/staging.ts, deploy staging-backend, then npx mmrv handover next staging backend";

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe("a release that Flux delivers", () => {
  it("is refused while the state has it, with what to do instead", async () => {
    await expect(refuseHeldRelease(stackOf("backend", "flux"), holding(...HELD).of)).rejects.toThrow(
      new RegExp(`^${SENTENCE.replace(/[.()]/g, "\\$&")}$`),
    );
  });

  it("is refused of the platform also while the state has its namespace alone", async () => {
    await expect(
      refuseHeldRelease(stackOf("platform", "flux"), holding("kubernetes_namespace_v1.namespace").of),
    ).rejects.toThrow("Terraform still has it (kubernetes_namespace_v1.namespace)");
  });

  it("goes on once the state has what is Azure's alone, or nothing yet", async () => {
    for (const state of [["azurerm_federated_identity_credential.it", "data.azurerm_key_vault.vault"], []])
      await expect(refuseHeldRelease(stackOf("backend", "flux"), holding(...state).of)).resolves.toBeUndefined();
  });

  it("is no reason to ask the state of any other stack, nor before and while it is handed over", async () => {
    const stacks = [
      stackOf("backend", "terraform"),
      stackOf("backend", "handover"),
      stackInfo("staging-infra", { settings: stackOf("backend", "flux").settings }),
      stackInfo("bootstrap", { settings: bootstrap }),
    ];
    for (const stack of stacks) {
      const { asked, of } = holding(...HELD);
      await refuseHeldRelease(stack, of);
      expect(asked).toEqual([]);
    }
  });

  it("is planned by nobody while the state has it", async () => {
    const { asked, of } = holding(...HELD);
    await expect(planStack(stackOf("backend", "flux"), "nowhere", { on: "2026-12-01", at: of })).rejects.toThrow(
      SENTENCE,
    );
    expect(asked).toEqual(["init", "init", "state list"]);
  });

  it("is no drift while the state has it, but a plan that cannot be made", async () => {
    const { of } = holding(...HELD);
    expect(await evaluateDrift(stackOf("backend", "flux"), "nowhere", { at: of, environment: {} })).toEqual({
      is: "failed",
      why: SENTENCE.replace("staging-backend: ", "").replace("\n  next", " next"),
    });
  });
});

describe("who delivers", () => {
  it("is known of the platform and of applications, and of no other stack", () => {
    expect(releaseOf(stackOf("backend", "handover"))).toEqual({
      release: "backend",
      environment: "staging",
      delivery: "handover",
    });
    expect(releaseOf(stackOf("platform", "terraform"))?.delivery).toBe("terraform");
    expect(releaseOf(stackInfo("staging-addons"))).toBeUndefined();
    expect(releaseOf(stackInfo("bootstrap", { settings: bootstrap }))).toBeUndefined();
  });

  it("is told before a deployment that releases nothing, with what releases instead", () => {
    expect(whoDelivers(stackOf("backend", "flux"))).toEqual([
      "staging-backend: this deploys what is Azure's; the release is Flux's",
      "  to release backend: merge the change to main, then run deploy.yml with staging-releases; npx mmrv gitops diff staging shows what it changes",
    ]);
    expect(whoDelivers(stackOf("backend", "handover"))).toEqual([
      "staging-backend: this deploys what is Azure's, and Terraform forgets backend: it is being handed over, and nobody releases it now",
      "  next: npx mmrv handover next staging backend, or npx mmrv handover back staging backend",
    ]);
    for (const stack of [stackOf("backend", "terraform"), stackInfo("staging-addons")])
      expect(whoDelivers(stack)).toEqual([]);
  });

  it("unlocks it: Flux by itself, and of what is handed over nobody but a person", () => {
    expect(() => releasesToUnlock(stackOf("backend", "flux"))).toThrow(
      /^staging-backend: the release is Flux's, which unlocks a pending revision by itself at its next upgrade; nothing was touched\n {2}next: npx mmrv handover status staging backend says whether it acts, or somebody has suspended it$/,
    );
    expect(releasesToUnlock(stackOf("backend", "handover"))).toEqual([{ name: "backend", namespace: "mmrv" }]);
    const json = { resource: { helm_release: { release: { name: "backend", namespace: "mmrv", chart: "c" } } } };
    expect(releasesToUnlock({ ...stackOf("backend", "terraform"), json })).toEqual([
      { name: "backend", namespace: "mmrv" },
    ]);
    expect(releasesToUnlock(stackInfo("staging-addons"))).toEqual([]);
  });

  it("is in what every other command on the stack says first", () => {
    expect(releasedElsewhere(stackOf("backend", "flux"))).toBe("the release is Flux's");
    expect(releasedElsewhere(stackOf("backend", "handover"))).toBe("the release is nobody's while it is handed over");
    for (const stack of [stackOf("backend", "terraform"), stackInfo("staging-addons")])
      expect(releasedElsewhere(stack)).toBeUndefined();
  });
});
