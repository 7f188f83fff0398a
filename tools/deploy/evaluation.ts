import { createHash } from "node:crypto";
import type { StackPlan } from "./terraform-plan";

/** What runs is not what the program says. */
export interface Drifted {
  readonly is: "drifted";
  readonly summary: string;
  /** What people read of it; two nights of the same drift have the same. */
  readonly shown: Pick<StackPlan, "sha256" | "text">;
  /** Who says so. */
  readonly by: "flux" | "plan" | "both";
}

/** What a plan of a deployed stack, and Flux, say about it. */
export type Evaluation =
  /** With a reason when nobody could ask Azure whether it finished. */
  | { readonly is: "clean"; readonly why?: string }
  | Drifted
  /** Its plan is empty, and Azure did not finish something of it all the same. */
  | { readonly is: "unfinished"; readonly why: string }
  /** Its state holds nothing, so there is nothing to compare. */
  | { readonly is: "not deployed yet" }
  | { readonly is: "not judged" | "failed"; readonly why: string };

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

/** The first that is said counts: what somebody must look at before what nobody knows, and that before what is well. */
const URGENCY: readonly Evaluation["is"][] = [
  "drifted",
  "failed",
  "unfinished",
  "not judged",
  "clean",
  "not deployed yet",
];

const isMoreUrgent = (one: Evaluation, other: Evaluation): boolean =>
  URGENCY.indexOf(one.is) < URGENCY.indexOf(other.is);

/**
 * What is said of a stack by a plan and by Flux together: both drifts in one, otherwise the more urgent, and of two that are as
 * urgent the plan's. That one of them found nothing deployed hides nothing that the other says.
 */
export function joined(planned: Evaluation, said: Evaluation): Evaluation {
  if (planned.is === "drifted" && said.is === "drifted") {
    const text = `${planned.shown.text.trimEnd()}\n\n${said.shown.text}`;
    return { is: "drifted", summary: `${planned.summary}; ${said.summary}`, shown: shownAs(text), by: "both" };
  }
  return isMoreUrgent(said, planned) ? said : planned;
}

/** A text with its sum. */
export const shownAs = (text: string): Drifted["shown"] => ({
  text,
  sha256: createHash("sha256").update(text).digest("hex"),
});
