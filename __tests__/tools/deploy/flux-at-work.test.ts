import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment } from "../../../model/environment";
import type { Delivery } from "../../../model/schema/git-ops";
import { UserError } from "../../../model/user-error";
import type { AskFlux, FluxAnswer, FluxObjectStatus } from "../../../tools/azure/flux-state";
import { applyPlan } from "../../../tools/deploy/apply-plan";
import { refuseActiveRelease, refuseFluxAtWork } from "../../../tools/deploy/flux-at-work";
import type { Kubectl } from "../../../tools/deploy/kubernetes/kubectl";
import { noteOf, planStack } from "../../../tools/deploy/plan-stack";
import type { SynthesizedStack } from "../../../tools/program/stacks";
import type { Terraform } from "../../../tools/terraform/terraform";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { staging } from "../../support/fixtures/environments/staging";
import { answered, stackInfo } from "../../support/small-stack";

const JSON_OF_AZURE = { terraform: { required_providers: { azurerm: { source: "hashicorp/azurerm", version: "1" } } } };
const stackOf = (release: string, delivery: Record<string, Delivery>) => {
  const settings: Environment = { ...answered(staging), gitOps: { via: "deployKey", delivery } };
  return stackInfo(`staging-${release}`, { settings, json: JSON_OF_AZURE });
};
const BACKEND = stackOf("backend", {});

const helmRelease = (complianceState: string): FluxObjectStatus => ({
  kind: "HelmRelease",
  name: "backend",
  complianceState,
});
const state = (kustomizations: readonly string[], statuses: FluxObjectStatus[] = []): FluxAnswer => ({
  is: "state",
  state: { kustomizations: Object.fromEntries(kustomizations.map((name) => [name, { path: "./x" }])), statuses },
});
const LISTED = state(["probe", "backend"]);
const TOLD = state(["probe"]);
const UNKNOWN: FluxAnswer = { is: "unknown", why: "Azure answers 500" };

const sentence = (what: string) =>
  `staging-backend: Terraform shall release backend, and Flux does too (${what}): the way back is not at its end, nothing was touched\n  next: run deploy.yml with staging-releases until npx mmrv handover status staging backend says that Flux is suspended; then npx mmrv deploy staging-gitops, and npx mmrv handover back staging backend`;
const STILL_LISTED = sentence("Azure's configuration mmrv still lists its Kustomization backend");

let printed: string[] = [];
beforeEach(() => {
  printed = [];
  vi.spyOn(console, "log").mockImplementation((line) => void printed.push(line));
});
afterEach(() => vi.restoreAllMocks());

/** What becomes of a stack, and who was asked what. */
async function refused(
  stack: SynthesizedStack,
  answer: FluxAnswer,
  { deployed = true, held = [], find }: { deployed?: boolean; held?: string[]; find?: () => Promise<Kubectl> } = {},
) {
  const asked: string[] = [];
  const ask: AskFlux = async (id) => {
    asked.push(id.replace(/^.*\//, "azure "));
    return answer;
  };
  const terraform = {
    init: async () => ({ exitCode: 0, stdout: "", stderr: "" }),
    stateList: async () => {
      asked.push("state");
      return held;
    },
  };
  const isDeployed = async (id: string) => {
    asked.push(`deployed ${id}`);
    return deployed;
  };
  const context = { ask, isDeployed, of: () => terraform };
  const said = await (find ? refuseActiveRelease(stack, { ...context, find }) : refuseFluxAtWork(stack, context)).then(
    () => undefined,
    (error: UserError) => error.message,
  );
  return { asked, said };
}

describe("a release that Terraform takes back", () => {
  it("is refused while Azure's configuration lists its Kustomization, with the steps that were left out", async () => {
    expect(await refused(BACKEND, LISTED)).toEqual({ asked: ["azure mmrv"], said: STILL_LISTED });
  });

  it("is refused while Flux tells of a HelmRelease of it that nobody has suspended", async () => {
    for (const is of ["Compliant", "Non-Compliant", "Pending"])
      expect((await refused(BACKEND, state([], [helmRelease(is)]))).said).toBe(
        sentence(`Flux tells Azure of its HelmRelease, which is ${is} and not suspended`),
      );
    expect((await refused(BACKEND, state(["probe"], [helmRelease("Suspended")]))).said).toBeUndefined();
  });

  it("costs one question to Azure, also where Flux delivers others, and no more", async () => {
    for (const answer of [TOLD, state(["platform"]), { is: "absent" }] as const)
      expect(await refused(BACKEND, answer)).toEqual({ asked: ["azure mmrv"], said: undefined });
  });

  it("costs nothing where there is no GitOps, nor of any other stack, nor before and after", async () => {
    const others = [
      stackInfo("staging-backend"),
      stackInfo("bootstrap", { settings: bootstrap }),
      stackOf("infra", {}),
      stackOf("backend", { backend: "handover" }),
      stackOf("backend", { backend: "flux" }),
    ];
    for (const stack of others) expect(await refused(stack, LISTED)).toEqual({ asked: [], said: undefined });
  });
});

describe("when Azure cannot be asked", () => {
  it("goes on with what Terraform has already, and says so", async () => {
    const { asked, said } = await refused(BACKEND, UNKNOWN, { held: ["helm_release.release"] });
    expect([asked, said]).toEqual([["azure mmrv", "state"], undefined]);
    expect(printed).toEqual([
      "staging-backend: whether Flux still acts on backend was not asked: Azure answers 500; it is in Terraform's state, so this goes on",
    ]);
  });

  it("goes on where the stack gitops is not deployed", async () => {
    const { asked, said } = await refused(BACKEND, UNKNOWN, { deployed: false });
    expect([asked, said]).toEqual([["azure mmrv", "state", "deployed staging-gitops"], undefined]);
  });

  it("refuses what Terraform does not have while that stack is deployed", async () => {
    expect((await refused(BACKEND, UNKNOWN)).said).toBe(
      "staging-backend: whether Flux still acts on backend is not known (Azure answers 500), staging-gitops is deployed, and Terraform does not have the release: both could release it; nothing was touched\n  next: log in as somebody with Reader on rg-mmrv-staging, then again",
    );
  });
});

describe("an adoption", () => {
  const kubectl = (answer: string | Error) => async () =>
    ({
      run: async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    }) as Partial<Kubectl> as Kubectl;
  const byCluster = (answer: string | Error) => refused(BACKEND, TOLD, { find: kubectl(answer) });

  it("is refused while the cluster has a HelmRelease that acts, which Azure does not know any more", async () => {
    const what = "the HelmRelease mmrv-gitops/backend is not suspended";
    for (const answer of ["HelmRelease/", "HelmRelease/false"])
      expect((await byCluster(answer)).said).toBe(
        sentence(what).replace(
          / {2}next: .*/,
          "  next: npx mmrv handover back staging backend, which says how to suspend it, and deletes it then",
        ),
      );
  });

  it("goes on with one that is suspended, with none, and in a cluster without Flux", async () => {
    const noType = new UserError('kubectl get: error: the server doesn\'t have a resource type "helmreleases"');
    for (const answer of ["HelmRelease/true", "", noType]) expect((await byCluster(answer)).said).toBeUndefined();
    expect(printed).toEqual([]);
  });

  it("goes on when the cluster cannot be asked, and says so", async () => {
    const { said } = await refused(BACKEND, TOLD, {
      find: () => Promise.reject(new UserError("kubectl looks at no cluster, not at aks\n  next: az")),
    });
    expect(said).toBeUndefined();
    expect(printed).toEqual([
      "staging-backend: whether the cluster has a HelmRelease that acts was not asked: kubectl looks at no cluster, not at aks",
    ]);
  });

  it("asks no cluster where Azure has no configuration", async () => {
    const find = vi.fn();
    await refused(BACKEND, { is: "absent" }, { find });
    expect(find).not.toHaveBeenCalled();
  });

  it("asks Azure before the cluster", async () => {
    const find = vi.fn();
    expect((await refused(BACKEND, LISTED, { find })).said).toBe(STILL_LISTED);
    expect(find).not.toHaveBeenCalled();
  });
});

describe("a plan of it", () => {
  const folder = mkdtempSync(join(tmpdir(), "mmrv-flux-at-work-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const keptPlan = () => {
    const file = join(folder, "plan");
    writeFileSync(file, "");
    writeFileSync(noteOf(file), BACKEND.id);
    return file;
  };
  const askFlux = async () => LISTED;
  const terraform = {
    init: async () => ({ exitCode: 0, stdout: "", stderr: "" }),
    stateList: async () => [],
  } as Partial<Terraform> as Terraform;

  it.each([
    ["plan", () => planStack(BACKEND, "nowhere", { on: "2026-12-01", at: () => terraform, askFlux })],
    [
      "apply",
      () => applyPlan(BACKEND, "nowhere", { on: "2026-12-01", at: () => terraform, askFlux, file: keptPlan() }),
    ],
  ])("is refused while Flux has it: %s", async (_, command) => {
    await expect(command()).rejects.toThrow(STILL_LISTED);
  });
});
