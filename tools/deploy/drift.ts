import { UserError } from "../../model/user-error";
import type { AskFlux } from "../azure/flux-state";
import type { AskAzure } from "../azure/unfinished";
import { flat } from "../flat";
import { refuseMarkers, type SynthesizedStack, subscriptionOf } from "../program/stacks";
import { speaksToAws, speaksToCluster } from "../terraform/stack-json";
import { type Evaluation, joined } from "./evaluation";
import { evaluateFlux, reliesOnFlux } from "./flux-drift";
import { refuseHeldRelease } from "./held-release";
import { type At, openStack } from "./open-stack";
import { summaryOf } from "./plan-summary";
import { makePlan } from "./terraform-plan";
import { unfinishedOf } from "./unfinished";

interface DriftContext {
  /** @default Azure, with whatever login is there; without one an empty plan counts as clean, which is said */
  readonly ask?: AskAzure;
  /** @default Azure, with whatever login is there */
  readonly askFlux?: AskFlux;
  readonly at?: At;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Plans a stack as an identity that may read and nothing else, and asks what Flux says of what it delivers of it. A failure is a
 * result too, so that the others go on.
 */
export async function evaluateDrift(
  stack: SynthesizedStack,
  folder: string,
  { ask, askFlux, at, environment = process.env }: DriftContext = {},
): Promise<Evaluation> {
  const planned = await orFailed(stack, () => evaluatePlan(stack, folder, { ask, at, environment }));
  // Of what nobody deployed, Flux has nothing either, unless it is to deliver it.
  if (planned.is === "not deployed yet" && !reliesOnFlux(stack)) return planned;
  return orFailed(stack, async () => joined(planned, (await evaluateFlux(stack, { ask: askFlux })) ?? { is: "clean" }));
}

async function orFailed({ id }: Pick<SynthesizedStack, "id">, work: () => Promise<Evaluation>): Promise<Evaluation> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Whoever says it says of which stack.
    return { is: "failed", why: flat(error.message).replace(`${id}: `, "") };
  }
}

async function evaluatePlan(
  stack: SynthesizedStack,
  folder: string,
  { ask, at, environment = process.env }: DriftContext,
): Promise<Evaluation> {
  const why = whyNotJudged(stack, environment);
  return why === undefined ? compare(stack, folder, at, ask) : { is: "not judged", why };
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
    if (plan.changes) return { is: "drifted", summary: summaryOf(plan.json), shown: plan, by: "plan" };
    const { unfinished, unknown } = await unfinishedOf(stack, subscriptionOf(stack), ask);
    if (unfinished.length > 0) return { is: "unfinished", why: unfinished.join("; ") };
    return unknown === undefined
      ? { is: "clean" }
      : { is: "clean", why: `whether Azure finished everything was not asked: ${unknown}` };
  } finally {
    await close();
  }
}
