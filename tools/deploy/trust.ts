import { ENVIRONMENTS } from "../../environments/all";
import { stackName } from "../../model/naming";
import { isSeen, printable } from "../../model/printable";
import { UserError } from "../../model/user-error";
import { flat } from "../flat";
import { type AskGitHub, askGitHub } from "../github/call-gh";
import { proveProtection } from "../github/protection";
import { type Trusted, trustedByBootstrap, trustedIn } from "../github/trusted";
import { say } from "../output";
import { environmentOf, type SynthesizedStack } from "../program/stacks";

/** How somebody says that they go on all the same; the reason stands in every plan. */
export const UNPROTECTED = [
  "--unprotected-because <text>",
  "go on although nothing proves that GitHub guards what the stack trusts; the plan shows the text to whoever approves it",
] as const;

interface TrustOptions {
  /** Why somebody goes on without a proof. */
  readonly unprotectedBecause?: string;
  /** For a plan that nobody applies: that GitHub cannot be asked here stops nothing. */
  readonly readOnly?: boolean;
  /** @default GitHub, with the login of the GitHub CLI */
  readonly ask?: AskGitHub;
  readonly env?: NodeJS.ProcessEnv;
}

/** Whoever signs what GitHub's jobs say about themselves; a stack that names it trusts them. */
const ISSUER = "token.actions.githubusercontent.com";

/**
 * Whether branches, reviewers and reviews stand before the GitHub environments whose jobs a stack trusts. A trust that is
 * there before they are gives a token to whoever names the environment first.
 * @returns what whoever approves the plan has to know, as lines of it
 * @throws UserError when GitHub says that something is open, when nobody can ask GitHub, and for a reason that is none
 */
export async function proveTrust(
  stack: Pick<SynthesizedStack, "id" | "json" | "settings">,
  { ask = askGitHub, env = process.env, readOnly = false, unprotectedBecause }: TrustOptions = {},
): Promise<string[]> {
  const { id } = stack;
  if (unprotectedBecause !== undefined) refuseNoReason(unprotectedBecause);
  const trusted = trustedBy(stack);
  if (trusted === undefined) return [];
  if (unprotectedBecause !== undefined)
    return [`${id}: nothing proves that GitHub guards what it trusts, because: ${unprotectedBecause}`];
  const proof = await proveProtection({ ...trusted, ask, tokenOf: tokenOf(env) }).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    return { why: flat(error.message) };
  });
  if ("why" in proof) {
    if (!readOnly) throw new UserError(unansweredFault(stack, proof.why));
    say(`${id}: nothing proves here that GitHub guards what it trusts: ${proof.why}`);
    return [];
  }
  if (proof.faults.length > 0) throw new UserError(openFault(stack, proof.faults));
  return proof.unknown.map((line) => `${id}: ${line}`);
}

/** The repository that a workflow's own token is of; undefined at a desk. */
export const tokenOf = (env: NodeJS.ProcessEnv): string | undefined =>
  env["GITHUB_ACTIONS"] === "true" ? env["GITHUB_REPOSITORY"] : undefined;

/** Undefined for a stack that no job of GitHub's is trusted by. */
function trustedBy({ id, json, settings }: Pick<SynthesizedStack, "id" | "json" | "settings">): Trusted | undefined {
  const environment = environmentOf({ settings });
  if (environment === undefined) return trustedByBootstrap(ENVIRONMENTS);
  return id === stackName(environment.name, "infra") || JSON.stringify(json).includes(ISSUER)
    ? trustedIn(environment)
    : undefined;
}

type Concerned = Pick<SynthesizedStack, "id" | "settings">;

const protectOf = ({ settings }: Concerned): string =>
  `npx mmrv pipeline protect ${environmentOf({ settings }) ? settings.name : "ENVIRONMENT"}`;

const openFault = (stack: Concerned, faults: readonly string[]): string =>
  [
    `${stack.id}: GitHub does not guard what it trusts, so whoever may push a branch could get its tokens; nothing was touched`,
    ...faults.map((fault) => `  ${fault}`),
    `  next: ${protectOf(stack)} prints the commands; or --unprotected-because TEXT, which the plan then shows`,
  ].join("\n");

const unansweredFault = (stack: Concerned, why: string): string =>
  `${stack.id}: nothing proves here that GitHub guards what it trusts, nothing was touched: ${why}\n  next: gh auth login as somebody who may see the repositories, then again; or --unprotected-because TEXT, which the plan then shows`;

/** @throws UserError for what says nothing, or not in one line */
function refuseNoReason(reason: string): void {
  if (reason.trim().length >= 10 && reason.length <= 300 && isSeen(reason)) return;
  throw new UserError(
    `--unprotected-because ${printable(reason.slice(0, 300))}: must be a reason in one line, of 10 to 300 characters that are seen (who approves the plan reads it)`,
  );
}
