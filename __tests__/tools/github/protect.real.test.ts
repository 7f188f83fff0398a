import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { protect } from "../../../tools/cli/pipeline";
import { protectionLines } from "../../../tools/github/protect";
import { production } from "../../support/fixtures/environments/production";
import { staging } from "../../support/fixtures/environments/staging";
import { gitHubRepositories } from "../../support/github-repositories";
import { answered } from "../../support/small-stack";

const REPOSITORIES = ["mmrv/mmrv-infrastructure", "mmrv/mmrv-backend", "mmrv/mmrv-frontend"];

let root = "";
let printed: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "mmrv-protect-"));
  printed = [];
  for (const stream of ["log", "error"] as const)
    vi.spyOn(console, stream).mockImplementation((line) => void printed.push(String(line)));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

const withGitHub = (...[plan, change]: [plan?: "free" | "team" | "enterprise", change?: object]) => {
  const gitHub = gitHubRepositories(root, REPOSITORIES, plan, { codeowners: [], ...change });
  vi.stubEnv("PATH", `${gitHub.bin}${delimiter}${process.env["PATH"]}`);
  vi.stubEnv("GITHUB_ACTIONS", "");
  return gitHub;
};

/** What a shell says into which all that is printed for an environment is pasted. */
function paste(environment: typeof staging, env: Record<string, string> = { REVIEWERS_TEAM_ID: "42" }): string {
  const { stdout, stderr } = spawnSync("bash", [], {
    input: protectionLines(environment).join("\n"),
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, REVIEWERS_TEAM_ID: undefined, ...env } as NodeJS.ProcessEnv,
  });
  return stdout + stderr;
}

describe("mmrv pipeline protect", () => {
  it("prints, from names alone, what guards every place that is trusted: pasted once or twice, and the check holds", async () => {
    const gitHub = withGitHub();
    for (const environment of [answered(staging), answered(production), answered(staging)])
      expect(paste(environment)).toBe("");
    const branches = (...names: string[]) => ({
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
      branch_policies: names.map((name) => ({ name, type: "branch" })),
    });
    const team = { type: "required_reviewers", prevent_self_review: true, reviewers: [{ type: "Team", id: 42 }] };
    const open = {
      ...branches("main", "refs/pull/*/merge"),
      can_admins_bypass: true,
      protection_rules: [{ type: "branch_policy" }],
    };
    const reviewed = {
      ...branches("main"),
      can_admins_bypass: false,
      protection_rules: [team, { type: "branch_policy" }],
    };
    const unreviewed = { ...branches("main"), can_admins_bypass: true, protection_rules: [{ type: "branch_policy" }] };
    const stored = gitHub.stored();
    expect(REPOSITORIES.map((name) => stored[name]?.environments)).toEqual([
      {
        "staging-plan": open,
        staging: reviewed,
        "production-plan": open,
        production: reviewed,
        "production-promote": reviewed,
      },
      // What they propose is reviewed here.
      { staging: unreviewed },
      { staging: unreviewed },
    ]);
    const check = (context: string) => ({ context, integration_id: 15368 });
    const main = (...checks: string[]) => [
      {
        id: 1,
        name: "mmrv main",
        target: "branch",
        enforcement: "active",
        bypass_actors: [],
        conditions: { ref_name: { include: ["~DEFAULT_BRANCH", "refs/heads/main"], exclude: [] } },
        rules: [
          { type: "deletion" },
          { type: "non_fast_forward" },
          {
            type: "pull_request",
            parameters: {
              required_approving_review_count: 1,
              dismiss_stale_reviews_on_push: true,
              require_code_owner_review: true,
              require_last_push_approval: true,
              required_review_thread_resolution: false,
            },
          },
          {
            type: "required_status_checks",
            parameters: { strict_required_status_checks_policy: false, required_status_checks: checks.map(check) },
          },
        ],
      },
    ];
    expect(REPOSITORIES.map((name) => stored[name]?.rulesets)).toEqual([
      main("check, test, rehearse", "the history of cutovers", "the oldest Node.js"),
      main("test"),
      main("test"),
    ]);
    expect(await protect(answered(staging), true)).toBe(0);
    expect(await protect(answered(production), true)).toBe(0);
    expect(printed).toEqual([
      "staging: GitHub guards all that it trusts",
      "production: GitHub guards all that it trusts",
    ]);
  });

  it("lets a key alone move the branch that Flux reads, keeps it as a secret of the environment, and makes no second one", async () => {
    const gitHub = withGitHub();
    const environment = { ...answered(staging), gitOps: { via: "deployKey", delivery: {} } } as const;
    expect([paste(environment), paste(environment)]).toEqual(["", ""]);
    const { keys, rulesets } = gitHub.stored()["mmrv/mmrv-infrastructure"] ?? {};
    expect(keys).toEqual([{ title: "deployed/staging", read_only: false }]);
    const ofDeployed = {
      target: "branch",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/deployed/*"], exclude: [] } },
    };
    expect(rulesets?.slice(1)).toEqual([
      {
        ...ofDeployed,
        id: 2,
        name: "mmrv deployed",
        bypass_actors: [{ actor_id: null, actor_type: "DeployKey", bypass_mode: "always" }],
        rules: [{ type: "creation" }, { type: "update" }, { type: "non_fast_forward" }],
      },
      { ...ofDeployed, id: 3, name: "mmrv deployed stays", bypass_actors: [], rules: [{ type: "deletion" }] },
    ]);
    const secrets = gitHub.calls().filter(({ words }) => words[0] === "secret");
    expect(secrets.map(({ words }) => words.join(" "))).toEqual([
      "secret set DEPLOYED_BRANCH_KEY --repo mmrv/mmrv-infrastructure --env staging",
    ]);
    expect(await protect(environment, true)).toBe(0);
  });

  it("guards an environment that GitHub made by itself, and one where whoever starts a job may approve it", () => {
    const half = {
      deployment_branch_policy: { custom_branch_policies: true },
      branch_policies: [{ name: "main", type: "branch" }],
      protection_rules: [
        { type: "branch_policy" },
        { type: "required_reviewers", prevent_self_review: false, reviewers: [1] },
      ],
    };
    const none = { deployment_branch_policy: null, branch_policies: [], protection_rules: [] };
    const gitHub = withGitHub("enterprise", { environments: { staging: half, "staging-plan": none } });
    // The policy is there: GitHub says so, and nothing is lost.
    expect(paste(answered(staging))).toBe("gh: See Other (HTTP 303)\n");
    const { environments } = gitHub.stored()["mmrv/mmrv-infrastructure"] ?? {};
    expect(environments?.["staging"]?.protection_rules[0]).toMatchObject({ prevent_self_review: true });
    expect(environments?.["staging-plan"]?.branch_policies).toHaveLength(2);
  });

  it("makes nothing that deploys without reviewers: a shell stops at what was not set", () => {
    const gitHub = withGitHub();
    expect(paste(answered(staging), {})).toContain("REVIEWERS_TEAM_ID: set it first");
    expect(gitHub.stored()["mmrv/mmrv-infrastructure"]?.environments["staging"]).toBeUndefined();
  });

  it.each([
    [
      "free",
      /Upgrade to GitHub Pro or make this repository public to enable this feature\. \(HTTP 403\)[\s\S]*protected branch gate\. \(HTTP 422\)/,
    ],
    ["team", /^gh: Failed to create .* supports the required reviewers protection rule\. \(HTTP 422\)$/m],
  ] as const)("says at once that the plan %s of a private repository has too little", async (plan, says) => {
    withGitHub(plan);
    expect(paste(answered(staging))).toMatch(says);
    expect(await protect(answered(staging), true)).toBe(1);
    const needed = " (the repository is private: there this needs GitHub Team, and reviewers GitHub Enterprise)";
    expect(printed[0]).toBe(
      plan === "free"
        ? `mmrv/mmrv-infrastructure: main: GitHub says nothing of its rules (403: Upgrade to GitHub Pro or make this repository public to enable this feature.)${needed}`
        : `mmrv/mmrv-infrastructure: environment staging: there is none, so GitHub makes it, open to every branch, for whoever names it first${needed}`,
    );
  });

  it("asks what is still open before it prints anything", async () => {
    await expect(protect(staging, false)).rejects.toThrow(
      /^staging: 4 values in environments\/staging\.ts are still markers/,
    );
    expect(printed).toEqual([]);
  });

  it("says how to log in when nobody is", async () => {
    withGitHub();
    vi.stubEnv("GH_LOGGED_OUT", "1");
    await expect(protect(answered(staging), true)).rejects.toThrow(
      "gh api: To get started with GitHub CLI, please run: gh auth login",
    );
  });

  it("writes comments that a shell without comments would not act on", () => {
    const comments = [staging, production].flatMap((environment) =>
      protectionLines({ ...answered(environment), gitOps: { via: "deployKey", delivery: {} } }).filter((line) =>
        line.startsWith("#"),
      ),
    );
    expect(comments.length).toBeGreaterThan(15);
    expect(comments.filter((line) => /['"`;&|<>$()]/.test(line))).toEqual([]);
  });
});
