import { UserError } from "../../model/user-error";
import type { AskAzure } from "../azure/unfinished";
import { flat } from "../flat";
import { refuseMarkers, type SynthesizedStack, subscriptionOf } from "../program/stacks";
import { speaksToAws, speaksToCluster } from "../terraform/stack-json";
import { refuseHeldRelease } from "./held-release";
import { type At, openStack } from "./open-stack";
import { summaryOf } from "./plan-summary";
import { makePlan, type StackPlan } from "./terraform-plan";
import { unfinishedOf } from "./unfinished";

/** What a plan of a deployed stack says about it. */
export type Evaluation =
  /** With a reason when nobody could ask Azure whether it finished. */
  | { readonly is: "clean"; readonly why?: string }
  | { readonly is: "drifted"; readonly summary: string; readonly plan: StackPlan }
  /** Its plan is empty, and Azure did not finish something of it all the same. */
  | { readonly is: "unfinished"; readonly why: string }
  /** Its state holds nothing, so there is nothing to compare. */
  | { readonly is: "not deployed yet" }
  | { readonly is: "not judged" | "failed"; readonly why: string };

interface DriftContext {
  /** @default Azure, with whatever login is there; without one an empty plan counts as clean, which is said */
  readonly ask?: AskAzure;
  readonly at?: At;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Plans a stack as an identity that may read and nothing else; a failure is a result too, so that the others go on. */
export async function evaluateDrift(
  stack: SynthesizedStack,
  folder: string,
  { ask, at, environment = process.env }: DriftContext = {},
): Promise<Evaluation> {
  const why = whyNotJudged(stack, environment);
  if (why !== undefined) return { is: "not judged", why };
  try {
    return await compare(stack, folder, at, ask);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Whoever says it says of which stack.
    return { is: "failed", why: flat(error.message).replace(`${stack.id}: `, "") };
  }
}

function whyNotJudged(stack: SynthesizedStack, environment: NodeJS.ProcessEnv): string | undefined {
  if (speaksToCluster(stack))
    return "a plan of what speaks to the cluster reads Helm's Secrets, so the identity that deploys makes it, after an approval";
  const hasAws = ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"].some((name) => environment[name]);
  if (speaksToAws(stack) && !hasAws)
    return "nobody is logged in to AWS here (AWS_ROLE_ARN in the GitHub environment, or AWS_PROFILE)";
  return undefined;
}

async function compare(stack: SynthesizedStack, folder: string, at?: At, ask?: AskAzure): Promise<Evaluation> {
  const { terraform, isNew, close } = await openStack(stack.id, folder, { readOnly: true, at });
  try {
    if (isNew || (await terraform.stateList()).length === 0) return { is: "not deployed yet" };
    refuseMarkers(stack);
    await refuseHeldRelease(stack, () => terraform);
    const plan = await makePlan(terraform, { readOnly: true, streamed: false });
    if (plan.changes) return { is: "drifted", summary: summaryOf(plan.json), plan };
    const { unfinished, unknown } = await unfinishedOf(stack, subscriptionOf(stack), ask);
    if (unfinished.length > 0) return { is: "unfinished", why: unfinished.join("; ") };
    return unknown === undefined
      ? { is: "clean" }
      : { is: "clean", why: `whether Azure finished everything was not asked: ${unknown}` };
  } finally {
    await close();
  }
}

/** One line for a person. */
export function describe(evaluation: Evaluation): string {
  switch (evaluation.is) {
    case "drifted":
      return `drifted: ${evaluation.summary}`;
    case "not judged":
    case "unfinished":
    case "failed":
      return `${evaluation.is}: ${evaluation.why}`;
    case "clean":
      return evaluation.why === undefined ? evaluation.is : `clean; ${evaluation.why}`;
    default:
      return evaluation.is;
  }
}
