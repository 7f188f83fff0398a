import { describe, expect, it } from "vitest";
import { proveProtection } from "../../../tools/github/protection";
import { trustedByBootstrap, trustedIn } from "../../../tools/github/trusted";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { askStored, freshRepository, guardedStore, type StoredRepositories } from "../../support/github-repositories";
import { answered } from "../../support/small-stack";
import { workflow } from "../../support/workflow-files";

const REPOSITORY = "mmrv/mmrv-infrastructure";
const NO_RULESET =
  "main: no ruleset asks for a pull request; classic branch protection does not count, because no workflow may read it";
const trusted = trustedIn(answered(production));

/** What is open in the one repository that production trusts, after a change of what guards it. */
async function faultsAfter(
  change: (repository: StoredRepositories[string]) => StoredRepositories[string],
  of = trusted,
): Promise<readonly string[]> {
  const stored = guardedStore(of);
  const repository = stored[REPOSITORY] ?? freshRepository(REPOSITORY);
  const ask = askStored({ ...stored, [REPOSITORY]: change({ ...repository, visibility: "public" }) });
  return (await proveProtection({ ...of, ask })).faults;
}

const environmentsWith = (name: string, change: object) => (repository: StoredRepositories[string]) => ({
  ...repository,
  environments: {
    ...repository.environments,
    [name]: { ...repository.environments[name], ...change },
  } as StoredRepositories[string]["environments"],
});
const rulesWith =
  (change: (rules: readonly { type: string; parameters?: object }[]) => object[]) =>
  (repository: StoredRepositories[string]) => ({
    ...repository,
    rulesets: repository.rulesets.map((ruleset) => ({ ...ruleset, rules: change(ruleset.rules) })) as never,
  });

describe("what GitHub guards", () => {
  it("is proved when nothing is open", async () => {
    expect(await faultsAfter((repository) => repository)).toEqual([]);
  });

  it.each([
    [
      "an environment that nobody made",
      ({ environments: { production: _, ...environments }, ...repository }: StoredRepositories[string]) => ({
        ...repository,
        environments,
      }),
      ["environment production: there is none, so GitHub makes it, open to every branch, for whoever names it first"],
    ],
    [
      "one that lets in every branch",
      environmentsWith("production", { deployment_branch_policy: null }),
      ["environment production: lets in more branches than main"],
    ],
    [
      "one that lets in whatever branch is protected",
      environmentsWith("production", { deployment_branch_policy: { protected_branches: true } }),
      ["environment production: lets in more branches than main"],
    ],
    [
      "one that lets in another branch, or a tag",
      environmentsWith("production", {
        branch_policies: [
          { name: "main", type: "branch" },
          { name: "release/*", type: "branch" },
          { name: "main", type: "tag" },
        ],
      }),
      ["environment production: lets in release/*, tag main beside main"],
    ],
    [
      "one that nobody has to approve",
      environmentsWith("production-promote", { protection_rules: [{ type: "branch_policy" }] }),
      ["environment production-promote: nobody has to approve a job"],
    ],
    [
      "one whose reviewers were taken away",
      environmentsWith("production", { protection_rules: [{ type: "required_reviewers", reviewers: [] }] }),
      ["environment production: nobody has to approve a job"],
    ],
    [
      "one where whoever starts a job approves it",
      environmentsWith("production", { protection_rules: [{ type: "required_reviewers", reviewers: [1] }] }),
      ["environment production: whoever starts a job may approve it"],
    ],
    [
      "one where an administrator forces a job that nobody approved",
      environmentsWith("production", { can_admins_bypass: true }),
      ["environment production: administrators may start a job that nobody approved"],
    ],
    [
      "one that does not say what an administrator may force",
      environmentsWith("production", { can_admins_bypass: undefined }),
      ["environment production: administrators may start a job that nobody approved"],
    ],
    [
      "one that lets in nothing, so that a deployment fails",
      environmentsWith("production", { branch_policies: [] }),
      ["environment production: does not let in main, so its jobs fail"],
    ],
    [
      "one that lets in a tag of the branch's name",
      environmentsWith("production", { branch_policies: [{ name: "main", type: "tag" }] }),
      [
        "environment production: lets in tag main beside main",
        "environment production: does not let in main, so its jobs fail",
      ],
    ],
    [
      "a plan that any branch may run",
      environmentsWith("production-plan", { branch_policies: [{ name: "*", type: "branch" }] }),
      [
        "environment production-plan: lets in * beside main and refs/pull/*/merge",
        "environment production-plan: does not let in main and refs/pull/*/merge, so its jobs fail",
      ],
    ],
    ["a main that takes pushes", rulesWith(() => []), [NO_RULESET]],
    [
      "a review that asks little",
      rulesWith((rules) =>
        rules.map((rule) =>
          rule.type === "pull_request"
            ? { type: "pull_request", parameters: { required_approving_review_count: 0 } }
            : rule,
        ),
      ),
      [
        "main: a pull request needs no approval",
        "main: an approval outlives the commits that come after it",
        "main: code owners need not approve what is theirs",
        "main: whoever pushed last may approve it",
      ],
    ],
    [
      "a merge that waits for no check",
      rulesWith((rules) => rules.filter(({ type }) => type !== "required_status_checks")),
      [
        'main: does not wait for the check "check, test, rehearse"',
        'main: does not wait for the check "the history of cutovers"',
        'main: does not wait for the check "the oldest Node.js"',
      ],
    ],
    [
      "a merge that believes whoever reports a check",
      rulesWith((rules) =>
        rules.map((rule) =>
          rule.type === "required_status_checks"
            ? {
                type: "required_status_checks",
                parameters: {
                  required_status_checks: [
                    { context: "check, test, rehearse" },
                    { context: "the history of cutovers", integration_id: 15368 },
                    { context: "the oldest Node.js", integration_id: 1 },
                  ],
                },
              }
            : rule,
        ),
      ),
      [
        'main: believes whoever may write that the check "check, test, rehearse" passed, not GitHub Actions alone',
        'main: believes whoever may write that the check "the oldest Node.js" passed, not GitHub Actions alone',
      ],
    ],
  ])("is not %s", async (_, change, faults) => {
    expect(await faultsAfter(change)).toEqual(faults.map((fault) => `${REPOSITORY}: ${fault}`));
  });

  it("is asked of rulesets alone: what only administrators may read would be proved at a desk, and nowhere else", async () => {
    const stored = guardedStore(trusted);
    const classic = { ...stored[REPOSITORY], visibility: "public", rulesets: [] } as StoredRepositories[string];
    const asked: string[] = [];
    const ask = (path: string) => {
      asked.push(path);
      return askStored({ [REPOSITORY]: classic })(path);
    };
    for (const tokenOf of [undefined, REPOSITORY])
      expect(await proveProtection({ ...trusted, ask, ...(tokenOf && { tokenOf }) })).toEqual({
        faults: [`${REPOSITORY}: ${NO_RULESET}`],
        unknown: [],
      });
    expect(asked.filter((path) => path.endsWith("/protection"))).toEqual([]);
  });

  it("names the plan that a private repository needs for what it lacks", async () => {
    const ask = askStored({ [REPOSITORY]: freshRepository(REPOSITORY) });
    const { faults } = await proveProtection({ ...trusted, ask });
    expect(faults[0]).toBe(
      `${REPOSITORY}: ${NO_RULESET} (the repository is private: there this needs GitHub Team, and reviewers GitHub Enterprise)`,
    );
  });
});

describe("code owners", () => {
  const unknownOwner = { line: 6, column: 11, kind: "Unknown owner", path: ".github/CODEOWNERS", message: "…" };

  it.each([
    [
      "a file",
      undefined,
      "main: there is no CODEOWNERS, so nobody owns anything; write .github/CODEOWNERS, with a team that may write here",
    ],
    [
      "owners that GitHub knows",
      [unknownOwner, { ...unknownOwner, line: 9 }],
      ".github/CODEOWNERS, line 6: Unknown owner, and 1 more, so nobody owns what stands there; an owner must exist, be visible and may write here (gh api repos/mmrv/mmrv-infrastructure/codeowners/errors)",
    ],
    [
      "an answer, at a desk",
      403,
      "main: GitHub does not say whether CODEOWNERS names anybody (403: Resource not accessible by integration)",
    ],
  ])("are not proved without %s", async (_, codeowners, fault) => {
    const change = (repository: StoredRepositories[string]) => ({ ...repository, codeowners }) as typeof repository;
    expect(await faultsAfter(change)).toEqual([`${REPOSITORY}: ${fault}`]);
  });

  it("are unknown to a workflow whose token may not read them", async () => {
    const stored = guardedStore(trusted);
    const hidden = { ...stored[REPOSITORY], codeowners: 403 } as StoredRepositories[string];
    const ask = askStored({ ...stored, [REPOSITORY]: hidden });
    expect(await proveProtection({ ...trusted, ask, tokenOf: REPOSITORY })).toEqual({
      faults: [],
      unknown: [
        `${REPOSITORY}: main: GitHub does not say whether CODEOWNERS names anybody (403: Resource not accessible by integration)`,
      ],
    });
  });

  it("are asked for in every repository whose environments are trusted", async () => {
    const of = trustedIn(answered(staging));
    const stored = guardedStore(of);
    const asked: string[] = [];
    const ask = (path: string) => {
      asked.push(path);
      return askStored(stored)(path);
    };
    await proveProtection({ ...of, ask });
    expect(asked.filter((path) => path.includes("codeowners"))).toEqual(
      of.repositories.map(({ repository }) => `repos/${repository}/codeowners/errors?ref=main`),
    );
  });
});

describe("the name of a repository", () => {
  it("is the one that it has now: the old one may be anybody's", async () => {
    expect(await faultsAfter((repository) => ({ ...repository, full_name: "mmrv/platform" }))).toEqual([
      `${REPOSITORY}: is mmrv/platform now, and the old name may be anybody's; write the new one under gitHub, with ownerId 5 and repositoryId 7`,
    ]);
  });

  it("goes with its ids where its tokens name them: made, renamed or transferred after 15 July 2026", async () => {
    const sub = { use_default: true, use_immutable_subject: true };
    expect(await faultsAfter((repository) => ({ ...repository, sub }))).toEqual([
      `${REPOSITORY}: its tokens name ids; write ownerId 5 and repositoryId 7 under gitHub`,
    ]);
    const gitHub = { ...answered(production).gitHub, ownerId: 5 };
    const infrastructure = { ...gitHub.infrastructure, repositoryId: 7 };
    const withIds = trustedIn({ ...answered(production), gitHub: { ...gitHub, infrastructure } });
    expect(await faultsAfter((repository) => ({ ...repository, sub }), withIds)).toEqual([]);
    expect(await faultsAfter((repository) => ({ ...repository, id: 8, sub }), withIds)).toEqual([
      `${REPOSITORY}: another repository has this name now: ownerId is 5, and repositoryId 8`,
    ]);
  });

  it("is all that its tokens say", async () => {
    const sub = { use_default: false, use_immutable_subject: false };
    expect(await faultsAfter((repository) => ({ ...repository, sub }))).toEqual([
      `${REPOSITORY}: its tokens name themselves in a way of their own (use_default is false), which Azure does not trust`,
    ]);
  });
});

describe("whoever may not see a repository", () => {
  const of = trustedIn(answered(staging));
  const { "mmrv/mmrv-infrastructure": own, "mmrv/mmrv-backend": backend } = guardedStore(of);
  const ask = askStored({ [REPOSITORY]: own, "mmrv/mmrv-backend": backend } as StoredRepositories);

  it("is told so at a desk", async () => {
    expect(await proveProtection({ ...of, ask })).toEqual({
      faults: [
        "mmrv/mmrv-frontend: GitHub does not show it (404: Not Found); there is none of this name, or who is logged in may not see it",
      ],
      unknown: [],
    });
  });

  it("stops no workflow, whose token sees its own repository alone", async () => {
    expect(await proveProtection({ ...of, ask, tokenOf: REPOSITORY })).toEqual({
      faults: [],
      unknown: [
        "mmrv/mmrv-frontend: the token of this workflow sees mmrv/mmrv-infrastructure alone, so what guards staging there is not proved",
      ],
    });
    const { faults } = await proveProtection({ ...of, ask: askStored({}), tokenOf: REPOSITORY });
    expect(faults).toEqual([expect.stringMatching(/^mmrv\/mmrv-infrastructure: GitHub does not show it/)]);
  });
});

describe("what a merge waits for", () => {
  /** As GitHub shows the jobs of a workflow. */
  const checksIn = (file: string, ids?: readonly string[]) =>
    Object.entries(workflow(file).jobs)
      .filter(([id]) => ids?.includes(id) ?? true)
      .map(([id, job]) => job.name ?? id);

  it("are the jobs that the workflows have, in a merge queue too", () => {
    const { repositories } = trustedIn(answered(staging));
    expect(repositories.map(({ checks }) => checks)).toEqual([
      checksIn(".github/workflows/ci.yml"),
      checksIn("examples/workflows/backend.yml", ["test"]),
      checksIn("examples/workflows/frontend.yml", ["test"]),
    ]);
    for (const file of [
      ".github/workflows/ci.yml",
      "examples/workflows/backend.yml",
      "examples/workflows/frontend.yml",
    ])
      expect(Object.keys(workflow(file).on), file).toEqual(expect.arrayContaining(["pull_request", "merge_group"]));
  });
});

describe("a branch that Flux reads", () => {
  const gitOps = { via: "deployKey", delivery: {} } as const;
  const ofFlux = trustedIn({ ...answered(production), gitOps });

  it("is guarded by rules of its own, which main's are not, and is not asked about without GitOps", async () => {
    expect(await faultsAfter((repository) => repository, ofFlux)).toEqual([]);
    const onlyMain = (repository: StoredRepositories[string]) => ({
      ...repository,
      rulesets: repository.rulesets.filter(({ name }) => name === "mmrv main"),
    });
    expect(await faultsAfter(onlyMain, ofFlux)).toEqual([
      `${REPOSITORY}: deployed/production: whoever may write may make it`,
      `${REPOSITORY}: deployed/production: whoever may write may move it, and so deploy what nobody approved`,
      `${REPOSITORY}: deployed/production: whoever may write may take it away`,
    ]);
    expect(await faultsAfter(onlyMain)).toEqual([]);
  });

  it("is asked about once for all environments of one repository", () => {
    const environments = [answered(staging), answered(production)].map((environment) => ({ ...environment, gitOps }));
    expect(trustedByBootstrap(environments).repositories.map(({ deployed }) => deployed)).toEqual([
      ["deployed/staging", "deployed/production"],
    ]);
  });
});
