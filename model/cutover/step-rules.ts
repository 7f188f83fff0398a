import { type Issue, issue } from "../rules/issue";
import type { Application } from "../schema/application";
import type { Cutover } from "./files";
import { type Gate, gatesOf } from "./gates";
import { egressMet, percentOf } from "./position";
import { CUTOVER_TTL } from "./records";
import type { Component, Step } from "./schema";
import { isAfter, isMoving, PERCENTS } from "./stages";
import { whyNot } from "./transitions";

/** What is wrong with the steps of one application: each by itself, and as it follows the one before. */
export function stepIssues(application: Application, cutover: Cutover): Issue[] {
  const component = cutover.component(application.name);
  if (component === undefined) return [];
  const steps = component.steps;
  return steps.flatMap((step, index) => {
    const path = `components.${application.name}.steps.${index}`;
    const before = steps[index - 1];
    const broken = [...misplacedFields(step, path), ...percentIssues(step, path)];
    // What the percent is not, it cannot be followed by.
    if (broken.length > 0) return broken;
    const jumps = jump(before, step, path);
    return [
      ...jumps,
      ...sameAgain(steps.slice(0, index), step, path),
      ...tooEarly(component, before, step, path),
      ...changedEgress(steps.slice(0, index), step, path),
      // Another stage asks for other evidence.
      ...(jumps.length > 0 ? [] : missingEvidence(application, before, step, path)),
    ];
  });
}

function misplacedFields({ egress, givenUp, prepared, stage }: Step, path: string): Issue[] {
  const only = (field: string, got: unknown, of: string) =>
    got !== undefined && stage !== of
      ? [issue(`${path}.${field}`, got, `must be absent at ${stage} (it belongs to ${of})`)]
      : [];
  return [
    ...only("prepared", prepared, "adopt"),
    ...only("givenUp", givenUp, "retired"),
    ...only("egress", egress, "canary"),
    ...(stage === "canary" && egress === undefined
      ? [
          issue(
            `${path}.egress`,
            egress,
            "must be the environment's egress.via (the first users meet it, and it stays)",
          ),
        ]
      : []),
  ];
}

function percentIssues({ percent, stage }: Step, path: string): Issue[] {
  const [least, most] = PERCENTS[stage];
  if (percent === undefined && least === most) return [];
  if (percent !== undefined && least <= percent && percent <= most) return [];
  const range = least === most ? `${least}` : `from ${least} to ${most}`;
  return [issue(`${path}.percent`, percent, `must be ${range} at ${stage} (back to AWS is a step ready)`)];
}

function jump(before: Step | undefined, step: Step, path: string): Issue[] {
  const must = whyNot(before, step);
  const got = step.percent === undefined ? step.stage : `${step.stage} with ${percentOf(step)} %`;
  return must === undefined ? [] : [issue(`${path}.stage`, got, must)];
}

/**
 * A way back goes past Terraform, whose state still has the weights of the step before it. The same weights again would be
 * taken for deployed, and whoever sends users back after that for nobody.
 */
function sameAgain(before: readonly Step[], { percent, stage }: Step, path: string): Issue[] {
  const [moved, back] = before.slice(-2);
  if (stage !== "canary" || back?.stage !== "ready" || moved?.stage !== "canary" || moved.percent !== percent)
    return [];
  return [
    issue(
      `${path}.percent`,
      percent,
      `must be another percent than before the way back (Terraform's state still has ${percent} %, and could not tell this step from that one)`,
    ),
  ];
}

/** A step before the one that it follows; weights while somebody may still keep the answer with the old TTL. */
function tooEarly({ names = [] }: Component, before: Step | undefined, step: Step, path: string): Issue[] {
  if (before === undefined) return [];
  const [earlier, later] = [Date.parse(before.since), Date.parse(step.since)];
  const at = `${path}.since`;
  if (later < earlier) return [issue(at, step.since, `must not be before ${before.since} (steps are in their order)`)];
  if (!before.prepared) return [];
  const wait = Math.max(CUTOVER_TTL, ...names.flatMap(({ aws }) => aws.map(({ ttl = 0 }) => ttl)));
  const until = new Date(earlier + wait * 1000).toISOString();
  if (later >= earlier + wait * 1000) return [];
  return [issue(at, step.since, `must be ${until} or later (resolvers keep the old answer for its TTL, ${wait} s)`)];
}

/** A canary again, while users are on both clouds, is no occasion for another address. */
function changedEgress(before: readonly Step[], { egress }: Step, path: string): Issue[] {
  if (egress === undefined || !isMoving(before.at(-1)?.stage ?? "off")) return [];
  const met = egressMet(before);
  if (met === undefined || met === egress) return [];
  return [
    issue(`${path}.egress`, egress, `must be ${met} (users on Azure have met it; after a step ready it may change)`),
  ];
}

function missingEvidence(application: Application, before: Step | undefined, step: Step, path: string): Issue[] {
  // Of adopt and ready the commands judge; from the first user on it is written down.
  if (!isAfter(step.stage, "ready")) return [];
  const given = new Map((step.evidence ?? []).map((each) => [each.gate, each.answer]));
  const open = gatesOf(application, before, step).filter((gate) => !isAnswered(gate, given.get(gate.name)));
  if (open.length === 0) return [];
  const names = open.map(({ about, asks, name }) => `${name}${asks ? " with yes" : ""} (${about})`).join(", ");
  return [issue(`${path}.evidence`, [...given.keys()].join(", ") || undefined, `must also answer ${names}`)];
}

/** A question takes yes and nothing else; what is measured may be not measured, and then says why. */
export const isAnswered = ({ asks }: Gate, answer: string | undefined): boolean =>
  answer !== undefined && (asks === undefined || /^yes\b/.test(answer));
