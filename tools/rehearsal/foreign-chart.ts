import type { SynthesizedStack } from "../program/stacks";

interface Release {
  readonly chart: string;
  readonly repository?: string;
}

/** Why a stack whose charts come from a registry is not applied: the sandbox's only way out is the local Azure. */
export function foreignChart({ json }: SynthesizedStack): string | undefined {
  const releases = Object.values(json.resource?.["helm_release"] ?? {}) as Release[];
  const foreign = releases.find(({ repository }) => repository !== undefined);
  return (
    foreign &&
    `its chart ${foreign.chart} is in ${foreign.repository}, and the rehearsal reaches no registry; the cluster gets its definitions alone`
  );
}
