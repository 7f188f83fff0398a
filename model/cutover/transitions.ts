import { percentOf } from "./position";
import type { Step } from "./schema";
import { isAfter, isWeighted, PERCENTS, STAGES, type Stage } from "./stages";

/** A step without its evidence and its moment. */
export type Place = Pick<Step, "givenUp" | "percent" | "prepared" | "stage">;

const OFF: Place = { stage: "off" };

/** A place in words, such as "ramp with 25 %". */
export const placeText = (place: Place): string => {
  const { givenUp, prepared, stage } = place;
  const [least, most] = PERCENTS[stage];
  if (prepared) return `${stage}, prepared`;
  if (givenUp) return `${stage}, given up`;
  return least === most ? stage : `${stage} with ${percentOf(place)} %`;
};

/**
 * Why a step may not follow another; undefined when it may. Forward one stage at a time; back to any share below, and to
 * Azure 0, from every stage before retired. Both shares are ones that their stages take, and those grow from stage to stage.
 */
export function whyNot(from: Place = OFF, to: Place): string | undefined {
  if (isLegal(from, to)) return undefined;
  const legal = legalAfter(from).join(", or ");
  if (legal === "") return `must be absent (nothing follows ${placeText(from)})`;
  return `must be ${legal} (it follows ${placeText(from)})`;
}

function isLegal(from: Place, to: Place): boolean {
  if (from.stage === "off") return to.stage === "adopt" && !to.prepared;
  if (from.stage === "adopt")
    return from.prepared ? to.stage === "ready" : to.stage === "adopt" && to.prepared === true;
  if (from.stage === "retired") return !from.givenUp && to.stage === "retired" && to.givenUp === true;
  if (to.stage === from.stage) return percentOf(to) !== percentOf(from);
  if (isAfter(from.stage, to.stage)) return isWeighted(to.stage);
  return to.stage === nextStage(from.stage) && !to.givenUp;
}

/** What may follow, in words. */
export function legalAfter(from: Place): string[] {
  if (from.stage === "off") return ["adopt"];
  if (from.stage === "adopt") return [from.prepared ? "ready" : "adopt with prepared: true"];
  if (from.stage === "retired") return from.givenUp ? [] : ["retired with givenUp: true"];
  const next = nextStage(from.stage);
  const [least, most] = PERCENTS[from.stage];
  const back = STAGES.filter((stage) => isWeighted(stage) && isAfter(from.stage, stage));
  return [
    ...(least < most ? [`${from.stage} with another percent`] : []),
    ...(next === undefined ? [] : [next]),
    ...(back.length === 0 ? [] : [`back to ${back.join(" or ")}`]),
  ];
}

export const nextStage = (stage: Stage): Stage | undefined => STAGES[STAGES.indexOf(stage) + 1];
