import { printable } from "../../model/printable";
import { type Answer, type AskGitHub, told } from "./call-gh";
import { codeOwners } from "./code-owners";
import { GITHUB_ACTIONS, REVIEW } from "./protect";
import type { GuardedRepository, Place, Trusted } from "./trusted";

/** What GitHub says of what guards a set of places. */
export interface Proof {
  /** What is open, each in a line. */
  readonly faults: readonly string[];
  /** What nobody may say here, each in a line. */
  readonly unknown: readonly string[];
}

interface Question extends Trusted {
  readonly ask: AskGitHub;
  /**
   * The repository that a workflow's token is of, as owner/name: it sees no other, so what others hide from it is unknown
   * and no fault.
   */
  readonly tokenOf?: string;
}

/** Asks whether branches, reviewers and reviews stand before every place, as the commands of protect.ts set them up. */
export async function proveProtection({ ask, places, repositories, tokenOf }: Question): Promise<Proof> {
  const faults: string[] = [];
  const unknown: string[] = [];
  for (const guarded of repositories) {
    const { repository } = guarded;
    const own = places.filter((place) => place.repository === repository);
    const found = await ask(`repos/${repository}`);
    if (found.is === "refusal") {
      const isOthers = tokenOf !== undefined && tokenOf.toLowerCase() !== repository.toLowerCase();
      (isOthers ? unknown : faults).push(
        isOthers
          ? `${repository}: the token of this workflow sees ${tokenOf} alone, so what guards ${listOf(own)} there is not proved`
          : `${repository}: GitHub does not show it (${told(found)}); there is none of this name, or who is logged in may not see it`,
      );
      continue;
    }
    const { visibility } = found.value as { readonly visibility?: string };
    // Those who read it next want to know why they cannot mend it.
    const plan =
      visibility === "public"
        ? ""
        : ` (the repository is ${printable(visibility ?? "private")}: there this needs GitHub Team, and reviewers GitHub Enterprise)`;
    faults.push(...(await renamed(guarded, found.value, ask)));
    const ofMain = await mainFaults(guarded, ask);
    const ofDeployed = (
      await Promise.all(guarded.deployed.map((branch) => deployedFaults(branch, guarded, ask)))
    ).flat();
    const ofPlaces = (await Promise.all(own.map((place) => placeFaults(place, ask)))).flat();
    faults.push(...[...ofMain, ...ofDeployed, ...ofPlaces].map((fault) => `${repository}: ${fault}${plan}`));
    const owned = await codeOwners(repository, tokenOf !== undefined, ask);
    faults.push(...owned.faults.map((fault) => `${repository}: ${fault}`));
    unknown.push(...owned.unknown.map((line) => `${repository}: ${line}`));
  }
  return { faults, unknown };
}

const listOf = (places: readonly Place[]) => places.map(({ environment }) => environment).join(", ");

/**
 * Azure compares names letter by letter, and a name that nobody has any more can be somebody else's tomorrow. A repository
 * that was made, renamed or transferred after 15 July 2026 has ids in its tokens:
 * docs.github.com/actions/reference/security/oidc, "Immutable subject claims".
 */
async function renamed({ ids, repository }: GuardedRepository, value: unknown, ask: AskGitHub): Promise<string[]> {
  const { full_name, id, owner } = value as {
    readonly full_name?: string;
    readonly id?: number;
    readonly owner?: { readonly id?: number };
  };
  if (full_name !== repository)
    return [
      `${repository}: is ${printable(full_name ?? "nothing")} now, and the old name may be anybody's; write the new one under gitHub, with ownerId ${owner?.id} and repositoryId ${id}`,
    ];
  if (ids.owner !== undefined && ids.repository !== undefined)
    return ids.owner === owner?.id && ids.repository === id
      ? []
      : [`${repository}: another repository has this name now: ownerId is ${owner?.id}, and repositoryId ${id}`];
  const template = await ask(`repos/${repository}/actions/oidc/customization/sub`);
  if (template.is === "refusal") return [];
  const { use_default, use_immutable_subject } = template.value as {
    readonly use_default?: boolean;
    readonly use_immutable_subject?: boolean;
  };
  return [
    ...(use_default === false
      ? [
          `${repository}: its tokens name themselves in a way of their own (use_default is false), which Azure does not trust`,
        ]
      : []),
    ...(use_immutable_subject === true
      ? [`${repository}: its tokens name ids; write ownerId ${owner?.id} and repositoryId ${id} under gitHub`]
      : []),
  ];
}

interface Rule {
  readonly type?: string;
  readonly parameters?: Partial<Record<keyof typeof REVIEW, number | boolean>> & {
    readonly required_status_checks?: readonly { readonly context?: string; readonly integration_id?: number }[];
  };
}

/** What a person reads of each part of a review that is not asked for. */
const UNASKED: Readonly<Record<keyof typeof REVIEW, string>> = {
  required_approving_review_count: "main: a pull request needs no approval",
  dismiss_stale_reviews_on_push: "main: an approval outlives the commits that come after it",
  require_code_owner_review: "main: code owners need not approve what is theirs",
  require_last_push_approval: "main: whoever pushed last may approve it",
};

/** Branch protection of before the rulesets is shown to administrators alone: a desk would prove what no workflow can. */
const NO_RULESET =
  "main: no ruleset asks for a pull request; classic branch protection does not count, because no workflow may read it";

async function mainFaults({ areChecksOurs, checks, repository }: GuardedRepository, ask: AskGitHub): Promise<string[]> {
  const rules = await ask(`repos/${repository}/rules/branches/main?per_page=100`);
  if (rules.is === "refusal") return [`main: GitHub says nothing of its rules (${told(rules)})`];
  const all = rules.value as readonly Rule[];
  const reviews = all.filter(({ type }) => type === "pull_request").map(({ parameters }) => parameters ?? {});
  if (reviews.length === 0) return [NO_RULESET];
  const keys = Object.keys(REVIEW) as (keyof typeof REVIEW)[];
  const awaited = all.flatMap(({ parameters, type }) =>
    type === "required_status_checks" ? (parameters?.required_status_checks ?? []) : [],
  );
  return [
    ...keys.filter((key) => !reviews.some((review) => Boolean(review[key]))).map((key) => UNASKED[key]),
    ...(areChecksOurs ? checks : []).flatMap((check) => {
      const found = awaited.filter(({ context }) => context === check);
      if (found.length === 0) return [`main: does not wait for the check "${check}"`];
      return found.some(({ integration_id }) => integration_id === GITHUB_ACTIONS)
        ? []
        : [`main: believes whoever may write that the check "${check}" passed, not GitHub Actions alone`];
    }),
  ];
}

/** What nobody may do to a branch that Flux reads but whoever may around it, and what a person reads when they may. */
const DEPLOYED: Readonly<Record<string, string>> = {
  creation: "whoever may write may make it",
  update: "whoever may write may move it, and so deploy what nobody approved",
  deletion: "whoever may write may take it away",
};

async function deployedFaults(branch: string, { repository }: GuardedRepository, ask: AskGitHub): Promise<string[]> {
  const rules = await ask(`repos/${repository}/rules/branches/${encodeURIComponent(branch)}?per_page=100`);
  if (rules.is === "refusal") return [`${branch}: GitHub says nothing of its rules (${told(rules)})`];
  const all = rules.value as readonly Rule[];
  return Object.entries(DEPLOYED).flatMap(([rule, says]) =>
    all.some(({ type }) => type === rule) ? [] : [`${branch}: ${says}`],
  );
}

interface ProtectionRule {
  readonly type?: string;
  readonly prevent_self_review?: boolean;
  readonly reviewers?: readonly unknown[];
}

async function placeFaults({ environment, isReviewed, lets, repository }: Place, ask: AskGitHub): Promise<string[]> {
  const api = `repos/${repository}/environments/${environment}`;
  const found = await ask(api);
  if (found.is === "refusal")
    return [
      found.status === 404
        ? `environment ${environment}: there is none, so GitHub makes it, open to every branch, for whoever names it first`
        : `environment ${environment}: GitHub does not show it (${told(found)})`,
    ];
  const {
    can_admins_bypass,
    deployment_branch_policy,
    protection_rules = [],
  } = found.value as {
    readonly can_admins_bypass?: boolean;
    readonly deployment_branch_policy?: { readonly custom_branch_policies?: boolean } | null;
    readonly protection_rules?: readonly ProtectionRule[];
  };
  const reviews = protection_rules.filter(
    ({ type, reviewers = [] }) => type === "required_reviewers" && reviewers.length > 0,
  );
  return [
    ...(deployment_branch_policy?.custom_branch_policies === true
      ? branchFaults(environment, lets, await ask(`${api}/deployment-branch-policies?per_page=100`))
      : [`environment ${environment}: lets in more branches than ${lets.join(" and ")}`]),
    ...(isReviewed && reviews.length === 0 ? [`environment ${environment}: nobody has to approve a job`] : []),
    ...(isReviewed && reviews.some(({ prevent_self_review }) => prevent_self_review !== true)
      ? [`environment ${environment}: whoever starts a job may approve it`]
      : []),
    // Only what waits can be forced: where nobody approves there is nothing to go around.
    ...(isReviewed && can_admins_bypass !== false
      ? [`environment ${environment}: administrators may start a job that nobody approved`]
      : []),
  ];
}

function branchFaults(environment: string, lets: readonly string[], found: Answer): string[] {
  if (found.is === "refusal") return [`environment ${environment}: GitHub does not show its branches (${told(found)})`];
  const { branch_policies = [] } = found.value as {
    readonly branch_policies?: readonly { readonly name?: string; readonly type?: string }[];
  };
  const others = branch_policies.filter(({ name = "", type }) => type === "tag" || !lets.includes(name));
  const names = others.map(({ name = "", type }) => printable(type === "tag" ? `tag ${name}` : name));
  const missing = lets.filter((ref) => !branch_policies.some(({ name, type }) => name === ref && type !== "tag"));
  return [
    ...(names.length > 0
      ? [`environment ${environment}: lets in ${names.join(", ")} beside ${lets.join(" and ")}`]
      : []),
    ...(missing.length > 0
      ? [`environment ${environment}: does not let in ${missing.join(" and ")}, so its jobs fail`]
      : []),
  ];
}
