import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AskGitHub } from "../../tools/github/call-gh";
import { GITHUB_ACTIONS, REVIEW } from "../../tools/github/protect";
import type { Trusted } from "../../tools/github/trusted";

interface StoredEnvironment {
  readonly deployment_branch_policy: {
    readonly custom_branch_policies?: boolean;
    readonly protected_branches?: boolean;
  } | null;
  readonly protection_rules: readonly {
    readonly type: string;
    readonly prevent_self_review?: boolean;
    readonly reviewers?: readonly unknown[];
  }[];
  readonly can_admins_bypass?: boolean;
  readonly branch_policies: readonly { readonly name: string; readonly type: string }[];
}

interface StoredRule {
  readonly type: string;
  readonly parameters?: object;
}

interface StoredRepository {
  readonly id: number;
  readonly owner: { readonly id: number };
  readonly full_name: string;
  readonly visibility: string;
  readonly environments: Readonly<Record<string, StoredEnvironment>>;
  readonly rulesets: readonly {
    readonly id: number;
    readonly name: string;
    readonly rules: readonly StoredRule[];
    /** @default main alone */
    readonly conditions?: { readonly ref_name: { readonly include: readonly string[] } };
  }[];
  readonly keys?: readonly { readonly title: string; readonly read_only: boolean }[];
  /** What GitHub finds wrong in CODEOWNERS; undefined where there is no such file, or the status with which it says nothing. */
  readonly codeowners?: readonly object[] | number;
  /** What its tokens say; undefined where the answer is 404. */
  readonly sub?: object;
}

export type StoredRepositories = Readonly<Record<string, StoredRepository>>;

/**
 * `gh api` over repositories in a file, with what GitHub answers where the plan of a private repository has too little:
 * 403 for rules of branches on Free (github/branch-deploy#345), 422 for branches of an environment on Free and for
 * reviewers below Enterprise (integrations/terraform-provider-github#1262, backstage/backstage#28977), and 303 for a
 * policy that is there.
 */
/** The rules of a branch, by what its rulesets say of names; a star at the end stands for one word. */
const rulesOf = (repository: Pick<StoredRepository, "rulesets">, rest: string): readonly StoredRule[] => {
  const branch = `refs/heads/${decodeURIComponent(rest.slice("/rules/branches/".length))}`;
  const of = (pattern: string) =>
    pattern === branch || (pattern.endsWith("/*") && branch.startsWith(pattern.slice(0, -1)));
  return repository.rulesets.flatMap(({ conditions, rules }) =>
    (conditions?.ref_name.include ?? ["refs/heads/main"]).some(of) ? rules : [],
  );
};

const PROGRAM = `
const rulesOf = ${rulesOf};
const { execFileSync } = require("node:child_process");
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const { plan, repositories } = JSON.parse(readFileSync(__dirname + "/github.json", "utf8"));
const words = process.argv.slice(2);
const option = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
const refuse = (message, status) => {
  console.error("gh: " + message + " (HTTP " + status + ")");
  process.exit(1);
};
if (process.env.GH_LOGGED_OUT) {
  console.error("To get started with GitHub CLI, please run:  gh auth login");
  process.exit(4);
}
const [command, address] = words;
const input = words.includes("--input") ? readFileSync(0, "utf8") : undefined;
appendFileSync(__dirname + "/calls", JSON.stringify({ words, input }) + "\\n");
if (command !== "api") process.exit(0);
const method = option("--method") ?? "GET";
const [path] = address.split("?");
const [, name, rest = ""] = /^repos\\/([^/]+\\/[^/]+)(\\/.*)?$/.exec(path) ?? [];
const repository = repositories[name];
if (!repository) refuse("Not Found", 404);
const body = input === undefined ? {} : JSON.parse(input);
const isPrivate = repository.visibility !== "public";
let answer;
const [, at, policies] = /^\\/environments\\/([^/]+)(\\/deployment-branch-policies)?$/.exec(rest) ?? [];
const environment = repository.environments[at];
if (rest === "") answer = repository;
else if (/^\\/(rulesets|rules\\/)/.test(rest) && isPrivate && plan === "free")
  refuse("Upgrade to GitHub Pro or make this repository public to enable this feature.", 403);
else if (at && method !== "PUT" && !environment) refuse("Not Found", 404);
else if (at && policies && method === "POST") {
  const policy = option("-f").slice("name=".length);
  if (environment.branch_policies.some((one) => one.name === policy)) refuse("See Other", 303);
  environment.branch_policies.push({ name: policy, type: "branch" });
} else if (at && policies) answer = { branch_policies: environment.branch_policies };
else if (at && method === "PUT") {
  if (body.deployment_branch_policy && isPrivate && plan === "free")
    refuse("Fail to create protected rule, please ensure billing plan include protected branch gate.", 422);
  if (body.reviewers && isPrivate && plan !== "enterprise")
    refuse("Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers protection rule.", 422);
  // Whoever says nothing lets them.
  const { can_admins_bypass = true, deployment_branch_policy = null, prevent_self_review, reviewers } = body;
  repository.environments[at] = {
    can_admins_bypass,
    deployment_branch_policy,
    branch_policies: environment?.branch_policies ?? [],
    protection_rules: [
      ...(reviewers ? [{ type: "required_reviewers", prevent_self_review, reviewers }] : []),
      ...(deployment_branch_policy ? [{ type: "branch_policy" }] : []),
    ],
  };
} else if (at) answer = environment;
else if (rest === "/rulesets" && method === "POST") repository.rulesets.push({ id: repository.rulesets.length + 1, ...body });
else if (rest === "/rulesets") answer = repository.rulesets;
else if (/^\\/rulesets\\/\\d+$/.test(rest)) {
  const index = repository.rulesets.findIndex(({ id }) => rest.endsWith("/" + id));
  repository.rulesets[index] = { id: index + 1, ...body };
} else if (rest.startsWith("/rules/branches/")) answer = rulesOf(repository, rest);
else if (rest === "/keys" && method === "POST") {
  const fields = Object.fromEntries(words.filter((word, at) => ["-f", "-F"].includes(words[at - 1])).map((word) => word.split(/=(.*)/s)));
  if (fields.read_only !== "false" || !fields.key.startsWith("ssh-ed25519 ")) refuse("Validation Failed", 422);
  repository.keys = [...(repository.keys ?? []), { title: fields.title, read_only: false }];
} else if (rest === "/keys") answer = repository.keys ?? [];
else if (rest === "/codeowners/errors" && repository.codeowners) answer = { errors: repository.codeowners };
else if (rest === "/actions/oidc/customization/sub" && repository.sub) answer = repository.sub;
else refuse("Not Found", 404);
if (method !== "GET") writeFileSync(__dirname + "/github.json", JSON.stringify({ plan, repositories }));
if (answer && option("--jq")) process.stdout.write(execFileSync("jq", ["-r", option("--jq")], { input: JSON.stringify(answer) }));
else if (answer) console.log(JSON.stringify(answer));
`;

/** A repository that nobody has set up. */
export const freshRepository = (full_name: string, change: Partial<StoredRepository> = {}): StoredRepository => ({
  id: 7,
  owner: { id: 5 },
  full_name,
  visibility: "private",
  environments: {},
  rulesets: [],
  ...change,
});

/**
 * Puts a `gh` into bin/ of a folder that keeps repositories in a file beside it.
 * @param plan the owner's, which counts for what is private
 */
export function gitHubRepositories(
  folder: string,
  names: readonly string[],
  plan: "free" | "team" | "enterprise" = "enterprise",
  change: Partial<StoredRepository> = {},
) {
  const bin = join(folder, "bin");
  const file = (name: string) => join(bin, name);
  const repositories = Object.fromEntries(names.map((name) => [name, freshRepository(name, change)]));
  mkdirSync(bin, { recursive: true });
  writeFileSync(file("gh"), '#!/bin/sh\nexec node "$(dirname "$0")/gh.cjs" "$@"\n', { mode: 0o700 });
  writeFileSync(file("gh.cjs"), PROGRAM);
  writeFileSync(file("calls"), "");
  writeFileSync(file("github.json"), JSON.stringify({ plan, repositories }));
  return {
    bin,
    /** Puts others in their place. */
    store: (repositories: StoredRepositories) =>
      writeFileSync(file("github.json"), JSON.stringify({ plan, repositories })),
    stored: (): StoredRepositories => JSON.parse(readFileSync(file("github.json"), "utf8")).repositories,
    calls: (): { readonly words: readonly string[]; readonly input?: string }[] =>
      readFileSync(file("calls"), "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

/** The same answers without a process. */
export function askStored(repositories: StoredRepositories): AskGitHub {
  return async (address) => {
    const [path = ""] = address.split("?");
    const [, name = "", rest = ""] = /^repos\/([^/]+\/[^/]+)(.*)$/.exec(path) ?? [];
    const repository = repositories[name];
    const [, at = "", policies] = /^\/environments\/([^/]+)(\/deployment-branch-policies)?$/.exec(rest) ?? [];
    const environment = repository?.environments[at];
    const codeowners = repository?.codeowners;
    if (rest === "/codeowners/errors" && typeof codeowners === "number")
      return { is: "refusal", status: codeowners, says: "Resource not accessible by integration" };
    const value =
      rest === ""
        ? repository
        : rest.startsWith("/rules/branches/")
          ? repository && rulesOf(repository, rest)
          : rest === "/actions/oidc/customization/sub"
            ? repository?.sub
            : rest === "/codeowners/errors"
              ? codeowners && { errors: codeowners }
              : policies
                ? environment && { branch_policies: environment.branch_policies }
                : environment;
    return value === undefined ? { is: "refusal", status: 404, says: "Not Found" } : { is: "answer", value };
  };
}

/** Repositories that are guarded as they must be. */
export function guardedStore({ places, repositories }: Trusted): StoredRepositories {
  const guarded = repositories.map(({ checks, deployed, repository }) => {
    const own = places.filter((place) => place.repository === repository);
    const rules = [
      { type: "pull_request", parameters: REVIEW },
      {
        type: "required_status_checks",
        parameters: { required_status_checks: checks.map((context) => ({ context, integration_id: GITHUB_ACTIONS })) },
      },
    ];
    const environments = own.map(({ environment, isReviewed, lets }) => [
      environment,
      {
        deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
        branch_policies: lets.map((name) => ({ name, type: "branch" })),
        can_admins_bypass: !isReviewed,
        protection_rules: isReviewed
          ? [{ type: "required_reviewers", prevent_self_review: true, reviewers: [{ type: "Team", id: 42 }] }]
          : [],
      },
    ]);
    const change = {
      environments: Object.fromEntries(environments),
      rulesets: [
        { id: 1, name: "mmrv main", rules },
        ...deployed.map((branch) => ({
          id: 2,
          name: "mmrv deployed",
          conditions: { ref_name: { include: [`refs/heads/${branch}`] } },
          rules: [{ type: "creation" }, { type: "update" }, { type: "deletion" }],
        })),
      ],
      codeowners: [],
    };
    return [repository, freshRepository(repository, change)];
  });
  return Object.fromEntries(guarded);
}
