import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { afterAll, describe, expect, it } from "vitest";
import { PROTECTED_TYPES } from "../../constructs/support/deletion-guard";
import type { WithGitOps } from "../../model/git-ops";
import type { GitLogin } from "../../model/schema/git-ops";
import { GitOpsStack } from "../../stacks/gitops-stack";
import { findStack, synthesize } from "../../tools/program/stacks";
import { resourceGraph } from "../../tools/terraform/stack-json";
import { ENVIRONMENTS } from "../support/fixtures/environments/all";
import { production } from "../support/fixtures/environments/production";
import { staging } from "../support/fixtures/environments/staging";
import { addressOf, isAfter } from "../support/order";
import { alone } from "../support/provider-stack";
import { type Block, reviewed, type Synthesized, synthGitOps, synthProgram } from "../support/synth";

const folder = mkdtempSync(join(tmpdir(), "mmrv-gitops-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Delivery = GitLogin["delivery"];

const deployKey = (delivery: Delivery): GitLogin => ({ via: "deployKey", delivery });
const gitHubApp = (delivery: Delivery): GitLogin => ({ via: "gitHubApp", appId: 1, installationId: 2, delivery });

const CASES: Readonly<Record<string, WithGitOps>> = {
  "staging-gitops": { ...staging, gitOps: deployKey({}) },
  "staging-gitops-handed-over": { ...staging, gitOps: deployKey({ platform: "flux", backend: "handover" }) },
  "production-gitops": {
    ...alone(production),
    gitOps: gitHubApp({ platform: "flux", backend: "flux", frontend: "flux" }),
  },
};

function environmentOf(name: string): WithGitOps {
  const environment = CASES[name];
  if (!environment) throw new Error(`no case ${name}`);
  return environment;
}

const known = new Map<string, Synthesized>();
function caseOf(name: string): Synthesized {
  const stack = known.get(name) ?? synthGitOps(environmentOf(name));
  known.set(name, stack);
  return stack;
}

const CONFIGURATION = "azurerm_kubernetes_flux_configuration";
const EXTENSION = "azurerm_kubernetes_cluster_extension";
const missingOf = (environment: WithGitOps) =>
  new GitOpsStack(new App(), `${environment.name}-gitops`, environment).missing;

describe("the GitOps stack", () => {
  it.each(Object.keys(CASES))("synthesizes as reviewed: %s", async (name) => {
    await expect(reviewed(caseOf(name))).toMatchFileSnapshot(`__snapshots__/${name}.json`);
  });

  it("is none of an environment that Terraform delivers", () => {
    for (const { name } of ENVIRONMENTS) expect(synthProgram()).not.toHaveProperty([`${name}-gitops`]);
  });

  it.each(Object.keys(CASES))("speaks to Azure alone: %s", (name) => {
    const { json } = caseOf(name);
    expect(Object.keys(json.provider)).toEqual(["azurerm"]);
    expect(Object.keys(json.terraform.required_providers)).toEqual(["azurerm"]);
  });

  it("applies a probe alone before the first handover and after the last way back, so that the configuration stays", () => {
    const { kustomizations } = caseOf("staging-gitops").one(CONFIGURATION);
    expect(kustomizations.map(({ name, path, post_build }: Block) => [name, path, post_build.substitute])).toEqual([
      ["probe", "./gitops/staging/probe", { environment: "staging" }],
    ]);
    expect(missingOf(environmentOf("staging-gitops"))).toEqual([]);
  });

  it("tells Flux of those releases alone that were handed over, each in its folder with what only Azure knows", () => {
    const { kustomizations, namespace } = caseOf("staging-gitops-handed-over").one(CONFIGURATION);
    expect(namespace).toBe("mmrv-gitops");
    expect(kustomizations.map(({ name, path, post_build }: Block) => [name, path, post_build.substitute])).toEqual([
      ["probe", "./gitops/staging/probe", { environment: "staging" }],
      ["platform", "./gitops/staging/platform", { environment: "staging" }],
      [
        "backend",
        "./gitops/staging/backend",
        {
          client_id: "${data.azurerm_user_assigned_identity.backend-identity.client_id}",
          environment: "staging",
          tenant_id: "${data.azurerm_key_vault.backend-vault.tenant_id}",
        },
      ],
    ]);
  });

  it.each([
    ["a deploy key over SSH", "staging-gitops-handed-over", "ssh://git@ssh.github.com:443/", "Generic", "git"],
    ["a GitHub App over HTTPS", "production-gitops", "https://github.com/", "GitHub", "git-app"],
  ])(
    "reads what has been approved for the environment with %s, from a Secret of the cluster",
    (_, name, url, provider, secret) => {
      const environment = environmentOf(name);
      const { gitHub } = environment;
      expect(caseOf(name).one(CONFIGURATION).git_repository).toMatchObject({
        url: `${url}${gitHub.owner}/${gitHub.infrastructure.repository}.git`,
        reference_type: "branch",
        reference_value: `deployed/${environment.name}`,
        local_auth_reference: secret,
        provider,
      });
    },
  );

  it("holds no secret: not in what it tells, and not in what it asks", () => {
    for (const name of Object.keys(CASES)) expect(JSON.stringify(caseOf(name).json)).not.toMatch(/base64|protected/);
  });

  describe("in the whole program", () => {
    const name = "staging-gitops-handed-over";
    const stacks = synthesize({ outdir: folder, environments: [environmentOf(name)] });

    it("is deployed after what makes the cluster, and after the namespace with the credential", () => {
      const { json, phase, producers } = findStack(stacks, "staging-gitops");
      expect([phase, producers]).toEqual([5, ["staging-infra", "staging-addons"]]);
      // As it is tried here, by itself.
      expect(json).toEqual(caseOf(name).json);
    });

    it("alone extends the cluster, one after the other: Azure takes one operation at a time", () => {
      const extending = stacks.flatMap(({ id, json }) =>
        [...resourceGraph(json)].flatMap(([address, { type }]) =>
          [EXTENSION, CONFIGURATION].includes(type) ? [`${id} ${address}`] : [],
        ),
      );
      const [configuration, extension] = [CONFIGURATION, EXTENSION].map((type) => addressOf(caseOf(name), type));
      expect(extending.sort()).toEqual([`staging-gitops ${extension}`, `staging-gitops ${configuration}`].sort());
    });
  });
});

describe("the deletion of Flux and of what it applies", () => {
  const both = { ...staging, gitOps: deployKey({ backend: "flux" }) };

  it("is refused by Terraform where the guard is on, and by the plan guard in any case", () => {
    expect(PROTECTED_TYPES).toEqual(expect.arrayContaining([CONFIGURATION, EXTENSION]));
    const guarded = synthGitOps({ ...both, deletionGuard: true });
    const open = synthGitOps({ ...both, deletionGuard: false });
    for (const type of [CONFIGURATION, EXTENSION]) {
      expect(guarded.one(type).lifecycle.prevent_destroy).toBe(true);
      expect(open.one(type).lifecycle?.prevent_destroy).toBeUndefined();
    }
  });

  it("is refused by Azure where there are locks: one on each, because neither is above the other", () => {
    const locked = synthGitOps({ ...both, locks: true });
    const locks = locked.all("azurerm_management_lock");
    expect(locks.map(({ lock_level }) => lock_level)).toEqual(["CanNotDelete", "CanNotDelete"]);
    expect(locks.map(({ scope }) => scope).sort()).toEqual(
      [EXTENSION, CONFIGURATION].map((type) => `\${${addressOf(locked, type)}.id}`),
    );
    expect(synthGitOps({ ...both, locks: false }).all("azurerm_management_lock")).toEqual([]);
  });

  it("happens one after the other: each lock before what it holds, the configuration before the extension", () => {
    const locked = synthGitOps({ ...both, locks: true });
    const [configuration, extension] = [addressOf(locked, CONFIGURATION), addressOf(locked, EXTENSION)];
    const locks = Object.entries<Block>(locked.json.resource.azurerm_management_lock);
    expect(locks.length).toBe(2);
    for (const [name, { scope }] of locks)
      expect(isAfter(locked, `azurerm_management_lock.${name}`, scope.slice(2, -".id}".length))).toBe(true);
    expect(isAfter(locked, configuration, extension)).toBe(true);
  });
});
