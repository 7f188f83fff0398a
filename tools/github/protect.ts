import type { Environment } from "../../model/environment";
import { commandLine, quoted } from "../shell";
import { type GuardedRepository, type Place, trustedIn } from "./trusted";

/** Commands for a shell, with comments; nothing in them is secret. */
export type Lines = readonly string[];

/** A ruleset of ours: by its name it is found, and brought up to date a second time. */
interface Ruleset {
  readonly name: string;
  /** Who need not keep its rules. */
  readonly bypass_actors: readonly object[];
  readonly include: readonly string[];
  readonly rules: readonly object[];
}

/** The secret of a GitHub environment with the key that moves the branch which Flux reads. */
export const BRANCH_KEY = "DEPLOYED_BRANCH_KEY";

/** GitHub Actions itself: whoever else reports a check of the same name is not believed (api.github.com/apps/github-actions). */
export const GITHUB_ACTIONS = 15368;

/** What main asks of a pull request. Source of the names: docs.github.com/rest/repos/rules. */
export const REVIEW = {
  required_approving_review_count: 1,
  dismiss_stale_reviews_on_push: true,
  require_code_owner_review: true,
  require_last_push_approval: true,
} as const;

/**
 * What makes GitHub guard what an environment's identities are trusted to, from names alone: there is no state yet, and
 * must not be one before. Comments hold no quote, bracket or semicolon: a shell that takes no comments when somebody types,
 * such as zsh, would act on them.
 */
export function protectionLines(environment: Environment): Lines {
  const { gitHub, name } = environment;
  const { places, repositories } = trustedIn(environment);
  return [
    `# ${name}: GitHub first, then the identities that trust it`,
    "# Log in with gh auth login as somebody who administers the repositories, and set a variable first:",
    `#   REVIEWERS_TEAM_ID is the team that approves: gh api orgs/${gitHub.owner}/teams/TEAM --jq .id`,
    "# In a private repository branches need GitHub Team and reviewers GitHub Enterprise. Without it gh says so, with 403 or 422.",
    ...repositories.flatMap((guarded) => [
      "",
      `# ${guarded.repository}, main: by pull request, reviewed and checked`,
      rulesetLine(guarded.repository, rulesOfMain(guarded)),
      ...places.filter(({ repository }) => repository === guarded.repository).flatMap(placeLines),
      ...guarded.deployed.flatMap((branch) => branchLines(guarded, branch, name)),
    ]),
    "",
    `# Then, to see that it holds: npx mmrv pipeline protect ${name} --check`,
  ];
}

const rulesOfMain = ({ checks }: GuardedRepository): Ruleset => ({
  name: "mmrv main",
  bypass_actors: [],
  include: ["~DEFAULT_BRANCH", "refs/heads/main"],
  rules: [
    { type: "deletion" },
    { type: "non_fast_forward" },
    { type: "pull_request", parameters: { ...REVIEW, required_review_thread_resolution: false } },
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: checks.map((context) => ({ context, integration_id: GITHUB_ACTIONS })),
      },
    },
  ],
});

const DEPLOYED = ["refs/heads/deployed/*"];

/**
 * Whoever moves the branch deploys, so nobody may but who has a key that writes. GitHub lets a workflow's own token around no
 * ruleset, and if it did, a workflow on anybody's branch could have one; the key is a secret of an environment that lets in main
 * alone and is approved. docs.github.com/rest/repos/rules: of DeployKey actor_id is null, so every key that writes may.
 */
const RULES_OF_DEPLOYED: readonly Ruleset[] = [
  {
    name: "mmrv deployed",
    bypass_actors: [{ actor_id: null, actor_type: "DeployKey", bypass_mode: "always" }],
    include: DEPLOYED,
    rules: [{ type: "creation" }, { type: "update" }, { type: "non_fast_forward" }],
  },
  // Not even the key: Flux would have nothing to read.
  { name: "mmrv deployed stays", bypass_actors: [], include: DEPLOYED, rules: [{ type: "deletion" }] },
];

function rulesetLine(repository: string, { include, name, ...more }: Ruleset): string {
  const rulesets = `repos/${repository}/rulesets`;
  const known = commandLine("gh", "api", rulesets, "--jq", `.[] | select(.name == "${name}") | .id`);
  const body = JSON.stringify({
    name,
    target: "branch",
    enforcement: "active",
    bypass_actors: more.bypass_actors,
    conditions: { ref_name: { include, exclude: [] } },
    rules: more.rules,
  });
  return `ruleset=$(${known}) && gh api "${rulesets}\${ruleset:+/$ruleset}" --method "$([ -n "$ruleset" ] && echo PUT || echo POST)" --silent --input - <<<${quoted(body)}`;
}

/**
 * The key never leaves the folder that is removed at the end, but for the secret, which is set first: where the key is, so is
 * the secret. To replace it, delete it on GitHub first.
 */
function branchLines({ repository }: GuardedRepository, branch: string, environment: string): string[] {
  const keys = `repos/${repository}/keys`;
  const isThere = `${commandLine("gh", "api", keys, "--jq", ".[].title")} | grep -qxF ${quoted(branch)}`;
  const make = `ssh-keygen -q -t ed25519 -N '' -C ${quoted(branch)} -f "$folder/key"`;
  const add = `gh api ${quoted(keys)} --method POST --silent -f title=${quoted(branch)} -F read_only=false -f key="$(cat "$folder/key.pub")"`;
  const keep = `${commandLine("gh", "secret", "set", BRANCH_KEY, "--repo", repository, "--env", environment)} <"$folder/key"`;
  return [
    `# ${repository}, ${branch}: moved by jobs of the environment ${environment}, by a key that writes, and by nobody else`,
    ...RULES_OF_DEPLOYED.map((ruleset) => rulesetLine(repository, ruleset)),
    `${isThere} || { folder=$(mktemp -d) && ${make} && ${keep} && ${add}; rm -rf "$folder"; }`,
  ];
}

/**
 * An environment that GitHub made by itself, because a workflow named it first, has no rules, and one that lacks a rule is
 * as open: both are made anew. What somebody protected as it must be is left as it is.
 */
function placeLines({ does, environment, isReviewed, lets, repository }: Place): string[] {
  const api = `repos/${repository}/environments/${environment}`;
  const isGuarded = isReviewed
    ? '.can_admins_bypass == false and ([.protection_rules[] | select(.type == "branch_policy" or (.type == "required_reviewers" and .prevent_self_review))] | length == 2)'
    : 'any(.protection_rules[]; .type == "branch_policy")';
  // Nobody approves what they started, nor starts it unapproved; the id stands outside the quotes, for the shell. The
  // second key is in no page of GitHub's, and is taken (google/go-github#2725, integrations/terraform-provider-github).
  const reviewers = `"prevent_self_review":true,"can_admins_bypass":false,"reviewers":[{"type":"Team","id":'"\${REVIEWERS_TEAM_ID:?set it first}"'}],`;
  const branches = '"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}';
  const body = `'{${isReviewed ? reviewers : ""}${branches}}'`;
  const policies = lets.map((ref) =>
    commandLine("gh", "api", `${api}/deployment-branch-policies`, "--method", "POST", "--silent", "-f", `name=${ref}`),
  );
  return [
    `# ${repository}, ${environment}: ${does}`,
    `${commandLine("gh", "api", api, "--jq", isGuarded)} 2>/dev/null | grep -qx true || { gh api ${quoted(api)} --method PUT --silent --input - <<<${body} && { ${policies.join("; ")}; }; }`,
  ];
}
