import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UserError } from "../../../model/user-error";
import { proveTrust } from "../../../tools/deploy/trust";
import { trustedByBootstrap, trustedIn } from "../../../tools/github/trusted";
import { bootstrap } from "../../support/fixtures/environments/bootstrap";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { askStored, guardedStore } from "../../support/github-repositories";
import { answered, stackInfo } from "../../support/small-stack";
import { synthProgram } from "../../support/synth";

let said: string[] = [];
beforeEach(() => {
  said = [];
  vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
});
afterEach(() => vi.restoreAllMocks());

const infra = stackInfo("staging-infra");
const guarded = guardedStore(trustedIn(answered(staging)));
const { "mmrv/mmrv-infrastructure": own } = guarded;
const askGuarded = askStored(guarded);
const askNobody = () => Promise.reject(new UserError("gh is not on the PATH; install the GitHub CLI: cli.github.com"));
const env = {};

describe("a stack that trusts jobs of GitHub's", () => {
  it("is deployed when GitHub guards all of them, and nothing is said", async () => {
    expect(await proveTrust(infra, { ask: askGuarded, env })).toEqual([]);
    expect(said).toEqual([]);
  });

  it("is not when one is open: each is named, and what to do", async () => {
    const staging = { ...own?.environments["staging"], deployment_branch_policy: null };
    const open = { ...own, visibility: "public", environments: { ...own?.environments, staging } };
    const ask = askStored({ ...guarded, "mmrv/mmrv-infrastructure": open as NonNullable<typeof own> });
    await expect(proveTrust(infra, { ask, env })).rejects.toThrow(
      new UserError(
        [
          "staging-infra: GitHub does not guard what it trusts, so whoever may push a branch could get its tokens; nothing was touched",
          "  mmrv/mmrv-infrastructure: environment staging: lets in more branches than main",
          "  next: npx mmrv pipeline protect staging prints the commands; or --unprotected-because TEXT, which the plan then shows",
        ].join("\n"),
      ),
    );
    // Nor is it planned: whoever approves a plan believes that somebody had to.
    await expect(proveTrust(infra, { ask, env, readOnly: true })).rejects.toThrow("lets in more branches than main");
  });

  it("is not where nobody can ask GitHub, and is read all the same", async () => {
    await expect(proveTrust(infra, { ask: askNobody, env })).rejects.toThrow(
      "staging-infra: nothing proves here that GitHub guards what it trusts, nothing was touched: gh is not on the PATH; install the GitHub CLI: cli.github.com\n  next: gh auth login as somebody who may see the repositories, then again; or --unprotected-because TEXT, which the plan then shows",
    );
    expect(await proveTrust(infra, { ask: askNobody, env, readOnly: true })).toEqual([]);
    expect(said).toEqual([
      "staging-infra: nothing proves here that GitHub guards what it trusts: gh is not on the PATH; install the GitHub CLI: cli.github.com",
    ]);
  });

  it("goes on for a reason, which the plan shows, and asks nobody then", async () => {
    const unprotectedBecause = "one person, private, GitHub Free; until March";
    expect(await proveTrust(infra, { ask: askNobody, env, unprotectedBecause })).toEqual([
      `staging-infra: nothing proves that GitHub guards what it trusts, because: ${unprotectedBecause}`,
    ]);
  });

  it.each(["", "because", "x".repeat(301), "a reason\rNo changes.", "a reason \u202e that turns"])(
    "takes %j for no reason",
    async (unprotectedBecause) => {
      await expect(proveTrust(infra, { ask: askGuarded, env, unprotectedBecause })).rejects.toThrow(
        /^--unprotected-because .*: must be a reason in one line, of 10 to 300 characters that are seen/,
      );
    },
  );

  it("shows in its plan what a workflow's token cannot see", async () => {
    const ask = askStored({ "mmrv/mmrv-infrastructure": own as NonNullable<typeof own> });
    const inWorkflow = { GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "mmrv/mmrv-infrastructure" };
    expect(await proveTrust(infra, { ask, env: inWorkflow })).toEqual(
      ["mmrv-backend", "mmrv-frontend"].map(
        (name) =>
          `staging-infra: mmrv/${name}: the token of this workflow sees mmrv/mmrv-infrastructure alone, so what guards staging there is not proved`,
      ),
    );
  });
});

describe("what is asked about", () => {
  it("is nothing for a stack that trusts no job", async () => {
    expect(await proveTrust(stackInfo("staging-platform"), { ask: askNobody, env })).toEqual([]);
  });

  it("is bootstrap, with the environments of all, in its own repository", async () => {
    const asked: string[] = [];
    const store = guardedStore(trustedByBootstrap([staging, production]));
    const ask = (path: string) => {
      asked.push(path);
      return askStored(store)(path);
    };
    expect(await proveTrust(stackInfo("bootstrap", { settings: bootstrap }), { ask, env })).toEqual([]);
    const places = asked.flatMap((path) => /environments\/([^/]+)$/.exec(path)?.[1] ?? []);
    expect(places.sort()).toEqual(["production", "production-plan", "production-promote", "staging", "staging-plan"]);
    expect(asked.filter((path) => path.includes("/rules/"))).toHaveLength(1);
  });

  it("is every environment that any stack of the program names as a subject", () => {
    const subjects = Object.values(synthProgram()).flatMap(({ json }) =>
      [...JSON.stringify(json).matchAll(/repo:([^:"]+):environment:([\w-]+)/g)].map(
        ([, repository, environment]) => `${repository} ${environment}`,
      ),
    );
    const places = [staging, production].flatMap((environment) => trustedIn(environment).places);
    expect([...new Set(subjects)].sort()).toEqual(
      places.map(({ environment, repository }) => `${repository} ${environment}`).sort(),
    );
  });
});
