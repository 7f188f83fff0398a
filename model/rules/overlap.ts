import { overlaps } from "../ranges";
import { type Issue, issue } from "./issue";

/** A range and the field that says it; the path of one that no file says is empty. */
export type Named = readonly [path: string, cidr: string];

/** Ranges that are not ours to move, and why ours must keep away from them. */
export interface Foreign {
  readonly ranges: readonly Named[];
  readonly why: string;
}

interface Overlap {
  /** Where a user hears of it, unless the other is in the way of more. */
  readonly at: Named;
  readonly other: Named;
  readonly why: string;
}

/**
 * What overlaps, with as few issues as say it all: a range that is in the way of several is the one that is wrong, and of
 * two the later, or ours.
 */
export function overlapIssues(ours: readonly Named[], why: string, foreign: readonly Foreign[] = []): Issue[] {
  const all = ours.flatMap((at, index): Overlap[] => [
    ...ours.slice(0, index).map((other) => ({ at, other, why })),
    ...foreign.flatMap((one) => one.ranges.map((other) => ({ at, other, why: one.why }))),
  ]);
  return fewest(all.filter(({ at: [, one], other: [, another] }) => overlaps(one, another)));
}

function fewest(all: readonly Overlap[]): Issue[] {
  const involves = ({ at, other }: Overlap, [path]: Named) => at[0] === path || other[0] === path;
  const count = (range: Named) => all.filter((one) => involves(one, range)).length;
  const named = all.map(({ other }) => other).filter(([path]) => path !== "");
  const [first, ...rest] = [...all.map(({ at }) => at), ...named];
  if (first === undefined) return [];
  const worst = rest.reduce((most, one) => (count(one) > count(most) ? one : most), first);
  const itsOwn = all.filter((one) => involves(one, worst));
  return [
    issue(worst[0], worst[1], `must be apart from ${sentenceOf(worst, itsOwn)}`),
    ...fewest(all.filter((one) => !itsOwn.includes(one))),
  ];
}

/** Such as "aws.vpcCidrs.0 10.40.0.0/17 (MMRV keeps talking to AWS), 172.30.0.0/16 (AKS keeps that range for itself)". */
function sentenceOf([path]: Named, overlaps: readonly Overlap[]): string {
  const reasons = [...new Set(overlaps.map(({ why }) => why))];
  return reasons
    .map((reason) => {
      const others = overlaps
        .filter(({ why }) => why === reason)
        .map(({ at, other }) => (at[0] === path ? other : at).join(" ").trim());
      return `${others.join(", ")} (${reason})`;
    })
    .join(", ");
}
